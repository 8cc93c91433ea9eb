import { z } from 'zod';
import { chatGptConversation } from './export-chatgpt.ts';
import { claudeConversation } from './export-claude.ts';
import type { Conversation } from './exported-chat.ts';
import { type Chat, chatAnswer } from './parse-chat.ts';
import type { TranscriptEntry } from './transcript-model.ts';

const anyObject = z.looseObject({});
const file = z.union([
  z.array(anyObject),
  z.looseObject({ conversations: z.array(anyObject) }).transform(({ conversations }) => conversations),
  anyObject.transform((one) => [one]),
]);

/** The conversations of a JSON export of ChatGPT's or Claude's; null where it is neither. Those that hold nothing are left out. */
export function exportedConversations(text: string): readonly Conversation[] | null {
  let json: unknown;
  try {
    json = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch {
    return null;
  }
  const items = file.safeParse(json).data;
  if (items === undefined) return null;
  const found = items.map((item) => chatGptConversation(item) ?? claudeConversation(item));
  if (items.length > 0 && found.every((each) => each === null)) return null;
  return found.flatMap((each) => (each?.turns.some(({ by }) => by === 'person') ? [each] : []));
}

/** A conversation as questions and answers. What follows a question until the next one answers it. */
export function chatOf({ title, turns, elsewhere }: Conversation): Chat {
  const entries: TranscriptEntry[] = [];
  let open: { question: string; answers: string[]; model: string | null } | null = null;
  const close = (): void => {
    if (open === null) return;
    const { question, answers, model } = open;
    const text = answers.join('\n\n');
    entries.push({
      ...{ kind: 'question', topic: '', questionKind: '', text: question, about: null },
      answers: text === '' ? [] : [{ ...chatAnswer(text), model: model ?? 'imported chat' }],
    });
  };
  for (const { by, text, model } of turns) {
    if (by === 'person') {
      close();
      open = { question: text, answers: [], model: null };
    } else {
      open ??= { question: '', answers: [], model: null };
      open.answers.push(text);
      open.model = model ?? open.model;
    }
  }
  close();
  if (elsewhere > 0) {
    const were = elsewhere === 1 ? 'One message stands' : `${elsewhere} messages stand`;
    entries.push({
      kind: 'observation',
      text: `${were} on branches of this conversation that were left; export --original has them.`,
      by: 'workbench',
    });
  }
  return { title, intro: '', entries };
}
