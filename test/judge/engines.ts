import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { looseTree } from '../../agent/judge/index.ts';
import type { FrozenFile, FrozenTree, JudgeContext, JudgeRequest } from '../../agent/judge/types.ts';
import { applyRules, parseRules } from '../../agent/targets/engine/rule.ts';

const read = (name: string): string =>
  readFileSync(new URL(`../../engine/seed/${name}`, import.meta.url), 'utf8');

export const seed = read('engine.ts');
export const contract = read('contract.ts');

/** Right rules, one proposal a line, in an order in which each uses only ops that stand before it or beside it. */
export const RIGHT: readonly string[] = `neg: -1
sub: 1, -1
div: 1/b, -y/b
reciprocal: -y*y
square: 2*x
cube: 3*x*x
sqrt: 0.5/y
rsqrt: -0.5*y/x
cbrt: y/(3*x)
exp: y
exp2: ln2*y
expm1: y + 1
log: 1/x
log2: 1/(ln2*x)
log10: 1/(ln10*x)
log1p: 1/(1 + x)
sin: cos(x); cos: -sin(x)
tan: 1 + y*y
sinh: cosh(x); cosh: sinh(x)
tanh: 1/square(cosh(x))
asin: 1/sqrt((1 - x)*(1 + x))
acos: -1/sqrt((1 - x)*(1 + x))
atan: 1/(1 + x*x)
asinh: 1/sqrt(1 + x*x)
acosh: 1/(sqrt(x - 1)*sqrt(x + 1))
atanh: 1/((1 - x)*(1 + x))
abs: sign(x)
relu: step(x)
max: where(a > b, 1, 0), where(a > b, 0, 1)
min: where(a < b, 1, 0), where(a < b, 0, 1)
pow: b*pow(a, b - 1), y*log(a)`
  .split('\n')
  .map((line) => line.replaceAll('; ', '\n'));

export function file(path: string, text: string, mode = '100644'): FrozenFile {
  return { path, mode, bytes: Buffer.from(text) };
}

/** A tree of the seed's contract and an engine. */
export function tree(engine: string, more: readonly FrozenFile[] = []): FrozenTree {
  return looseTree([file('engine.ts', engine), file('contract.ts', contract), ...more]);
}

/** An engine with more rules, written in the rule grammar. */
export function withRules(engine: string, rules: string): string {
  const parsed = parseRules(rules);
  if (!parsed.ok) throw new Error(parsed.error.message);
  const applied = applyRules(engine, parsed.rules);
  if (!applied.ok) throw new Error(applied.message);
  return applied.text;
}

/** The seed with one more row, as its table's text. */
export function withRow(row: string, engine: string = seed): string {
  const last = '  mul: { value: (a, b) => a * b, partials: [(_, b) => b, (a) => a] },\n';
  if (!engine.includes(last)) throw new Error('the seed has changed');
  return engine.replace(last, `${last}${row}\n`);
}

/** Draws that follow from a number, every call remembered; what would be stored gets its own id. */
export function context(seedNumber = 1): JudgeContext & { readonly asked: string[] } {
  const asked: string[] = [];
  return {
    asked,
    draw: async (id, stage) => {
      asked.push(`${id} ${stage}`);
      return createHash('sha256').update(`${seedNumber} ${id} ${stage}`).digest();
    },
    store: async (files) => looseTree(files).id,
    signal: new AbortController().signal,
  };
}

export function request(candidate: FrozenTree, goals: readonly string[], base = tree(seed)): JudgeRequest {
  return { target: 'engine', base, candidate, goals, attempts: {}, shrink: true };
}
