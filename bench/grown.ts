import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { looseTree } from '../agent/judge/index.ts';
import type { FrozenTree, JudgeContext, JudgeRequest } from '../agent/judge/types.ts';
import { engineTarget } from '../agent/targets/index.ts';
import { RIGHT, withRules } from '../test/judge/engines.ts';

/** The new rules that are judged in turn; no other rule is written with any of them. */
const NEW = ['tanh', 'atan', 'asinh', 'atanh'] as const;

/** An engine of about thirty rules, and candidates that each add one. */
export interface Grown {
  readonly base: FrozenTree;
  readonly rules: number;
  readonly candidates: readonly { readonly goal: string; readonly tree: FrozenTree; readonly text: string }[];
}

export function grown(): Grown {
  const seed = (name: string) => readFileSync(new URL(`../engine/seed/${name}`, import.meta.url));
  const contract = { path: 'contract.ts', mode: '100644', bytes: seed('contract.ts') };
  const tree = (text: string): FrozenTree =>
    looseTree([contract, { path: 'engine.ts', mode: '100644', bytes: Buffer.from(text) }]);
  const isNew = (rule: string) => NEW.some((op) => rule.startsWith(`${op}:`));
  const old = RIGHT.filter((rule) => !isNew(rule));
  const engine = old.reduce((text, rule) => withRules(text, rule), seed('engine.ts').toString('utf8'));
  const candidates = RIGHT.filter(isNew).map((rule) => {
    const text = withRules(engine, rule);
    return { goal: `r1/${rule.slice(0, rule.indexOf(':'))}`, tree: tree(text), text };
  });
  // add, mul and what each line brings: one rule, or two that need each other.
  const rules = 2 + old.flatMap((lines) => lines.split('\n')).length;
  return { base: tree(engine), rules, candidates };
}

/** A request as the loop makes it. */
export function requestFor({ base }: Grown, { goal, tree }: Grown['candidates'][number]): JudgeRequest {
  return {
    target: engineTarget.name as 'engine',
    base,
    candidate: tree,
    goals: [goal],
    attempts: { [goal]: 1 },
    shrink: true,
  };
}

/** Draws that nobody foresees; what would be stored gets its own id. */
export const context: JudgeContext = {
  draw: async () => randomBytes(32),
  store: async (files) => looseTree(files).id,
  signal: new AbortController().signal,
};
