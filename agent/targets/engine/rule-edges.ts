import { fromHex64, type Hex64, toHex64 } from '../../base/float64.ts';
import type { Program } from '../../checks/program.ts';
import type { Case, Expected, Goal } from '../../checks/types.ts';
import { STANDARD } from './rule-ops.ts';

/** What is publicly known of an op at one special input: a kink, a zero, an infinity, NaN. Numbers in hex. */
export interface VisibleEdge {
  readonly at: readonly Hex64[];
  readonly value: Hex64;
  /** Bounds for each partial, the same number twice where it is known; null where it is open. */
  readonly partials: readonly (readonly [low: Hex64, high: Hex64] | null)[];
}

/** The edges of a goal's op in the visible pools of its checks, read from the cases that are the op alone. */
export function visibleEdges(goal: Goal): readonly VisibleEdge[] {
  const [op] = goal.ops;
  if (op === undefined) return [];
  const edges = new Map<
    string,
    { at: readonly Hex64[]; value?: Hex64 | undefined; partials?: VisibleEdge['partials'] }
  >();
  for (const check of goal.checks) {
    if (check.family !== 'kink' && check.family !== 'nonfinite') continue;
    for (const one of check.visible()) {
      const at = inputsOf(one, op);
      if (at === null) continue;
      const key = at.join(' ');
      const edge = edges.get(key) ?? { at };
      edges.set(key, edge);
      if (one.request.mode === 'value') edge.value ??= knownValue(one.expected[0]!) ?? standardValue(op, at);
      if (one.request.mode === 'grad') edge.partials ??= one.expected.map(bounds);
    }
  }
  return [...edges.values()].flatMap(
    ({ at, value = standardValue(op, at), partials = at.map(() => null) }) =>
      value === undefined ? [] : [{ at, value, partials }],
  );
}

/** The inputs of a case whose program is the op of its inputs, in order; null for any other program. */
function inputsOf({ request: { program, at } }: Case, op: string): readonly Hex64[] | null {
  return isAlone(program, op) && at.every((x) => typeof x === 'string') ? (at as readonly Hex64[]) : null;
}

function isAlone({ nodes, inputs, outputs }: Program, op: string): boolean {
  const result = nodes[outputs[0]!];
  if (result?.kind !== 'op' || result.op !== op || outputs.length !== 1) return false;
  return (
    result.args.length === inputs &&
    result.args.every((arg, i) => {
      const node = nodes[arg];
      return node?.kind === 'input' && node.index === i;
    })
  );
}

function knownValue(expected: Expected): Hex64 | undefined {
  if (expected.kind === 'near' || expected.kind === 'same') return expected.value;
  return expected.kind === 'nan' ? toHex64(Number.NaN) : undefined;
}

function bounds(expected: Expected): readonly [Hex64, Hex64] | null {
  if (expected.kind === 'within') return [expected.low, expected.high];
  const value = knownValue(expected);
  return value === undefined ? null : [value, value];
}

function standardValue(op: string, at: readonly Hex64[]): Hex64 | undefined {
  const [a, b] = at.map(fromHex64);
  const standard = STANDARD.get(op);
  return standard?.arity === at.length ? toHex64(standard.compute(a!, b ?? 0)) : undefined;
}
