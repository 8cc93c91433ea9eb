import { operations } from '../../checks/operations.ts';

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

/** An engine's API, recognised. Operations are pairs of the ladder's name and the engine's. */
export type Shape = { readonly ops: readonly (readonly [name: string, own: string])[] } & (
  | { readonly kind: 'contract' }
  /** `new Value(2).mul(…)`, `y.backward()`, `x.grad`. */
  | { readonly kind: 'methods'; readonly of: string; readonly value: string; readonly slope: string }
  /** `tape.variable(2)`; operations are methods of the variable or of the tape; `x.grad` after `backward`. */
  | {
      readonly kind: 'tape';
      readonly of: string;
      readonly make: string;
      readonly variable: string;
      readonly on: 'tape' | 'variable';
      readonly backward: 'tape' | 'variable';
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
  if (named.has('ops') && named.has('primal') && named.has('grad')) return { kind: 'contract', ops: [] };
  const classes = exports.filter((one) => one.kind === 'class');
  return tape(classes) ?? methods(classes) ?? functions(exports, classes) ?? { kind: 'unknown', ops: [] };
}

/** Operations among functions or methods: of these the first argument is the object itself. */
function opsAmong(
  found: readonly { readonly name: string; readonly params: number }[],
  isMethod: boolean,
): (readonly [string, string])[] {
  const arities = new Map(found.map(({ name, params }) => [name, params + (isMethod ? 1 : 0)]));
  return [...operations.values()].flatMap(({ name, arity }) => {
    const own = [name, ...(SYNONYMS[name] ?? [])].find((known) => {
      const takes = arities.get(known);
      return takes === arity || takes === Number.POSITIVE_INFINITY;
    });
    return own === undefined ? [] : [[name, own] as const];
  });
}

/** `add` and `mul` are in every program. */
const isEngine = (ops: readonly (readonly [string, string])[]): boolean =>
  ['add', 'mul'].every((name) => ops.some(([own]) => own === name));

const firstOf = (names: readonly string[], among: readonly string[]): string | undefined =>
  names.find((name) => among.includes(name));
const has = ({ methods }: Class, name: string): boolean => methods.some((method) => method.name === name);

function methods(classes: readonly Class[]): Shape | null {
  for (const one of classes) {
    const value = firstOf(VALUES, one.fields);
    const slope = firstOf(SLOPES, one.fields);
    // The exponent of such a `pow` is a plain number more often than not.
    const ops = opsAmong(one.methods, true).filter(([name]) => name !== 'pow');
    if (value && slope && one.params > 0 && has(one, 'backward') && isEngine(ops)) {
      return { kind: 'methods', ops, of: one.name, value, slope };
    }
  }
  return null;
}

function tape(classes: readonly Class[]): Shape | null {
  for (const one of classes) {
    const make = one.methods.find(({ name, params }) => MAKERS.includes(name) && params > 0)?.name;
    if (make === undefined) continue;
    for (const variable of classes) {
      const value = firstOf(VALUES, variable.fields);
      const slope = firstOf(SLOPES, variable.fields);
      const backward = has(one, 'backward') ? 'tape' : has(variable, 'backward') ? 'variable' : null;
      if (variable === one || !value || !slope || backward === null) continue;
      const ofTape = opsAmong(one.methods, false);
      const ofVariable = opsAmong(variable.methods, true).filter(([name]) => name !== 'pow');
      const on = isEngine(ofTape) ? 'tape' : isEngine(ofVariable) ? 'variable' : null;
      if (on === null) continue;
      const ops = on === 'tape' ? ofTape : ofVariable;
      return { kind: 'tape', ops, of: one.name, make, variable: variable.name, on, backward, value, slope };
    }
  }
  return null;
}

function functions(exports: readonly Exported[], classes: readonly Class[]): Shape | null {
  const found = exports.filter((one) => one.kind === 'function');
  const ops = opsAmong(found, false);
  const grad = found.find(({ name }) => name === 'grad' || name === 'gradient');
  if (grad === undefined || !isEngine(ops)) return null;
  const call = found.find(
    ({ name, params }) => ['primal', 'valueOf', 'unwrap'].includes(name) && params === 1,
  );
  const member = classes.map(({ fields }) => firstOf(VALUES, fields)).find((field) => field !== undefined);
  const primal = call ? { call: call.name } : member ? { member } : null;
  return { kind: 'functions', ops, grad: grad.name, curried: grad.params < 2, primal };
}
