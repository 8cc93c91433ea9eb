import { z } from 'zod';
import type { Json } from '../base/json.ts';
import { block, type Conversation, type Turn } from './exported-chat.ts';

/*
 * Claude's export: `conversations.json`, a list of conversations with `chat_messages`. Messages are in order; where they
 * name the message before them, edits and retries are branches.
 */

const part = z.looseObject({
  type: z.string().catch(''),
  text: z.string().nullish().catch(null),
  name: z.string().nullish().catch(null),
  input: z.looseObject({}).nullish().catch(null),
});

const named = z.looseObject({ file_name: z.string().nullish().catch(null) });

const message = z.looseObject({
  uuid: z.string().nullish().catch(null),
  parent_message_uuid: z.string().nullish().catch(null),
  sender: z.string(),
  text: z.string().nullish().catch(null),
  content: z.array(part).nullish().catch(null),
  attachments: z.array(named).nullish().catch(null),
  files: z.array(named).nullish().catch(null),
});

const schema = z.looseObject({
  name: z.string().nullish().catch(null),
  model: z.string().nullish().catch(null),
  current_leaf_message_uuid: z.string().nullish().catch(null),
  chat_messages: z.array(message),
});

type Message = z.infer<typeof message>;

/** Null where it is no conversation of Claude's. */
export function claudeConversation(item: unknown): Conversation | null {
  const parsed = schema.safeParse(item);
  if (!parsed.success) return null;
  const { name, model, chat_messages, current_leaf_message_uuid } = parsed.data;
  const path = branch(chat_messages, current_leaf_message_uuid ?? chat_messages.at(-1)?.uuid ?? null);
  const turns = path.flatMap((each) => turnOf(each, model ?? null) ?? []);
  const said = chat_messages.filter((each) => turnOf(each, null) !== null).length;
  return {
    ...{ format: 'claude', title: name || 'A chat', turns, elsewhere: said - turns.length },
    original: item as Json,
  };
}

/** The messages that lead to the last one; all of them where they do not name the one before. */
function branch(messages: readonly Message[], leaf: string | null): readonly Message[] {
  const known = new Map(messages.flatMap((each) => (each.uuid ? [[each.uuid, each] as const] : [])));
  const linked = messages.some(({ parent_message_uuid: parent }) => parent && known.has(parent));
  if (!linked || leaf === null || !known.has(leaf)) return messages;
  const path: Message[] = [];
  const seen = new Set<string>();
  for (let id: string | null = leaf; id !== null && !seen.has(id) && known.has(id); ) {
    const found: Message = known.get(id)!;
    seen.add(id);
    path.unshift(found);
    id = found.parent_message_uuid ?? null;
  }
  return path;
}

function turnOf(said: Message, model: string | null): Turn | null {
  const { sender, text, content, attachments, files } = said;
  const parts = (content ?? []).map(partText).filter((each) => each !== '');
  // Older exports have the text alone.
  const body = parts.length > 0 ? parts : [text ?? ''];
  const attached = [...(attachments ?? []), ...(files ?? [])].map(
    ({ file_name }) => `[${file_name || 'a file'}]`,
  );
  const whole = [...body, ...attached].join('\n\n').trim();
  if (whole === '') return null;
  if (sender === 'human') return { by: 'person', text: whole, model: null };
  return sender === 'assistant' ? { by: 'model', text: whole, model } : null;
}

/** What stood on the screen: text, and what was written into a document beside it. What it thought and looked up did not. */
function partText({ type, text, name, input }: z.infer<typeof part>): string {
  if (type === 'text') return text ?? '';
  if (type !== 'tool_use' || name !== 'artifacts') return '';
  const { content, language, title } = (input ?? {}) as {
    content?: unknown;
    language?: unknown;
    title?: unknown;
  };
  if (typeof content !== 'string') return '';
  const heading = typeof title === 'string' && title !== '' ? `**${title}**\n\n` : '';
  return typeof language === 'string' ? `${heading}${block(content, language)}` : `${heading}${content}`;
}
