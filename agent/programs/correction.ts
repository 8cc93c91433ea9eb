import type { Json } from '../base/json.ts';
import type { ClaimResult } from '../judge/types.ts';
import { note } from '../kernel/syscalls.ts';
import type { Program } from '../kernel/types.ts';
import { extractJson } from '../models/structured.ts';
import type { Message } from '../models/types.ts';
import type { Claim } from './answer.ts';
import type { Item } from './correction-items.ts';
import { runClaims } from './explain.ts';
import { askModel, type Trouble } from './reply.ts';
import { fill } from './template.ts';

/*
 * The closed loop of answer and correction as a plant. Each question is answered once, and that answer is asked about
 * again in three ways, apart from each other: so the ways differ in nothing else. In a session of the tutor a right answer is
 * not handed back; here it is, or whether it would be given up could not be seen.
 */

/** Ways of asking again, with what the model is told first. */
export const ARMS = {
  alone: 'asked to check its answer, told nothing',
  verdict: 'told the verdict of the judge',
  evidence: 'told the verdict and what was printed',
} as const;
export type Arm = keyof typeof ARMS;

/** What the questions of this program are noted under. */
export const CORRECTION_TOPIC = 'correction';

export interface CorrectionArgs {
  readonly title: string;
  readonly model: { readonly id: string; readonly kind: string };
  readonly prompts: { readonly [id: string]: string };
  readonly commit: string;
  readonly items: readonly Item[];
  /** Nobody is asked anything. */
  readonly auto: true;
}

export interface CorrectionOutcome {
  readonly questions: number;
  /** Questions whose first answer held a number. */
  readonly answered: number;
}

/** A prediction may be off by this: the numbers are short, and only what is wrong is off by more. */
const WITHIN = 1e-6;

const predictionSchema: Json = {
  type: 'object',
  properties: { value: { type: 'number' } },
  required: ['value'],
  additionalProperties: false,
};

/** Asks every item, judges the answer, asks again in each way, and judges what is said then. */
export function* correction(args: CorrectionArgs): Program<CorrectionOutcome> {
  const trouble: Trouble = { inARow: 0 };
  let answered = 0;
  for (const item of args.items) {
    yield* note('question', { topic: CORRECTION_TOPIC, kind: 'prediction', text: item.question });
    const prompt: Message = {
      role: 'user',
      content: fill(args.prompts.predict ?? '', { question: item.question, code: item.code }),
    };
    const first = yield* answerTo(args, trouble, item, 'first', 1, [prompt]);
    if (first.claimed) answered += 1;
    for (const [i, arm] of (Object.keys(ARMS) as Arm[]).entries()) {
      yield* note('correction', { question: ARMS[arm] });
      yield* answerTo(args, trouble, item, arm, i + 2, [
        prompt,
        { role: 'assistant', content: first.text },
        { role: 'user', content: fill(args.prompts['predict-again'] ?? '', { said: told(arm, first) }) },
      ]);
    }
  }
  return { questions: args.items.length, answered };
}

interface Predicted {
  readonly text: string;
  /** Whether there was a number in it. */
  readonly claimed: boolean;
  /** Null where there was nothing to judge. */
  readonly right: boolean | null;
  readonly printed: string | undefined;
}

function* answerTo(
  args: CorrectionArgs,
  trouble: Trouble,
  item: Item,
  asked: Arm | 'first',
  round: number,
  messages: readonly Message[],
): Program<Predicted> {
  const reply = yield* askModel(trouble, asked === 'first' ? 'explain' : 'correct', {
    system: args.prompts.system ?? '',
    messages,
    maxTokens: 200,
    output: { name: 'prediction', schema: predictionSchema },
    task: { kind: 'predict', code: item.code, asked },
  });
  const text = reply.ok ? reply.reply.text : reply.text;
  const value = numberIn(text);
  const claims: readonly Claim[] =
    value === null
      ? []
      : [
          {
            statement: `It prints ${value}.`,
            language: 'ts',
            code: item.code,
            expect: { kind: 'equals', value, within: WITHIN },
          },
        ];
  const answer = { prose: text, claims: [...claims], offers: [], structured: value !== null };
  yield* note('answer', {
    ...answer,
    source: args.model.kind,
    model: reply.ok ? reply.reply.model : args.model.id,
  } as unknown as Json);
  const [result]: readonly (ClaimResult | undefined)[] = yield* runClaims('library', answer, round);
  return {
    text,
    claimed: value !== null,
    right: result?.badge === 'verified' ? true : result?.badge === 'refuted' ? false : null,
    printed: result?.printed.at(-1),
  };
}

/** What a model is told of its first answer. */
function told(arm: Arm, { claimed, right, printed }: Predicted): string {
  if (arm === 'alone') return '';
  if (!claimed) return 'There was no number in your answer. ';
  if (right === null) return '';
  if (arm === 'verdict' || printed === undefined)
    return `The program was run. Your answer is ${right ? 'right' : 'wrong'}. `;
  return `The program was run and printed ${printed}. Your answer is ${right ? 'right' : 'wrong'}. `;
}

/** The number that a reply gives: the member of its JSON, else the last number of its words. */
export function numberIn(text: string): number | null {
  const json = extractJson(text);
  const value = json.ok ? valueIn(json.value) : null;
  if (value !== null) return value;
  const last = text
    .replaceAll('−', '-')
    .match(/-?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?/gi)
    ?.at(-1);
  return last === undefined ? null : finite(Number(last));
}

function valueIn(json: Json): number | null {
  const value = typeof json === 'object' && json !== null && 'value' in json ? json.value : json;
  return typeof value === 'number' || (typeof value === 'string' && value.trim() !== '')
    ? finite(Number(value))
    : null;
}

const finite = (value: number): number | null => (Number.isFinite(value) ? value : null);
