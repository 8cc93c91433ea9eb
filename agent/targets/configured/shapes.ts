import type { Operation } from '../../checks/operation.ts';
import { operationOf } from '../../checks/operations.ts';
import { goals as ladder } from '../engine/goals.ts';

/** Something that a module exports, as far as its text shows. */
export type Exported =
  | { readonly kind: 'function'; readonly name: string; readonly params: number }
  | {
      readonly kind: 'class';
      readonly name: string;
      /** Of its constructor. */
      readonly params: number;
      readonly methods: readonly { readonly name: string; readonly params: number }[];
      readonly fields: readonly string[];
    }
  | { readonly kind: 'other'; readonly name: string };

type Class = Extract<Exported, { kind: 'class' }>;

/** An operation of an engine: a method of its values or of its tape, or a function of its module. */
export interface OwnOp {
  /** The ladder's name. */
  readonly name: string;
  /** The engine's. */
  readonly own: string;
  readonly by: 'value' | 'tape' | 'function';
}

/** An engine's API, recognised. `used` names the exports that it takes beside operations. */
export type Shape = { readonly ops: readonly OwnOp[]; readonly used: readonly string[] } & (
  | { readonly kind: 'contract' }
  /** `new Value(2).mul(…)` or `mul(new Value(2), …)`, `y.backward()` or `backward(y)`, `x.grad`. */
  | {
      readonly kind: 'methods';
      readonly of: string;
      readonly backward: OwnOp['by'];
      readonly value: string;
      readonly slope: string;
    }
  /** `tape.variable(2)`; operations are methods of the variable or of the tape, or functions; `x.grad` after `backward`. */
  | {
      readonly kind: 'tape';
      readonly of: string;
      readonly make: string;
      readonly variable: string;
      readonly backward: OwnOp['by'];
      readonly value: string;
      readonly slope: string;
    }
  /** `mul(x, y)`, and `grad(f)(x)` or `grad(f, x)`. */
  | {
      readonly kind: 'functions';
      readonly grad: string;
      readonly curried: boolean;
      readonly primal: { readonly call: string } | { readonly member: string } | null;
    }
  | { readonly kind: 'unknown' }
);

/** What engines call operations that the ladder calls otherwise. */
const SYNONYMS: Readonly<Record<string, readonly string[]>> = {
  add: ['plus', '__add__'],
  sub: ['subtract', 'minus', '__sub__'],
  mul: ['multiply', 'times', '__mul__'],
  div: ['divide', 'dividedBy', 'true_divide', '__truediv__'],
  neg: ['negate', 'negative', '__neg__'],
  log: ['ln'],
  pow: ['power'],
  reciprocal: ['inv', 'recip'],
  max: ['maximum'],
  min: ['minimum'],
  abs: ['__abs__'],
  asin: ['arcsin'],
  acos: ['arccos'],
  atan: ['arctan'],
  asinh: ['arcsinh'],
  acosh: ['arccosh'],
  atanh: ['arctanh'],
  atan2: ['arctan2'],
};

const VALUES = ['value', 'data', 'val', 'primal', 'v'];
const SLOPES = ['grad', 'gradient', 'adjoint', 'derivative', 'g'];
const MAKERS = ['variable', 'var', 'input', 'leaf', 'watch', 'parameter', 'param'];

/** Recognises the API that a module's exports make up. */
export function recognise(exports: readonly Exported[]): Shape {
  const named = new Map(exports.map((one) => [one.name, one]));
  if (named.has('ops') && named.has('primal') && named.has('grad')) {
    return { kind: 'contract', ops: [], used: [] };
  }
  const classes = exports.filter((one) => one.kind === 'class');
  const found = exports.filter((one) => one.kind === 'function');
  const ofValues = methods(classes, found);
  const ofFunctions = functions(classes, found);
  // Where operations are functions anyway, a gradient that is one says more than a field.
  const first = ofValues?.ops.some(({ name, by }) => name === 'mul' && by === 'value')
    ? ofValues
    : ofFunctions;
  return tape(classes, found) ?? first ?? ofValues ?? { kind: 'unknown', ops: [], used: [] };
}

/** Functions and classes of a module that an adapter for its shape has no use for. */
export function unused({ kind, ops, used }: Shape, exports: readonly Exported[]): string[] {
  if (kind === 'contract' || kind === 'unknown') return [];
  const called = ops.flatMap(({ own, by }) => (by === 'function' ? [own] : []));
  return exports
    .filter(({ name, kind }) => kind !== 'other' && !used.includes(name) && !called.includes(name))
    .map(({ name }) => name);
}

type Function = Extract<Exported, { kind: 'function' }>;

const LADDER: readonly Operation[] = ladder.flatMap((goal) => operationOf(goal) ?? []);

/** Operations of the ladder among functions or methods; the first argument of a value's method is the value itself. */
function opsAmong(
  found: readonly { readonly name: string; readonly params: number }[],
  by: OwnOp['by'],
): readonly OwnOp[] {
  const arities = new Map(found.map(({ name, params }) => [name, params + (by === 'value' ? 1 : 0)]));
  return LADDER.flatMap(({ name, arity }) => {
    const own = [name, ...(SYNONYMS[name] ?? [])].find((known) => {
      const takes = arities.get(known);
      return takes === arity || takes === Number.POSITIVE_INFINITY;
    });
    return own === undefined ? [] : [{ name, own, by }];
  });
}

/** Operations of values, and what functions of the module add to them. */
function withFunctions(own: readonly OwnOp[], found: readonly Function[]): readonly OwnOp[] {
  const more = opsAmong(found, 'function').filter(({ name }) => !own.some((op) => op.name === name));
  // The exponent of such a `pow` is a plain number more often than not.
  return [...own, ...more].filter(({ name, by }) => name !== 'pow' || by === 'tape');
}

/** `add` and `mul` are in every program. */
const isEngine = (ops: readonly OwnOp[]): boolean =>
  ['add', 'mul'].every((name) => ops.some((op) => op.name === name));

const firstOf = (names: readonly string[], among: readonly string[]): string | undefined =>
  names.find((name) => among.includes(name));
const has = ({ methods }: Class, name: string): boolean => methods.some((method) => method.name === name);
const backwardAmong = (found: readonly Function[]): 'function' | null =>
  found.some(({ name, params }) => name === 'backward' && params === 1) ? 'function' : null;
const usedOf = (...names: readonly (string | undefined)[]): string[] =>
  names.filter((name) => name !== undefined);

function methods(classes: readonly Class[], found: readonly Function[]): Shape | null {
  for (const one of classes) {
    const value = firstOf(VALUES, one.fields);
    const slope = firstOf(SLOPES, one.fields);
    const ops = withFunctions(opsAmong(one.methods, 'value'), found);
    const backward = has(one, 'backward') ? 'value' : backwardAmong(found);
    if (value && slope && one.params > 0 && backward !== null && isEngine(ops)) {
      const used = usedOf(one.name, backward === 'function' ? 'backward' : undefined);
      return { kind: 'methods', ops, used, of: one.name, backward, value, slope };
    }
  }
  return null;
}

function tape(classes: readonly Class[], found: readonly Function[]): Shape | null {
  for (const one of classes) {
    const make = one.methods.find(({ name, params }) => MAKERS.includes(name) && params > 0)?.name;
    if (make === undefined) continue;
    for (const variable of classes) {
      const value = firstOf(VALUES, variable.fields);
      const slope = firstOf(SLOPES, variable.fields);
      const backward = has(one, 'backward')
        ? 'tape'
        : has(variable, 'backward')
          ? 'value'
          : backwardAmong(found);
      if (variable === one || !value || !slope || backward === null) continue;
      const ofTape = opsAmong(one.methods, 'tape');
      // What a tape calls `add` alone may well add to the tape.
      const own = isEngine(ofTape) ? ofTape : opsAmong(variable.methods, 'value');
      const ops = withFunctions(own, found);
      if (!isEngine(ops)) continue;
      const used = usedOf(one.name, variable.name, backward === 'function' ? 'backward' : undefined);
      return { kind: 'tape', ops, used, of: one.name, make, variable: variable.name, backward, value, slope };
    }
  }
  return null;
}

function functions(classes: readonly Class[], found: readonly Function[]): Shape | null {
  const ops = opsAmong(found, 'function');
  const grad = found.find(({ name }) => name === 'grad' || name === 'gradient');
  if (grad === undefined || !isEngine(ops)) return null;
  const call = found.find(
    ({ name, params }) => ['primal', 'valueOf', 'unwrap'].includes(name) && params === 1,
  );
  const value = classes.find(({ fields }) => firstOf(VALUES, fields) !== undefined);
  const member = value && firstOf(VALUES, value.fields);
  const primal = call ? { call: call.name } : member ? { member } : null;
  const used = usedOf(grad.name, call?.name, value?.name);
  return { kind: 'functions', ops, used, grad: grad.name, curried: grad.params < 2, primal };
}
