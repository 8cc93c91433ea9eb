import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { UserError } from '../base/errors.ts';
import { packageRoot } from '../base/package.ts';
import { operationOf } from '../checks/operations.ts';
import type { Goal, Target } from '../checks/types.ts';
import { type FoundEngine, findEngine, readEngine } from '../judge/files.ts';
import type { Oracle } from '../judge/oracle/index.ts';
import { quickVerdict } from '../judge/quick.ts';
import { linkModules } from '../judge/static.ts';
import { strippedEngine } from '../judge/stripped.ts';
import { looseTree } from '../judge/tree.ts';
import type { FrozenTree } from '../judge/types.ts';
import {
  applyRules,
  children,
  type Expression,
  lackingOp,
  parseExpression,
  type Rule,
  rowsOf,
  STANDARD,
} from '../targets/engine/rule.ts';
import { definition, engineTarget } from '../targets/index.ts';
import { engineAround } from './engine-around.ts';
import { requireTable } from './rule-place.ts';
import type { TryDocument } from './try-schema.ts';
import { goalToTry, typedRules } from './typed-rule.ts';

/** The rule written into the engine of `folder`, and its goal asked of it in `oracle`. */
export async function judgeTypedRule(
  op: string,
  rule: string,
  folder: string,
  oracle: Promise<Oracle>,
): Promise<TryDocument> {
  const found = engineFor(folder);
  const { target } = found;
  const goal = goalToTry(target, op);
  const base = looseTree(readEngine(found));
  const source = base.files.find((file) => file.path === target.table);
  const typed = typedRules(op, rule, goal);
  const engine = Buffer.from(source?.bytes ?? []).toString('utf8');
  requireTable(target, engine);
  const valued = rowsOf(engine).some((row) => row.name === op && row.valued);
  const rules = valued ? typed : withValues(op, typed, definition(goal));
  const applied = applyRules(engine, rules);
  if (!applied.ok) throw new UserError('usage', applied.message, togetherWith(op, engine, rules));
  const candidate = looseTree(
    base.files.map((file) => (file === source ? { ...file, bytes: Buffer.from(applied.text) } : file)),
  );
  const verdict = await quickVerdict(target, base, candidate, goal, oracle, scriptOf(target, engine, rules));
  if (!verdict.met) await requireSound(target, base, goal, rules);
  // At the scale of the reference's running error: worstRatio is error ÷ (4 ε·scale).
  const worst = verdict.checks.flatMap((check) => (check.worstRatio === null ? [] : [4 * check.worstRatio]));
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
}

/** How a rule is tried with one that it calls and the engine lacks; empty where it calls no operation of that name. */
function togetherWith(op: string, engine: string, rules: readonly Rule[]): string {
  const known = new Set([...rowsOf(engine), ...rules].map(({ name }) => name));
  const lacking = rules
    .flatMap(({ partials }) => partials.flatMap((partial) => lackingOp(partial, known) ?? []))
    .find((name) => STANDARD.has(name));
  return lacking === undefined
    ? ''
    : `Give it along, each rule with its name and in its line: vibegrad try ${op} $'${op}: RULE\\n${lacking}: RULE'.`;
}

/** The engine's JavaScript with the rules written into it: a rule holds no types, so it may as well be written there. */
function scriptOf(
  { table, own }: Target,
  engine: string,
  rules: readonly Rule[],
): ReadonlyMap<string, string> | undefined {
  // What compiles by another compiler, or needs none, is left to the judge.
  if (own !== undefined || !table.endsWith('.ts')) return undefined;
  const stripped = strippedEngine(engine);
  const applied = stripped.ok ? applyRules(stripped.text, rules) : stripped;
  return applied.ok ? new Map([[table, applied.text]]) : undefined;
}

/** The engine of the folder or around it; without one, that of the shipped search, or the seed. */
function engineFor(folder: string): FoundEngine {
  const own = findEngine(resolve(folder, engineAround(folder)));
  if (existsSync(join(own.folder, own.target.entry))) return own;
  const grown = join(packageRoot, 'sessions', 'embedded', 'engine');
  const there = existsSync(join(grown, engineTarget.entry));
  return { target: engineTarget, folder: there ? grown : join(packageRoot, 'engine', 'seed') };
}

/**
 * A rule typed for an operation whose value no one line of JavaScript has stands for the meaning that its goal gives it: the
 * person is here for the derivative.
 */
function withValues(op: string, rules: readonly Rule[], meaning: string | null): readonly Rule[] {
  const parsed = meaning === null || STANDARD.has(op) ? null : parseExpression(meaning);
  if (parsed?.ok !== true) return rules;
  return rules.map((rule) =>
    rule.name === op && rule.value === null ? { ...rule, value: parsed.expression } : rule,
  );
}

/**
 * A rule that does not hold may be right on an engine that is wrong: what it leans on is asked of the engine as it lies there.
 * @throws UserError where that fails by itself
 */
async function requireSound(
  target: Target,
  base: FrozenTree,
  goal: Goal,
  rules: readonly Rule[],
): Promise<void> {
  const wrong = (reason: string): UserError =>
    new UserError(
      'usage',
      `The engine itself fails, so nothing can be said of the rule: ${reason}`,
      '`vibegrad check` tells all that is wrong with it.',
    );
  const [broken] = linkModules(base, target).reasons;
  if (broken !== undefined) throw wrong(broken);
  const table = base.files.find(({ path }) => path === target.table);
  const there = new Set(rowsOf(Buffer.from(table?.bytes ?? []).toString('utf8')).map(({ name }) => name));
  const leansOn = new Set(['add', 'mul', ...rules.flatMap(({ partials }) => partials.flatMap(callsIn))]);
  for (const other of target.goals) {
    const [op] = other.ops;
    if (op === undefined || operationOf(other) === undefined || other === goal) continue;
    if (!leansOn.has(op) || !there.has(op)) continue;
    const { met, reasons } = await quickVerdict(target, base, base, other);
    if (!met) throw wrong(reasons[0] ?? other.id);
  }
}

/** The operations that an expression calls by name or by sign. */
function callsIn(expression: Expression): readonly string[] {
  const below = children(expression).flatMap(callsIn);
  return expression.kind === 'call' ? [expression.op, ...below] : below;
}
