import { resolve } from 'node:path';
import { z } from 'zod';
import { UserError } from '../base/errors.ts';
import { count, oneLine } from '../base/text.ts';
import { findEngine } from '../judge/files.ts';
import { checkTool } from '../judge/gradbench/check.ts';
import { check } from '../judge/index.ts';
import { isUnder, readerOf } from '../judge/tree.ts';
import type { FrozenFile } from '../judge/types.ts';
import { counterexampleSchema } from '../programs/notes.ts';
import { columns, fitted, type Style } from '../review/style.ts';
import { ulps } from '../review/verdict.ts';
import { targetWhere } from '../targets/index.ts';
import { readRevision } from '../workspace/index.ts';
import { writeNew } from './output-file.ts';

/** What `vibegrad check --json` prints. */
export const checkSchema = z.object({
  ok: z.boolean(),
  reasons: z.array(z.string()),
  goals: z.array(
    z.object({
      id: z.string(),
      title: z.string(),
      state: z.enum(['met', 'wrong', 'partial', 'absent']),
      /** Of a goal that is met in part: what was thrown first. */
      error: z.string().optional(),
    }),
  ),
  checks: z.array(
    z.object({
      id: z.string(),
      family: z.string(),
      pass: z.boolean(),
      cases: z.int(),
      worstUlp: z.number().nullable(),
      worstRatio: z.number().nullable(),
    }),
  ),
  counterexample: counterexampleSchema.nullable(),
  /** Where held-out inputs fail: the smallest program that does. */
  smallest: counterexampleSchema.optional(),
  /** What the repository's own tests said, where vibegrad.config.json names them and nothing else was wrong. */
  tests: z.object({ result: z.enum(['passed', 'failed', 'not run']), why: z.string() }).optional(),
  /** Null of a tool that was run as a command: what it runs was not frozen. */
  receiptId: z.string().nullable(),
  seconds: z.number(),
});

export type CheckDocument = z.infer<typeof checkSchema>;

/** Judges the engine in a folder, as it lies there. */
export async function checkPath(
  path: string,
  options: { readonly diff?: string; readonly goal?: readonly string[]; readonly receipt?: string },
): Promise<CheckDocument> {
  const base = options.diff === undefined ? null : await filesAt(path, options.diff);
  const checked = await check({
    path,
    ...(base === null ? {} : { base }),
    ...(options.goal === undefined ? {} : { goals: options.goal }),
  });
  const { receipt, ...document } = checked;
  if (options.receipt !== undefined) writeNew(options.receipt, `${JSON.stringify(receipt)}\n`);
  if (document.ok && document.goals.every((goal) => goal.state !== 'met')) {
    const { entry, own } = findEngine(path).target;
    const why = document.goals.some(({ state }) => state === 'partial')
      ? 'No goal is met.'
      : own
        ? `Nothing of the ladder answers: \`ops\` of ${entry} is still to be filled in.`
        : 'Nothing of the ladder answers.';
    return checkSchema.parse({ ...document, ok: false, reasons: [why] });
  }
  return checkSchema.parse(document);
}

/** Judges a tool that speaks GradBench's protocol; the command starts in the folder. */
export async function checkGradbench(
  command: string,
  folder: string,
  goals: readonly string[] = [],
): Promise<CheckDocument> {
  const named = goals.map((name) => (name.includes('/') ? name : `gradbench/${name}`));
  const checked = await checkTool(command, resolve(folder), named);
  const [reason] = checked.reasons;
  if (
    reason !== undefined &&
    checked.checks.length === 0 &&
    checked.goals.every((g) => g.state === 'wrong')
  ) {
    throw new UserError(
      'usage',
      `The command judged nothing, since it speaks no GradBench: ${reason}`,
      "Give one that starts a tool which reads and writes GradBench's messages, from the folder that it needs.",
    );
  }
  return checkSchema.parse({ ...checked, receiptId: null });
}

/** The engine's files in the tree that a ref names, by their paths from the engine's folder; a config is that tree's own. */
async function filesAt(path: string, ref: string): Promise<readonly FrozenFile[]> {
  const { target, folder } = findEngine(path);
  const tree = await readRevision({ repo: folder, revision: ref });
  const { editable, pinned } = targetWhere(readerOf(tree)) ?? target;
  return tree.files.filter((file) => isUnder(file.path, [...editable, ...pinned]));
}

export function checkText(document: CheckDocument, style: Style): string {
  const mark = {
    met: style.green('✓'),
    wrong: style.red('✗'),
    partial: style.yellow('…'),
    absent: style.dim('·'),
  };
  const there = document.goals.filter((goal) => goal.state !== 'absent');
  const rows = there.map(({ id, title, state }) => {
    const own = document.checks.filter((check) => check.id.startsWith(`${id}/`));
    // At the scale of the reference's running error, as everywhere: worstRatio is error ÷ (4 ε·scale).
    const worst = Math.max(0, ...own.map((check) => 4 * (check.worstRatio ?? 0)));
    const failed = own.filter((check) => !check.pass).map((check) => check.family);
    return [
      mark[state],
      style.bold(id),
      oneLine(title, 48),
      own.length === 0 ? '' : `${ulps(worst)} ulp`,
      style.red([...new Set(failed)].join(' ')),
    ];
  });
  const example = document.counterexample ?? document.smallest ?? null;
  return [
    ...(rows.length === 0 ? [] : [columns(rows, [3], style.width), '']),
    ...[
      `${countsOf(document)}, ${document.seconds.toFixed(2)} s, ${document.receiptId === null ? 'no receipt' : `receipt ${document.receiptId.slice(0, 16)}`}`,
      ...unfinished(document),
      ...(document.tests === undefined ? [] : [`Its own tests: ${testsText(document.tests)}`]),
      ...document.reasons.slice(0, 9).map((reason) => style.red(oneLine(reason, 400))),
      ...(example === null
        ? []
        : [
            `Smallest failing input: ${oneLine(example.label)}: expected ${example.expected}, got ${example.got} (${example.check})`,
          ]),
    ].map((line) => fitted(line, style)),
  ].join('\n');
}

/** What was thrown where goals are met in part, and by which of them. */
function unfinished({ goals }: CheckDocument): string[] {
  const errors = Map.groupBy(
    goals.filter(({ error }) => error !== undefined),
    ({ error }) => oneLine(error!),
  );
  return [...errors].slice(0, 5).map(([error, own]) => `${own.map(({ id }) => id).join(', ')}: ${error}`);
}

/** How many goals are in each state; the counts add up to all that are in question. */
function countsOf({ goals }: CheckDocument): string {
  const of = (state: CheckDocument['goals'][number]['state']): number =>
    goals.filter((goal) => goal.state === state).length;
  return [
    `${of('met')} of ${count(goals.length, 'goal')} met`,
    ...(of('wrong') === 0 ? [] : [`${of('wrong')} wrong`]),
    ...(of('partial') === 0 ? [] : [`${of('partial')} in part`]),
    `${of('absent')} not there yet`,
  ].join(', ');
}

function testsText({ result, why }: NonNullable<CheckDocument['tests']>): string {
  return result === 'not run' ? `not run: ${oneLine(why)}` : result;
}
