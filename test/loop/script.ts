import type { Heard, Said } from './chat-server.ts';

/** The goals of a proposal's prompt, in its order; empty where it asks for something else. */
export function goalsAsked(call: Heard): string[] {
  const prompt = call.messages[0]?.content ?? '';
  return [...prompt.matchAll(/^### (r\d\/\S+): /gm)].map((match) => match[1] ?? '');
}

/** The engine that a proposal's prompt shows. */
export function engineShown(call: Heard): string {
  const prompt = call.messages[0]?.content ?? '';
  return /`engine\.ts`, which you may[^\n]*\n\n```ts\n([\s\S]*?)\n```/.exec(prompt)?.[1] ?? '';
}

export const isRepair = (call: Heard): boolean =>
  goalsAsked(call).length > 0 && call.messages.length > 1 && call.messages.at(-1)?.role === 'user';

export const isQuestion = (call: Heard): boolean => /^Question \(/m.test(call.messages[0]?.content ?? '');

export const isCorrection = (call: Heard): boolean => isQuestion(call) && call.messages.length > 1;

/** What is asked of the model now: the last thing it is told. */
export const lastMessage = (call: Heard): string => call.messages.at(-1)?.content ?? '';

/** Every word of a call. */
export const allWords = (call: Heard): string =>
  [call.system, ...call.messages.map(({ content }) => content)].join('\n');

export const rules = (...lines: string[]): string => `One rule.\n\n\`\`\`rule\n${lines.join('\n')}\n\`\`\`\n`;

const mulRow = (engine: string): string =>
  engine.split('\n').find((line) => line.startsWith('  mul: {')) ?? '';

/** The four formats: each adds a row of the table below the one of mul. */
export const addRow = {
  'search-replace': (engine: string, row: string): string =>
    `Adds a row.\n\nengine.ts\n<<<<<<< SEARCH\n${mulRow(engine)}\n=======\n${mulRow(engine)}\n  ${row}\n>>>>>>> REPLACE\n`,
  'unified-diff': (engine: string, row: string): string => {
    const at = engine.split('\n').indexOf(mulRow(engine)) + 1;
    return `Adds a row.\n\n\`\`\`diff\n--- a/engine.ts\n+++ b/engine.ts\n@@ -${at},1 +${at},2 @@\n ${mulRow(engine)}\n+  ${row}\n\`\`\`\n`;
  },
  'whole-file': (engine: string, row: string): string =>
    `Adds a row.\n\nengine.ts\n\`\`\`ts\n${engine.replace(mulRow(engine), `${mulRow(engine)}\n  ${row}`)}\n\`\`\`\n`,
} as const;

export interface Claimed {
  readonly statement: string;
  readonly code: string;
  readonly value: number;
}

export const answerWith = (prose: string, claims: readonly Claimed[]): string =>
  JSON.stringify({
    prose,
    claims: claims.map(({ statement, code, value }) => ({
      statement,
      language: 'ts',
      code,
      expect: { kind: 'equals', value, within: 1e-12 },
    })),
    offers: ['What comes next?', 'And why?'],
  });

/** `grad` of x·x at a point, printed. */
export const gradOfSquare = (at: number): string =>
  `import { grad, ops } from 'vibegrad/engine';\nconsole.log(grad((x) => ops.mul(x, x))(${at})[0]);\n`;

/** What one goal meets, try by try; the last is said again for ever. */
export type Tries = readonly ((call: Heard) => Said)[];

/** Answers proposals by the goals that their prompts name, whatever the order in which they come. */
export function byGoal(
  script: { readonly [goal: string]: Tries },
  onAnswer: (goal: string, attempt: number) => void = () => undefined,
): (call: Heard) => Said {
  const at = new Map<string, number>();
  return (call) => {
    const asked = goalsAsked(call);
    // A repair belongs to the goal that was answered last.
    const open = asked.find((goal) => (at.get(goal) ?? 0) < (script[goal]?.length ?? 0));
    const goal = open ?? asked.find((id) => script[id] !== undefined);
    if (goal === undefined) return 'I have nothing better.';
    const attempt = at.get(goal) ?? 0;
    at.set(goal, attempt + 1);
    onAnswer(goal, attempt);
    const tries = script[goal] ?? [];
    return (tries[attempt] ?? tries.at(-1))?.(call) ?? 'I have nothing better.';
  };
}
