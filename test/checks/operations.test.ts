import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { toHex64 } from '../../agent/base/float64.ts';
import * as dd from '../../agent/checks/dd.ts';
import { drawFrom, drawReal } from '../../agent/checks/draw.ts';
import type { AtEdge, Operation } from '../../agent/checks/operation.ts';
import { operation, operations } from '../../agent/checks/operations.ts';
import type { Mode, Program } from '../../agent/checks/program.ts';
import { reference } from '../../agent/checks/program-reference.ts';
import type { Real } from '../../agent/checks/tower.ts';
import { folder, INSTALL, librariesWanted } from '../engine/agreement/libraries.ts';
import { errorIn } from './decimal.ts';
import {
  type Exact,
  type Row,
  source,
  sourceNow,
  table,
  type Written,
  within1ulp,
  written,
} from './exact.ts';

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

const MODES = ['value', 'grad', 'hessian'] as const;

/** The numbers that a reference gets wrong at a row, told. */
function missed(
  name: string,
  row: Row,
  wrong: (got: Real, exact: Exact) => boolean,
  modes: readonly Mode[] = MODES,
): string[] {
  const exact: Partial<Record<Mode, readonly Exact[]>> = {
    value: [row.value],
    grad: row.first,
    hessian: row.second,
  };
  return modes.flatMap((mode) =>
    ask(name, mode, row.at).flatMap((got, i) => {
      const right = exact[mode]![i]!;
      return wrong(got, right) ? [`${row.group}: ${mode}[${i}] at ${row.at}: ${got.hi} for ${right}`] : [];
    }),
  );
}

/** Whether a reference leaves a number open, as it must where there is none or float64 has none so large. */
const open = ({ hi, err }: Real): boolean => !Number.isFinite(hi) || !Number.isFinite(err);

const LIMITS: ReadonlySet<string> = new Set(['signed zero', 'infinite', 'border', 'outside']);

test('the table follows from the scripts beside it', () => {
  expect(source).toBe(sourceNow());
});

describe.skipIf(!librariesWanted())(`mpmath itself, really asked (install it with ${INSTALL})`, () => {
  test('gives the rows of the table', { timeout: 180_000 }, async () => {
    const script = fileURLToPath(new URL('./fixtures/operations.py', import.meta.url));
    const asked = ['-B', script, '--every', '12'];
    const { stdout } = await promisify(execFile)(join(folder(), 'bin', 'python'), asked, {
      maxBuffer: 2 ** 26,
    });
    const { source: _, ...found }: Record<string, readonly Written[]> = JSON.parse(stdout);
    expect(Object.keys(found)).toEqual([...table.keys()]);
    for (const [name, rows] of Object.entries(found)) {
      expect(rows.length, name).toBeGreaterThan(2);
      expect((written as Record<string, readonly Written[]>)[name], name).toEqual(
        expect.arrayContaining([...rows]),
      );
    }
  });
});

test('every operation is in the domain table, with inputs of every kind that its domain has', () => {
  expect([...table.keys()].sort()).toEqual([...operations.keys()].sort());
  for (const [name, rows] of table) {
    const groups = new Set(rows.map(({ group }) => group));
    expect([...groups], name).toEqual(expect.arrayContaining(['ordinary']));
    if (rows.some(({ group, at }) => !LIMITS.has(group) && at.some((x) => Math.abs(x) > 1e3)))
      expect([...groups], name).toContain('huge');
    const { domain } = operation(name);
    if (domain[0]!.low < 0 && domain[0]!.high > 0) {
      expect([...groups], name).toEqual(expect.arrayContaining(['tiny', 'subnormal', 'signed zero']));
    }
    if (operation(name).kinks) expect([...groups], name).toContain('kink');
  }
});

/**
 * Where second partials are sums of terms that float64 cannot hold, though it could hold the sums: the references leave these
 * open, too, and the judge with them.
 */
const TERMS_LEAVE_THE_RANGE: Readonly<Record<string, (a: number, b: number) => boolean>> = {
  atan2: (a, b) => Math.max(Math.abs(a), Math.abs(b)) < 1e-154,
  pow: (a, b) => a < 2 ** -1022 || !Number.isFinite(a ** b),
};

describe.each([...table])('the reference of %s', (name, rows) => {
  test('agrees with exact value and partials, first and second, to one unit in the last place', () => {
    const wrong = (got: Real, exact: Exact): boolean =>
      open(got)
        ? !mayBeOpen(exact) || (exact !== 'none' && Number.isFinite(got.hi) && !within1ulp(got.hi, exact))
        : !within1ulp(got.hi, exact);
    const inside = rows.filter(({ group }) => group !== 'kink' && !LIMITS.has(group));
    const hopeless = TERMS_LEAVE_THE_RANGE[name];
    expect(
      inside.flatMap((row) => {
        if (!hopeless?.(row.at[0]!, row.at[1]!)) return missed(name, row, wrong);
        const finite = (got: Real, exact: Exact): boolean => !open(got) && !within1ulp(got.hi, exact);
        return [...missed(name, row, wrong, ['value', 'grad']), ...missed(name, row, finite, ['hessian'])];
      }),
    ).toEqual([]);
  });

  test('is right or leaves open what lies at zeros, on borders and beyond its domain', () => {
    const wrong = (got: Real, exact: Exact): boolean =>
      !open(got) && exact !== 'none' && !within1ulp(got.hi, exact);
    const none = (got: Real): boolean => !Number.isNaN(got.hi);
    const near = rows.filter(({ group }) => group === 'signed zero' || group === 'border');
    const beyond = rows.filter(({ group }) => group === 'outside');
    expect([
      ...near.flatMap((row) => missed(name, row, wrong)),
      // Partials are asked for where there is a value alone.
      ...beyond.flatMap((row) => missed(name, row, none, ['value'])),
    ]).toEqual([]);
  });

  test('agrees to 1e-27 of its running-error scale where inputs are ordinary, and of angles however large', () => {
    const wrong = (got: Real, exact: Exact): boolean =>
      !mayBeOpen(exact) && !(errorIn(got, exact, Math.max(got.err, Math.abs(got.hi), 1e-280)) < 1e-27);
    const turns = ['sin', 'cos', 'tan'].includes(name);
    const ordinary = rows.filter(({ group }) => group === 'ordinary' || (turns && group === 'huge'));
    expect(ordinary.flatMap((row) => missed(name, row, wrong))).toEqual([]);
  });
});

/** Whether there is no such float64, or its running error may leave the range, or (it is so near) its terms may. */
function mayBeOpen(exact: Exact): boolean {
  return exact === 'none' || Math.abs(Number(exact.replace('inf', 'Infinity'))) >= 2 ** 1020;
}

describe('on a kink', () => {
  const kinked = [...table].flatMap(([name, rows]) =>
    rows.filter(({ group }) => group === 'kink').map((row) => [name, row] as const),
  );
  test.each(kinked)('%s allows its one-sided slopes and all between (%o)', (name, { at, value, first }) => {
    const sides = operation(name).kink!(...at)!.flat();
    expect(sides.map(String)).toEqual(first.map((exact) => String(Number(exact))));
    expect(within1ulp(ask(name, 'value', at)[0]!.hi, value)).toBe(true);
    expect(ask(name, 'grad', at).every(open)).toBe(true);
  });
});

describe('what is written of edges is the limit', () => {
  const same = (a: readonly number[], b: readonly number[]): boolean => a.every((x, i) => Object.is(x, b[i]));
  const edges = [...operations.values()].flatMap((op) =>
    op.edges.filter(({ at }) => !at.some(Number.isNaN)).map((edge) => [op.name, edge] as const),
  );
  test.each(edges)('%s: %o', (name, { at, value, partials }) => {
    const row = table.get(name)!.find((one) => same(one.at, at));
    expect(row, 'it is in the domain table').toBeDefined();
    expect(isLimit(value, row!.value, operation(name), at), `value ${row!.value}`).toBe(true);
    partials.forEach((partial, i) => {
      expect(isLimit(partial, row!.first[i]!), `partial ${i}: ${row!.first[i]}`).toBe(true);
    });
  });
});

/** Where there is no limit, the value is ECMAScript's. */
function isLimit(edge: AtEdge, exact: Exact, op?: Operation, at: readonly number[] = []): boolean {
  if (edge === 'any') return true;
  if (edge === '-0' || edge === '+0') {
    if (exact === (edge === '-0' ? '-0' : '0')) return true;
    return Object.is(ecmascript(op, at), edge === '-0' ? -0 : 0);
  }
  if (typeof edge !== 'number') return within1ulp(edge[0], exact) || within1ulp(edge[1], exact);
  return exact === 'none' && op ? Object.is(edge, ecmascript(op, at) ?? Number.NaN) : within1ulp(edge, exact);
}

function ecmascript(op: Operation | undefined, at: readonly number[]): number | undefined {
  return (Math as unknown as Record<string, ((...x: number[]) => number) | undefined>)[op?.name ?? '']?.(
    ...at,
  );
}

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
