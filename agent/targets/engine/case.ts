import { toHex64 } from '../../base/float64.ts';
import { below } from '../../checks/draw.ts';
import { expected } from '../../checks/expect.ts';
import type { Mode, Num, Program, ProgramRequest } from '../../checks/program.ts';
import { type ReferenceValue, reference } from '../../checks/program-reference.ts';
import { bottom } from '../../checks/tower.ts';
import type { Case, Check, Draw, Expected, Family } from '../../checks/types.ts';

/** −0 as people write it; other numbers in their shortest form that reads back. */
export function decimal(x: number): string {
  return Object.is(x, -0) ? '-0' : String(x);
}

/** `x = 0.5`, `a = 2, b = -1`, `x0 = 1, x1 = 2, x2 = 3`. */
export function inputText(at: readonly number[]): string {
  const names = at.length === 1 ? ['x'] : at.length === 2 ? ['a', 'b'] : at.map((_, i) => `x${i}`);
  return at.map((x, i) => `${names[i]} = ${decimal(x)}`).join(', ');
}

/** What a mode asks for, in words. */
export const ASKED: Readonly<Record<Mode, string>> = {
  value: 'the value',
  grad: 'the gradient',
  jvp: 'the directional derivative',
  hvp: 'the Hessian-vector product',
  hessian: 'the Hessian',
  jacobian: 'the Jacobian',
};

export function request(
  program: Program,
  mode: Mode,
  at: readonly (number | Num)[],
  along?: readonly (number | Num)[],
): ProgramRequest {
  const nums = (list: readonly (number | Num)[]) => list.map((x) => (typeof x === 'number' ? toHex64(x) : x));
  const base = { program, mode, at: nums(at) };
  return along ? { ...base, along: nums(along) } : base;
}

/** A case whose expectations are the program reference's. */
export function referenceCase(label: string, request: ProgramRequest): Case {
  return caseOf(label, request, reference(request));
}

function caseOf(label: string, request: ProgramRequest, values: readonly ReferenceValue[]): Case {
  const numbers: Expected[] = values.flatMap(({ data }) => data.map(expected));
  const base = { label, request, expected: numbers };
  return values.every(({ shape }) => shape.length === 0)
    ? base
    : { ...base, shapes: values.map(({ shape }) => shape) };
}

/** Programs whose running error is beyond this many times their result say too little about a rule. */
const WORST_CONDITION = 2 ** 14;

/**
 * The case of a drawn program, or null where it would say too little: a number that is undecided, out of
 * range, or drowned in rounding.
 */
export function tellingCase(label: string, request: ProgramRequest): Case | null {
  const values = reference(request);
  const tells = values.every(({ data }) =>
    data.every((x) => {
      const { hi, err } = bottom(x);
      return Number.isFinite(hi) && (hi === 0 ? err === 0 : err <= WORST_CONDITION * Math.abs(hi));
    }),
  );
  return tells ? caseOf(label, request, values) : null;
}

/** A multiple of every number of kinds that checks go round. */
const KINDS = 5040;

/** A check of an id's family. The fixed pool is built at first use and kept. */
export function check(
  goal: string,
  family: Family,
  title: string,
  visible: () => readonly Case[],
  heldOut: (draw: Draw, index: number) => Case,
  name: string = family,
): Check {
  let pool: readonly Case[] | undefined;
  return {
    id: `${goal}/${name}`,
    family,
    title,
    visible() {
      pool ??= visible();
      return pool;
    },
    heldOut: (draw, count) => {
      // Wherever a draw begins among the kinds of cases: one case of each tree is not always of the first kind.
      const start = below(draw, KINDS);
      return Array.from({ length: count }, (_, i) => heldOut(draw, start + i));
    },
  };
}

const ATTEMPTS = 12;

/** The first of a few drawn cases that says enough, else a fixed one. */
export function firstTelling(attempt: () => Case | null, otherwise: () => Case): Case {
  for (let i = 0; i < ATTEMPTS; i++) {
    const found = attempt();
    if (found) return found;
  }
  return otherwise();
}
