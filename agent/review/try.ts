import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { UserError } from '../base/errors.ts';
import { packageRoot } from '../base/package.ts';
import { oneLine } from '../base/text.ts';
import { readEngine } from '../judge/files.ts';
import { openOracle } from '../judge/oracle/index.ts';
import { quickVerdict } from '../judge/quick.ts';
import { looseTree } from '../judge/tree.ts';
import { counterexampleSchema } from '../programs/notes.ts';
import { applyRules, parseRules } from '../targets/engine/rule.ts';
import { engineTarget } from '../targets/index.ts';
import type { Style } from './style.ts';
import { ulps } from './verdict.ts';

/** What `vibegrad try --json` prints. */
export const trySchema = z.object({
  op: z.string(),
  rule: z.string(),
  met: z.boolean(),
  reasons: z.array(z.string()),
  counterexample: counterexampleSchema.nullable(),
  /** Cases that were compared. */
  cases: z.int(),
  worstUlp: z.number().nullable(),
  seconds: z.number(),
});

export type TryDocument = z.infer<typeof trySchema>;

/**
 * Judges a rule that a person typed: on the engine of the folder, or, where there is none, on the engine that the shipped
 * search grew.
 */
export async function tryRule(op: string, rule: string, folder: string): Promise<TryDocument> {
  const goal = engineTarget.goals.find((g) => g.ops.length === 1 && g.ops[0] === op && g.rung <= 2);
  if (goal === undefined) {
    throw new UserError('usage', `there is no goal for an operation ${op}`, 'vibegrad goals lists them.');
  }
  // The process starts while the rule is read.
  const oracle = openOracle();
  try {
    const base = looseTree(await readEngine(engineFolder(folder), engineTarget));
    const source = base.files.find((file) => file.path === engineTarget.entry);
    const parsed = parseRules(rule.includes(':') ? rule : `${op}: ${rule}`);
    if (!parsed.ok) {
      throw new UserError(
        'usage',
        `the rule does not read: ${parsed.error.message}`,
        "For example: vibegrad try tanh '1 - y*y'.",
      );
    }
    const applied = applyRules(Buffer.from(source?.bytes ?? []).toString('utf8'), parsed.rules);
    if (!applied.ok) throw new UserError('usage', applied.message);
    const candidate = looseTree(
      base.files.map((file) => (file === source ? { ...file, bytes: Buffer.from(applied.text) } : file)),
    );
    const verdict = await quickVerdict(engineTarget, base, candidate, goal, oracle);
    const worst = verdict.checks.flatMap((check) => check.worstUlp ?? []);
    return {
      op,
      rule,
      met: verdict.met,
      reasons: [...verdict.reasons],
      counterexample:
        verdict.counterexample === null
          ? null
          : { ...verdict.counterexample, inputs: [...verdict.counterexample.inputs] },
      cases: verdict.checks.reduce((sum, check) => sum + check.cases, 0),
      worstUlp: worst.length === 0 ? null : Math.max(...worst),
      seconds: verdict.seconds,
    };
  } finally {
    await oracle.then((opened) => opened.close()).catch(() => undefined);
  }
}

function engineFolder(folder: string): string {
  if (existsSync(join(folder, engineTarget.entry))) return folder;
  const grown = join(packageRoot, 'sessions', 'embedded', 'engine');
  return existsSync(join(grown, engineTarget.entry)) ? grown : join(packageRoot, 'engine', 'seed');
}

export function tryText(document: TryDocument, style: Style): string {
  const { op, rule, met, counterexample, cases, worstUlp, seconds, reasons } = document;
  const time = style.dim(`${cases} cases, ${seconds.toFixed(2)} s`);
  if (met) {
    const worst = worstUlp === null ? '' : `, worst ${ulps(worstUlp)} ulp`;
    return `${style.green('✓')} ${op}: ${oneLine(rule)} holds${worst}  ${time}`;
  }
  const why =
    counterexample === null
      ? reasons.map((reason) => oneLine(reason, 200)).join('\n  ')
      : `${counterexample.label}: expected ${counterexample.expected}, got ${counterexample.got}  ${style.dim(counterexample.check)}`;
  return `${style.red('✗')} ${op}: ${oneLine(rule)} does not hold\n  ${why}\n  ${time}`;
}
