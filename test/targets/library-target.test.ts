import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { drawFrom } from '../../agent/checks/draw.ts';
import type { Mode, Program } from '../../agent/checks/program.ts';
import { isUnder } from '../../agent/judge/tree.ts';
import { rowsOf } from '../../agent/targets/engine/rule.ts';
import { engineTarget, libraryTarget, targetWhere } from '../../agent/targets/index.ts';
import * as library from '../../engine/index.ts';
import type { Engine, Op, Value } from '../../engine/seed/contract.ts';
import { wrongIn } from '../checks/interpret.ts';

const root = join(import.meta.dirname, '..', '..');
const engine = library as unknown as Engine;
const extremes = libraryTarget.goals.find((goal) => goal.id === 'r6/extremes')!;

describe('the library as a target', () => {
  test('every file of the library may change or is pinned, and none is both', () => {
    const files = readdirSync(join(root, 'engine'), { recursive: true, withFileTypes: true })
      .filter((file) => file.isFile())
      .map((file) => `${file.parentPath}/${file.name}`.slice(root.length + 1))
      // An engine of its own, which the library does not load.
      .filter((path) => !path.startsWith('engine/known-good/'));
    const { editable, pinned } = libraryTarget;
    const kinds = files.map((path) => Number(isUnder(path, editable)) + Number(isUnder(path, pinned)));
    expect(files.filter((_, i) => kinds[i] !== 1)).toEqual([]);
    expect(files).toEqual(
      expect.arrayContaining([libraryTarget.entry, libraryTarget.table, libraryTarget.contract]),
    );
  });

  test('what may change of the elementwise operations is their values and partials', async () => {
    const table = await import('../../engine/elementwise/table.ts');
    expect(Object.keys(table)).toEqual(['elementwise']);
    const members = Object.values(table.elementwise).flatMap((row) => Object.keys(row));
    expect([...new Set(members)].sort()).toEqual(['kind', 'partials', 'value']);
  });

  test('is what a folder holds that has no engine.ts', () => {
    const holding =
      (...paths: string[]) =>
      (path: string) =>
        paths.includes(path) ? new Uint8Array() : undefined;
    expect(targetWhere(holding('engine/index.ts'))).toBe(libraryTarget);
    expect(targetWhere(holding('engine/index.ts', 'engine.ts'))).toBe(engineTarget);
    expect(targetWhere(holding())).toBeUndefined();
  });

  test('asks all that is asked of any engine, and more', () => {
    expect(libraryTarget.goals.slice(0, engineTarget.goals.length)).toEqual(engineTarget.goals);
    const more = libraryTarget.goals.slice(engineTarget.goals.length);
    expect(more.length).toBeGreaterThan(8);
    expect(more.filter((goal) => goal.rung !== 6)).toEqual([]);
  });

  test('asks of every row of its table, since a proposal may change every one: values and derivatives', () => {
    const opsIn = ({ nodes }: Program): readonly string[] =>
      nodes.flatMap((node) => {
        if (node.kind === 'op') return [node.op];
        if (node.kind === 'grad') return opsIn(node.body);
        return [];
      });
    const asked = libraryTarget.goals.flatMap((goal) =>
      goal.checks.flatMap((check) => check.visible().map(({ request }) => request)),
    );
    const asking = (...modes: readonly Mode[]) =>
      new Set(asked.flatMap(({ program, mode }) => (modes.includes(mode) ? opsIn(program) : [])));
    const rows = rowsOf(readFileSync(join(root, libraryTarget.table), 'utf8')).map(({ name }) => name);
    expect(rows.length).toBeGreaterThan(70);
    expect(rows.filter((name) => !asking('grad').has(name))).toEqual([]);
    // What a comparison says is told by a derivative.
    const { ops: comparisons } = libraryTarget.goals.find(({ id }) => id === 'r6/comparisons')!;
    expect(rows.filter((name) => !asking('value').has(name) && !comparisons.includes(name))).toEqual([]);
  });

  test('what its sessions start from: a table with the same rows, of which many lack their rule', () => {
    const text = (folder: string) => readFileSync(join(root, folder, libraryTarget.table), 'utf8');
    const before = rowsOf(text('sessions/library-base/rules'));
    const now = rowsOf(text('.'));
    expect(before.map(({ name }) => name)).toEqual(now.map(({ name }) => name));
    expect(before.filter((row) => !row.ruled)).toHaveLength(33);
    expect(now.filter((row) => !row.ruled)).toEqual([]);
  });
});

const withOp = (name: string, op: Op): Engine => ({ ...engine, ops: { ...engine.ops, [name]: op } });
const ops = engine.ops as Readonly<Record<string, (...inputs: Value[]) => Value>>;
const { add, div, exp, mul, neg, reciprocal, rsqrt, sigmoid, square, sub } = ops as Record<string, Op>;
const draw = () => drawFrom(new Uint8Array(32).fill(3), 'library', 'extremes');

/** The library's operation with other partials. */
function withPartials(name: string, ...partials: readonly Op[]): Op {
  const rule = (args: Value[], tangents: Value[]): [Value, Value] => [
    ops[name]!(...args),
    partials.map((partial, i) => mul!(tangents[i]!, partial(...args))).reduce((a, b) => add!(a, b)),
  ];
  return library.customJvp(ops[name] as never, rule as never) as unknown as Op;
}

describe('slopes at extreme arguments', () => {
  const length = (a: Value, b: Value) => add!(square!(a), square!(b));
  /** Formulas that are right on paper, and at arguments from 1e-3 to 1e3: what the library had. */
  const naive: Readonly<Record<string, readonly Op[]>> = {
    asinh: [(x) => rsqrt!(add!(square!(x!), 1))],
    acosh: [(x) => rsqrt!(sub!(square!(x!), 1))],
    atan2: [(a, b) => div!(b!, length(a!, b!)), (a, b) => neg!(div!(a!, length(a!, b!)))],
    log1mexp: [(x) => reciprocal!(sub!(exp!(x!), 1))],
    gelu: [
      (x) => {
        const s = sigmoid!(mul!(1.5957691216057308, add!(x!, mul!(0.044715, ops.cube!(x!)))));
        const slope = mul!(1.5957691216057308, add!(1, mul!(3 * 0.044715, square!(x!))));
        return add!(s, mul!(mul!(x!, slope), mul!(s, sub!(1, s))));
      },
    ],
  };
  test.each(Object.entries(naive))('the naive partials of %s fail', (name, partials) => {
    const op = withPartials(name, ...partials);
    const check = extremes.checks.find(({ id }) => id === `r6/extremes/${name}`)!;
    expect(wrongIn(withOp(name, op), check.visible()), 'visible').not.toEqual([]);
    expect(wrongIn(withOp(name, op), check.heldOut(draw(), 40)), 'held out').not.toEqual([]);
  });
});

describe('operations on arrays', () => {
  const goal = (id: string) => libraryTarget.goals.find((one) => one.id === id)!;
  const checks = libraryTarget
    .together([goal('r4/sum')], [goal('r1/relu')])
    .filter(({ check }) => check.id === 'r1/relu/arrays');

  test('are asked of what is new, once there are sums', () => {
    expect(checks).toHaveLength(1);
    expect(
      libraryTarget.together([], [goal('r1/relu')]).some(({ check }) => check.id === 'r1/relu/arrays'),
    ).toBe(false);
  });

  test('a rule that looks at a plain number is refused', () => {
    const first = (x: Value): number => (typeof x === 'number' ? x : (engine.unpack!(x).data[0] ?? 0));
    const relu: Op = (x) => mul!(x!, first(x!) > 0 ? 1 : 0);
    const { check } = checks[0]!;
    expect(wrongIn(withOp('relu', relu), check.heldOut(draw(), 20))).not.toEqual([]);
    expect(wrongIn(engine, [...check.visible(), ...check.heldOut(draw(), 20)])).toEqual([]);
  });
});
