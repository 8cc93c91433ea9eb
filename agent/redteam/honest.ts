import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../base/package.ts';
import { applyRules, parseRules } from '../targets/engine/rule.ts';
import type { Edit } from './types.ts';

/** The goal that candidates are named for. */
export const GOAL = 'r1/tanh';

const MUL = '  mul: { value: (a, b) => a * b, partials: [(_, b) => b, (a) => a] },\n';
const TANH = '  tanh: { value: Math.tanh, partials: [(_, y) => ops.add(1, ops.mul(-1, ops.mul(y, y)))] },\n';

/** The seed with a few rules: what candidates improve. */
export function baseEngine(): string {
  const seed = readFileSync(join(packageRoot, 'engine', 'seed', 'engine.ts'), 'utf8');
  const parsed = parseRules('neg: -1\nsub: 1, -1\nexp: y\nsin: cos(x)\ncos: -sin(x)');
  if (!parsed.ok) throw new Error(parsed.error.message);
  const applied = applyRules(seed, parsed.rules);
  if (!applied.ok) throw new Error(applied.message);
  return applied.text;
}

/** The base with a right rule for the goal: what the judge accepts, and what cheats are made from. */
export function honestEngine(base: string): string {
  return edited(base, [[MUL, MUL + TANH]]);
}

/** @throws Error where the text does not hold what an edit replaces: then the corpus is out of date. */
export function edited(text: string, edits: readonly Edit[]): string {
  return edits.reduce((now, [from, to]) => {
    if (!now.includes(from)) throw new Error(`the engine holds nothing like ${from}`);
    return now.replace(from, () => to);
  }, text);
}
