import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { fromHex64, toHex64 } from '../../agent/base/float64.ts';
import * as dd from '../../agent/checks/dd.ts';
import { drawFrom, drawReal } from '../../agent/checks/draw.ts';
import { operations } from '../../agent/checks/operations.ts';
import type { Mode, Program } from '../../agent/checks/program.ts';
import { reference } from '../../agent/checks/program-reference.ts';
import type { Real } from '../../agent/checks/tower.ts';
import { errorIn } from './decimal.ts';

type Row = [inputs: string[], value: string, first: string[], second: string[]];
const table: Record<string, Row[]> = JSON.parse(
  readFileSync(new URL('./fixtures/operations.json', import.meta.url), 'utf8'),
);

function ask(name: string, mode: Mode, at: readonly number[]): Real[] {
  const args = at.map((_, i) => i);
  const program: Program = {
    inputs: at.length,
    nodes: [
      ...args.map((index) => ({ kind: 'input', index }) as const),
      { kind: 'op' as const, op: name, args },
    ],
    outputs: [at.length],
  };
  return reference({ program, mode, at: at.map(toHex64) }).map((v) => v.data[0]!);
}

test('every operation is in the table of decimals', () => {
  expect(Object.keys(table).sort()).toEqual([...operations.keys()].sort());
});

describe('references agree with 50-digit decimals, to 1e-27 of their running-error scale', () => {
  for (const [name, rows] of Object.entries(table)) {
    test(`${name}: value, first and second partials`, () => {
      for (const [inputs, value, first, second] of rows) {
        const at = inputs.map(fromHex64);
        const answers = [...ask(name, 'value', at), ...ask(name, 'grad', at), ...ask(name, 'hessian', at)];
        const decimals = [value, ...first, ...second];
        expect(answers).toHaveLength(decimals.length);
        answers.forEach((got, i) => {
          const error = errorIn(got, decimals[i]!, Math.max(got.err, Math.abs(got.hi), 1e-280));
          if (!(error < 1e-27)) {
            expect.fail(`${name}(${at}), number ${i}: ${got.hi} for ${decimals[i]}, off by ${error} scales`);
          }
        });
      }
    });
  }
});

/** f′ by central differences in double-double, extrapolated over halved steps (Richardson). */
function extrapolated(f: (x: dd.DD) => dd.DD, x: number): dd.DD {
  const columns: dd.DD[] = [];
  for (let level = 0; level < 6; level++) {
    const h = dd.dd(2 ** -(8 + level) * Math.min(1, Math.abs(x)));
    const slope = dd.div(dd.sub(f(dd.add(dd.dd(x), h)), f(dd.sub(dd.dd(x), h))), dd.times(h, 2));
    columns.push(slope);
    for (let k = level - 1, factor = 4; k >= 0; k--, factor *= 4) {
      const finer = columns[k + 1]!;
      columns[k] = dd.add(finer, dd.div(dd.sub(finer, columns[k]!), dd.dd(factor - 1)));
    }
  }
  return columns[0]!;
}

describe('the partials of unary references are the slopes of their values, by extrapolated differences', () => {
  for (const op of operations.values()) {
    if (op.arity !== 1) continue;
    test(op.name, () => {
      const draw = drawFrom(new Uint8Array(32), 'richardson', op.name);
      const domain = {
        ...op.domain[0]!,
        low: Math.max(op.domain[0]!.low, -9),
        high: Math.min(op.domain[0]!.high, 9),
      };
      for (let i = 0; i < 20; i++) {
        const x = drawReal(draw, domain, 'plain');
        // Steps must stay inside the domain, and on one side of a kink.
        const clear = Math.min(x - domain.low, domain.high - x, Math.abs(Math.abs(x) - 1), Math.abs(x));
        if (clear < 2 ** -5) continue;
        const slope = extrapolated(op.value, x);
        const [right] = ask(op.name, 'grad', [x]);
        const error =
          Math.abs(dd.sub(slope, right!).hi) / Math.max(right!.err, Math.abs(op.value(dd.dd(x)).hi), 1);
        expect(error, `at ${x}`).toBeLessThan(1e-13);
      }
    });
  }
});
