import { describe, expect, test } from 'vitest';
import { drawFrom } from '../../agent/checks/draw.ts';
import { operation, operations } from '../../agent/checks/operations.ts';
import { goalById, secondOrderChecks } from '../../agent/targets/index.ts';
import {
  engine,
  ops,
  type Primitive,
  primal,
  primitives,
  withPrimitive,
} from '../../engine/known-good/engine.ts';
import type { Engine, Value } from '../../engine/seed/contract.ts';
import { wrongIn } from '../checks/interpret.ts';

const bytes = new Uint8Array(32).fill(99);
const names = [...operations.keys()].filter((name) => name in primitives);
const goalOf = (name: string) =>
  ['r0', 'r1', 'r2'].map((rung) => goalById(`${rung}/${name}`)).find((goal) => goal !== undefined)!;

/** Whether the checks of the operation's goal find anything wrong, and how much of it in the public pool. */
function found(candidate: Engine, name: string): { visible: number; heldOut: number } {
  const counts = { visible: 0, heldOut: 0 };
  for (const check of goalOf(name).checks) {
    counts.visible += wrongIn(candidate, check.visible()).length;
    counts.heldOut += wrongIn(candidate, check.heldOut(drawFrom(bytes, 'planted', check.id), 16)).length;
  }
  return counts;
}

/** The engine with partial i of an operation changed. */
function changed(name: string, i: number, change: (right: Value, inputs: number[]) => Value): Engine {
  const right = primitives[name]!;
  const partials = right.partials.map((p, k) =>
    k === i ? (...xy: Value[]) => change(p(...xy), xy.slice(0, -1).map(primal)) : p,
  );
  return withPrimitive(name, { value: right.value, partials });
}

const arity = (name: string) => operation(name).arity;
const partialsOf = (name: string) => Array.from({ length: arity(name) }, (_, i) => i);

function refused(candidate: Engine, name: string): void {
  const { visible, heldOut } = found(candidate, name);
  expect(visible, 'in the public pool').toBeGreaterThan(0);
  expect(heldOut, 'held out').toBeGreaterThan(0);
}

describe('a wrong partial is refused, by the public pool and by held-out cases:', () => {
  describe.each(names)('%s', (name) => {
    test.each(partialsOf(name))('wrong sign of partial %i', (i) => {
      refused(
        changed(name, i, (p) => ops.neg!(p)),
        name,
      );
    });

    test.each(partialsOf(name))('partial %i, 0.05 %% too large', (i) => {
      refused(
        changed(name, i, (p) => ops.mul!(1.0005, p)),
        name,
      );
    });

    test.each(partialsOf(name))('partial %i, off by one constant', (i) => {
      refused(
        changed(name, i, (p) => ops.add!(p, 1e-9)),
        name,
      );
    });

    test('no derivative at all', () => {
      refused(
        changed(name, 0, () => 0),
        name,
      );
    });
  });
});

describe('partials in single precision are refused', () => {
  /** Their partials are 0 or ±1, which single precision holds. */
  const exact = new Set(['add', 'sub', 'neg', 'abs', 'relu', 'max', 'min']);
  test.each(names.filter((name) => !exact.has(name)))('%s', (name) => {
    refused(
      changed(name, 0, (p) => Math.fround(primal(p))),
      name,
    );
  });
});

describe('finite differences are refused', () => {
  /** Straight lines: their difference quotients are right. */
  const straight = new Set(['add', 'sub', 'neg']);
  const difference = (name: string, i: number, x: number[], h: number): number => {
    const f = primitives[name]!.value;
    const step = h * Math.max(1, Math.abs(x[i]!));
    const [up, down] = [x.with(i, x[i]! + step), x.with(i, x[i]! - step)];
    return (f(...up) - f(...down)) / (up[i]! - down[i]!);
  };
  test.each(names.filter((name) => !straight.has(name)))('%s', (name) => {
    for (const h of [Math.cbrt(Number.EPSILON), 1e-6, 1e-3]) {
      refused(
        changed(name, 0, (_, x) => difference(name, 0, x, h)),
        name,
      );
    }
  });

  test.each(names.filter((name) => !straight.has(name)))('%s, extrapolated to fourth order', (name) => {
    const candidate = changed(name, 0, (_, x) => {
      const coarse = difference(name, 0, x, 2e-3);
      const fine = difference(name, 0, x, 1e-3);
      return (4 * fine - coarse) / 3;
    });
    refused(candidate, name);
  });
});

describe('swapped operands are refused', () => {
  const binary = names.filter((name) => arity(name) === 2 && name !== 'add');
  test.each(binary)('the two partials of %s', (name) => {
    const { value, partials } = primitives[name]!;
    refused(withPrimitive(name, { value, partials: [partials[1]!, partials[0]!] }), name);
  });
  test.each(['sub', 'div', 'pow', 'atan2', 'xlogy'])('the inputs of the value of %s', (name) => {
    const { value, partials } = primitives[name]!;
    refused(withPrimitive(name, { value: (a, b) => value(b!, a!), partials }), name);
  });
});

describe('wrong values are refused', () => {
  test.each(names)('%s in single precision', (name) => {
    const { value, partials } = primitives[name]!;
    refused(withPrimitive(name, { value: (...x) => Math.fround(value(...x)), partials }), name);
  });
  test.each(names)('%s, 0.05 %% too large', (name) => {
    const { value, partials } = primitives[name]!;
    refused(withPrimitive(name, { value: (...x) => 1.0005 * value(...x), partials }), name);
  });
});

describe('wrong branches are refused', () => {
  const wrong: Record<string, (...xy: Value[]) => Value> = {
    abs: () => 1,
    relu: () => 1,
    max: () => 1,
    min: () => 1,
    huber: (x) => x!,
    sigmoid: (x) => ops.mul!(ops.step!(x!), ops.sigmoid!(x!)),
  };
  test.each(Object.entries(wrong))('%s', (name, partial) => {
    const { value, partials } = primitives[name]!;
    refused(withPrimitive(name, { value, partials: partials.with(0, partial) }), name);
  });

  test.each([
    ['max', 1, 1],
    ['max', 0, 0],
    ['min', 1, 1],
    ['min', 0, 0],
  ])('%s whose two partials at a tie are %i and %i, which do not add up', (name, first, second) => {
    const { value, partials } = primitives[name]!;
    const atTie = (p: (...xy: Value[]) => Value, tie: number) => (a: Value, b: Value, y: Value) =>
      primal(a) === primal(b) ? tie : p(a, b, y);
    const candidate = withPrimitive(name, {
      value,
      partials: [atTie(partials[0]!, first), atTie(partials[1]!, second)] as Primitive['partials'],
    });
    expect(found(candidate, name).visible).toBeGreaterThan(0);
  });

  test.each([-1.5, 2, Number.NaN])('abs with slope %d on its kink', (slope) => {
    const candidate = changed('abs', 0, (right, [x]) => (x === 0 ? slope : right));
    expect(found(candidate, 'abs').visible).toBeGreaterThan(0);
  });
});

describe('formulas that overflow or cancel are refused', () => {
  const naive: Record<string, (...x: number[]) => number> = {
    expm1: (x) => Math.exp(x!) - 1,
    log1p: (x) => Math.log(1 + x!),
    sinh: (x) => (Math.exp(x!) - Math.exp(-x!)) / 2,
    tanh: (x) => (Math.exp(2 * x!) - 1) / (Math.exp(2 * x!) + 1),
    asinh: (x) => Math.log(x! + Math.sqrt(x! * x! + 1)),
    atanh: (x) => 0.5 * Math.log((1 + x!) / (1 - x!)),
    sigmoid: (x) => Math.exp(x!) / (1 + Math.exp(x!)),
    softplus: (x) => Math.log(1 + Math.exp(x!)),
    logsigmoid: (x) => Math.log(1 / (1 + Math.exp(-x!))),
    logaddexp: (a, b) => Math.log(Math.exp(a!) + Math.exp(b!)),
    silu: (x) => (x! * Math.exp(x!)) / (1 + Math.exp(x!)),
    gelu: (x) => 0.5 * x! * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x! + 0.044715 * x! ** 3))),
    mish: (x) => x! * Math.tanh(Math.log(1 + Math.exp(x!))),
    hypot: (a, b) => Math.sqrt(a! * a! + b! * b!),
    atan2: (a, b) => Math.atan(a! / b!),
    xlogy: (a, b) => a! * Math.log(b!),
    sinc: (x) => Math.sin(x!) / x!,
    log1mexp: (x) => Math.log(1 - Math.exp(-x!)),
    logcosh: (x) => Math.log(Math.cosh(x!)),
  };
  test.each(Object.entries(naive))('%s', (name, value) => {
    const { partials } = primitives[name]!;
    expect(found(withPrimitive(name, { value, partials }), name).visible).toBeGreaterThan(0);
  });

  const partials: Record<string, (...xy: Value[]) => Value> = {
    sinc: (x, y) => ops.div!(ops.sub!(ops.cos!(x!), y!), x!),
    logsigmoid: (_, y) => ops.sub!(1, ops.exp!(y!)),
    softplus: (_, y) => ops.sub!(1, ops.exp!(ops.neg!(y!))),
    log1mexp: (x) => ops.div!(ops.exp!(ops.neg!(x!)), ops.sub!(1, ops.exp!(ops.neg!(x!)))),
    cbrt: (x, y) => ops.div!(y!, ops.mul!(3, x!)),
  };
  test.each(Object.entries(partials))('the slope of %s', (name, partial) => {
    const { value } = primitives[name]!;
    expect(found(withPrimitive(name, { value, partials: [partial] }), name).visible).toBeGreaterThan(0);
  });
});

describe('other right ways to write a rule pass', () => {
  const div = (a: Value, b: Value) => ops.div!(a, b);
  const mul = (a: Value, b: Value) => ops.mul!(a, b);
  const right: [string, (...xy: Value[]) => Value][] = [
    ['sqrt', (_, y) => div(1, ops.add!(y!, y!))],
    ['sqrt', (x) => div(0.5, ops.sqrt!(x!))],
    ['rsqrt', (x, y) => div(y!, mul(-2, x!))],
    ['square', (x) => ops.add!(x!, x!)],
    ['reciprocal', (x) => div(-1, mul(x!, x!))],
    ['exp', (x) => ops.exp!(x!)],
    ['exp2', (x) => mul(ops.exp!(mul(x!, Math.LN2)), Math.LN2)],
    ['expm1', (_, y) => ops.add!(y!, 1)],
    ['log2', (x) => div(Math.LOG2E, x!)],
    ['log10', (x) => div(Math.LOG10E, x!)],
    ['log1p', (_, y) => ops.exp!(ops.neg!(y!))],
    ['tan', (x) => div(1, mul(ops.cos!(x!), ops.cos!(x!)))],
    ['tanh', (_, y) => mul(ops.sub!(1, y!), ops.add!(1, y!))],
    ['tanh', (x) => div(1, ops.square!(ops.cosh!(x!)))],
    ['asin', (x) => ops.rsqrt!(mul(ops.sub!(1, x!), ops.add!(1, x!)))],
    ['acosh', (_, y) => div(1, ops.sinh!(y!))],
    ['acosh', (x) => div(1, mul(ops.sqrt!(ops.sub!(x!, 1)), ops.sqrt!(ops.add!(x!, 1))))],
    ['asinh', (_, y) => div(1, ops.cosh!(y!))],
    ['atanh', (_, y) => ops.square!(ops.cosh!(y!))],
    ['atanh', (x) => div(1, mul(ops.sub!(1, x!), ops.add!(1, x!)))],
    ['sigmoid', (_, y) => ops.sub!(y!, mul(y!, y!))],
    ['softplus', (x, y) => ops.exp!(ops.sub!(x!, y!))],
    ['softplus', (x) => div(1, ops.add!(1, ops.exp!(ops.neg!(x!))))],
    ['logsigmoid', (x) => div(1, ops.add!(1, ops.exp!(x!)))],
    ['logsigmoid', (x, y) => ops.exp!(ops.sub!(y!, x!))],
    ['logit', (x) => ops.add!(div(1, x!), div(1, ops.sub!(1, x!)))],
    ['relu', (x) => ops.where!(ops.step!(x!), 1, 0)],
    ['abs', (x) => ops.sub!(mul(2, ops.step!(x!)), 1)],
  ];
  test.each(right.map(([name, partial], i) => [name, i, partial] as const))('%s (%i)', (name, _, partial) => {
    const { value } = primitives[name]!;
    const candidate = withPrimitive(name, { value, partials: [partial] });
    for (const check of goalOf(name).checks) {
      const cases = [...check.visible(), ...check.heldOut(drawFrom(bytes, 'right', check.id), 100)];
      expect(wrongIn(candidate, cases), check.id).toEqual([]);
    }
  });

  test('max and min that split a tie in half', () => {
    for (const name of ['max', 'min']) {
      const { value, partials } = primitives[name]!;
      const half = (p: (...xy: Value[]) => Value) => (a: Value, b: Value, y: Value) =>
        primal(a) === primal(b) ? 0.5 : p(a, b, y);
      const candidate = withPrimitive(name, {
        value,
        partials: partials.map((p) => half(p)) as unknown as Primitive['partials'],
      });
      expect(found(candidate, name)).toEqual({ visible: 0, heldOut: 0 });
    }
  });
});

describe('a rule that gives bare numbers (a hidden complex step) passes first order and is refused at second', () => {
  /** Their partials are constants between kinks: there is nothing to differentiate. */
  const constant = new Set(['add', 'sub', 'neg', 'abs', 'relu', 'max', 'min']);
  test.each(names.filter((name) => !constant.has(name)))('%s', (name) => {
    const { value, partials } = primitives[name]!;
    const bare = partials.map(
      (p) =>
        (...xy: Value[]) =>
          primal(p(...xy.map(primal))),
    );
    const candidate = withPrimitive(name, { value, partials: bare });
    expect(found(candidate, name)).toEqual({ visible: 0, heldOut: 0 });
    const nesting = secondOrderChecks(name, new Set(['r3/nesting']));
    expect(nesting.flatMap((check) => wrongIn(candidate, check.visible())).length).toBeGreaterThan(0);
  });
});

describe('engines that break the rules of the game are refused', () => {
  const structure = (candidate: Engine) =>
    goalById('r0/fan-out')!.checks.flatMap((check) => wrongIn(candidate, check.visible())).length;
  const arrays = (candidate: Engine, goal: string) =>
    goalById(goal)!.checks.flatMap((check) => wrongIn(candidate, check.visible())).length;

  test('a result that changes from call to call', () => {
    let calls = 0;
    const drift = (g: Value): Value => (calls % 2 === 0 ? g : ops.mul!(g, 1 + 2 ** -52));
    const candidate = {
      ...engine,
      grad: (f: never) => {
        calls += 1;
        return (...xs: Value[]) =>
          engine
            .grad(f)(...xs)
            .map(drift);
      },
    };
    expect(structure(candidate as Engine)).toBeGreaterThan(0);
  });

  test('an array operation that writes into its argument', () => {
    const add = ops.add!;
    const scribble = (...xs: Value[]) => {
      const result = add(...xs);
      const data = engine.unpack!(xs[0]!).data as number[];
      if (data.length > 1) data[0] = 0;
      return result;
    };
    expect(arrays({ ...engine, ops: { ...ops, add: scribble } }, 'r4/elementwise')).toBeGreaterThan(0);
  });

  test('a gradient in the shape of the result instead of the argument', () => {
    const mul: Engine['ops'][string] = (a, b) =>
      typeof b === 'number' ? ops.mul!(a!, b) : ops.mul!(ops.mul!(a!, b!), 1);
    const wrong = { ...engine, ops: { ...ops, sum: (x: Value) => ops.sum!(x, { axes: [0] } as never), mul } };
    expect(arrays(wrong as Engine, 'r4/sum')).toBeGreaterThan(0);
  });

  test('a matrix product whose second gradient forgets to transpose', () => {
    const matmul: Engine['ops'][string] = (a, b) =>
      ops.matmul!(a!, ops.transpose!(ops.transpose!(b!, {} as never), { perm: [0, 1] } as never));
    expect(arrays({ ...engine, ops: { ...ops, matmul } }, 'r4/matmul')).toBeGreaterThan(0);
  });

  test('softmax and logsumexp that overflow', () => {
    const softmax: Engine['ops'][string] = (x, a) => {
      const e = ops.exp!(x!);
      return ops.div!(
        e,
        ops.sum!(e, { axes: [(a as unknown as { axis: number }).axis], keepdims: true } as never),
      );
    };
    const logsumexp: Engine['ops'][string] = (x, a) =>
      ops.log!(ops.sum!(ops.exp!(x!), { axes: [(a as unknown as { axis: number }).axis] } as never));
    expect(arrays({ ...engine, ops: { ...ops, softmax } }, 'r4/softmax')).toBeGreaterThan(0);
    expect(arrays({ ...engine, ops: { ...ops, logsumexp } }, 'r4/logsumexp')).toBeGreaterThan(0);
  });

  test('a Hessian without its mixed terms, an hvp that is the gradient, a jvp that forgets the direction', () => {
    const wrong = (goal: string, candidate: Partial<Engine>) => arrays({ ...engine, ...candidate }, goal);
    const diagonal: Engine['hessian'] =
      (f) =>
      (...xs) =>
        engine.hessian!(f)(...xs).map((row, i) => row.map((v, j) => (i === j ? v : 0)));
    expect(wrong('r3/hessian', { hessian: diagonal })).toBeGreaterThan(0);
    expect(wrong('r3/hvp', { hvp: (f, xs) => engine.grad(f)(...xs) })).toBeGreaterThan(0);
    const ones: Engine['jvp'] = (f, xs) =>
      engine.jvp!(
        f,
        xs,
        xs.map(() => 1),
      );
    expect(wrong('r3/jvp', { jvp: ones })).toBeGreaterThan(0);
    const transposed: Engine['jacobian'] =
      (f) =>
      (...xs) => {
        const rows = engine.jacobian!(f)(...xs);
        return rows[0]!.map((_, j) => rows.map((row) => row[j]!));
      };
    expect(wrong('r3/jacobian', { jacobian: transposed })).toBeGreaterThan(0);
  });

  test('perturbation confusion: one tag for all differentiations', () => {
    // d/dx of x·(d/dy of x·y) taken as if x and y were one variable.
    const confused: Engine['grad'] =
      (f) =>
      (...xs) => {
        const result = engine.grad(f)(...xs);
        return xs.some((x) => typeof x !== 'number') ? result.map((g) => ops.add!(g, 1)) : result;
      };
    expect(arrays({ ...engine, grad: confused }, 'r3/nesting')).toBeGreaterThan(0);
  });
});
