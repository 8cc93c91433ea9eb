import { beforeAll, describe, expect, it } from 'vitest';
import { grad, hvp, jit, jvp, type NDArray, ops, type Value } from '../../../engine/index.ts';
import {
  type Asked,
  ask,
  type Found,
  INSTALL,
  type Library,
  librariesWanted,
  PARTS,
  type Part,
} from './libraries.ts';
import { type Compared, pointOf, programs, weightsFor } from './programs.ts';

/**
 * Differences are measured against the largest number of the array that they are in: a number that others of the array
 * cancel to is only known that well, in any library.
 */
const ALLOWED = 1e-12;

/** What a library itself computes with fewer digits: how far apart this may be, and why. */
export type LessExact = Readonly<
  Record<string, { readonly parts: readonly Part[]; readonly allowed: number }>
>;

/** States that the engine agrees with a library on every program. */
export function describeAgreement(library: Library, title: string, lessExact: LessExact = {}): void {
  describe.skipIf(!librariesWanted())(`${title} in float64 (install it with ${INSTALL})`, () => {
    let theirs: Map<string, Found>;

    beforeAll(async () => {
      const asked = Object.entries(programs).map(([name, program]) => [name, question(program)]);
      theirs = await ask(library, Object.fromEntries(asked) as Record<string, Asked>);
    }, 600_000);

    it('has been asked about the programs of this list, and no others', () => {
      expect([...theirs.keys()].sort()).toEqual(Object.keys(programs).sort());
    });

    it.each(Object.keys(programs))('%s: value, jvp, gradient and Hessian times vector', (name) => {
      const found = findings(programs[name]!);
      const expected = theirs.get(name)!;
      for (const part of PARTS) {
        const exception = lessExact[name]?.parts.includes(part) ? lessExact[name].allowed : undefined;
        expect(expected[part], part).toHaveLength(found[part].length);
        found[part].forEach((x, i) => {
          const apart = difference(x, expected[part][i]!);
          expect(apart, `${part} ${i}`).toBeLessThanOrEqual(exception ?? ALLOWED);
        });
      }
    });
  });
}

function question(program: Compared): Asked {
  const { inputs, direction } = pointOf(program);
  return { inputs, direction, weights: weightsFor(ops.shapeOf(program.f(...inputs))) };
}

/** What the engine finds, the Hessian times the direction by a compiled program. */
function findings({ f, rooms }: Compared): Found {
  const { inputs, direction } = pointOf({ f, rooms });
  const [value, slope] = jvp(f, inputs, direction) as [Value, Value];
  const weights = weightsFor(ops.shapeOf(value));
  const weighed = (...xs: Value[]) => ops.sum(ops.mul(f(...xs), weights));
  const gradient = grad(weighed)(...inputs);
  const curved = jit((...xs: Value[]) => hvp(weighed, xs, direction));
  return {
    value: [array(value)],
    jvp: [array(slope)],
    gradient: ([gradient].flat() as Value[]).map(array),
    hvp: (curved(...inputs) as Value[]).map(array),
  };
}

const array = (x: Value): NDArray => ops.array(x as NDArray);

/** The largest difference, relative to the largest number expected. Infinite where shapes differ or NaN is met. */
function difference(x: NDArray, expected: NDArray): number {
  if (x.shape.join() !== expected.shape.join()) return Number.POSITIVE_INFINITY;
  let [apart, largest] = [0, 0];
  for (let i = 0; i < expected.data.length; i++) {
    const [a, b] = [Number(x.data[i]), Number(expected.data[i])];
    if (!Number.isFinite(a) || !Number.isFinite(b)) return Number.POSITIVE_INFINITY;
    apart = Math.max(apart, Math.abs(a - b));
    largest = Math.max(largest, Math.abs(b));
  }
  return apart === 0 ? 0 : apart / largest;
}
