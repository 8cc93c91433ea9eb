import { below } from '../../checks/draw.ts';
import { expected } from '../../checks/expect.ts';
import { operation } from '../../checks/operations.ts';
import type { Num, Program } from '../../checks/program.ts';
import { add, call, mul, one, real, sub, type Tower, zero } from '../../checks/tower.ts';
import type { Case, Draw, Goal, SpeedGoal } from '../../checks/types.ts';
import { array, type Builder, program } from './build.ts';
import { check, referenceCase, request } from './case.ts';

/** Simple numbers that differ, as many as needed: multiples of 1/16 between −1 and 1. */
export function points(n: number): number[] {
  return Array.from({ length: n }, (_, i) => (((i * 7) % 31) - 15) / 16);
}

const sum = (b: Builder, terms: readonly number[]): number => terms.reduce((x, y) => b.op('add', x, y));

/** Σ 100·(x_{i+1} − x_i²)² + (1 − x_i)², with add and mul alone. */
function rosenbrock(n: number): Program {
  return program(n, (b, ...x) => {
    const minus = b.constant(-1);
    const terms: number[] = [];
    for (let i = 0; i + 1 < n; i++) {
      const valley = b.op('add', x[i + 1]!, b.op('mul', minus, b.op('mul', x[i]!, x[i]!)));
      const rest = b.op('add', b.constant(1), b.op('mul', minus, x[i]!));
      terms.push(b.op('mul', b.constant(100), b.op('mul', valley, valley)), b.op('mul', rest, rest));
    }
    return sum(b, terms);
  });
}

/** tanh(w_i·h + x_i), one after the other, from h = x₀: as deep as it is long. */
function chain(n: number): Program {
  return program(n, (b, ...x) => {
    let h = x[0]!;
    for (let i = 1; i < n; i++) {
      h = b.op('tanh', b.op('add', b.op('mul', b.constant(chainWeight(i)), h), x[i]!));
    }
    return h;
  });
}

const chainWeight = (i: number): number => 0.5 + (i % 4) / 8;

/** Two layers of this width. */
const LAYER = 24;

/** Σ tanh(W·tanh(W·X))² for a square X and a fixed W: two layers of a network. */
function layers(width: number): Program {
  return program(1, (b, x) => {
    const w = b.constant(array([width, width], layerWeights(width)));
    const layer = (h: number) => b.op('tanh', b.op('matmul', w, h));
    const out = layer(layer(x));
    return b.arrayOp('sum', [b.op('mul', out, out)], { axes: [0, 1], keepdims: false });
  });
}

/**
 * The gradient of `layers` by hand, on the references' numbers: the program reference goes forward once for each
 * of the n² inputs, which takes seconds.
 */
function layersGradient(width: number, x: readonly number[]): readonly Tower[] {
  const w = layerWeights(width).map(real);
  const product = (left: readonly Tower[], right: readonly Tower[], turned: boolean): Tower[] =>
    Array.from({ length: width * width }, (_, at) => {
      const [i, j] = [Math.floor(at / width), at % width];
      let total: Tower = zero;
      for (let k = 0; k < width; k++) {
        total = add(total, mul(left[turned ? k * width + i : i * width + k]!, right[k * width + j]!));
      }
      return total;
    });
  const tanh = operation('tanh');
  const layer = (h: readonly Tower[]) => product(w, h, false).map((v) => call(tanh, v));
  const back = (ct: readonly Tower[], y: readonly Tower[]) =>
    product(
      w,
      ct.map((c, i) => mul(c, sub(one, mul(y[i]!, y[i]!)))),
      true,
    );
  const first = layer(x.map(real));
  const second = layer(first);
  return back(
    back(
      second.map((v) => mul(real(2), v)),
      second,
    ),
    first,
  );
}

function layerWeights(width: number): number[] {
  return points(width * width).map((v) => v / 8);
}

export interface Speed {
  readonly name: string;
  readonly title: string;
  readonly about: string;
  readonly needs: readonly string[];
  readonly write: (size: number) => Program;
  readonly size: number;
  readonly at: (size: number) => (number | Num)[];
  /** Where the program reference would take too long: the gradient at `at(size)`, in the shape of the argument. */
  readonly reference?: () => readonly Tower[];
  /** How many times as long as the hand-written gradient it may take. */
  readonly ratio: number;
  readonly handWritten: string;
}

const SPEEDS: readonly Speed[] = [
  {
    name: 'rosenbrock',
    title: 'the gradient of a Rosenbrock function of 100 numbers, fast',
    about: 'the Rosenbrock function of 100 numbers, about 1,100 steps of `add` and `mul`',
    needs: ['r0/fan-out'],
    write: rosenbrock,
    size: 100,
    at: points,
    ratio: 40,
    handWritten: `
  const n = x.length;
  const g = new Float64Array(n);
  for (let i = 0; i + 1 < n; i++) {
    const v = x[i + 1] - x[i] * x[i];
    g[i] += -400 * x[i] * v - 2 * (1 - x[i]);
    g[i + 1] += 200 * v;
  }
  return g;`,
  },
  {
    name: 'chain',
    title: 'the gradient of a chain of 199 tanh, fast',
    about: 'a chain of 199 steps h ← tanh(w·h + x_i)',
    needs: ['r1/tanh'],
    write: chain,
    size: 200,
    at: points,
    ratio: 16,
    handWritten: `
  const n = x.length;
  const h = new Float64Array(n);
  const w = (i) => 0.5 + (i % 4) / 8;
  h[0] = x[0];
  for (let i = 1; i < n; i++) h[i] = Math.tanh(w(i) * h[i - 1] + x[i]);
  const g = new Float64Array(n);
  let c = 1;
  for (let i = n - 1; i >= 1; i--) {
    c *= 1 - h[i] * h[i];
    g[i] = c;
    c *= w(i);
  }
  g[0] = c;
  return g;`,
  },
  {
    name: 'layers',
    title: 'the gradient of two layers of a network, fast',
    about: 'Σ tanh(W·tanh(W·X))² for 24 × 24 matrices',
    needs: ['r4/matmul'],
    write: layers,
    size: LAYER,
    at: (n) => [array([n, n], points(n * n))],
    reference: () => layersGradient(LAYER, points(LAYER * LAYER)),
    ratio: 6,
    handWritten: `
  const n = Math.round(Math.sqrt(x.length));
  const w = new Float64Array(n * n);
  for (let i = 0; i < w.length; i++) w[i] = (((i * 7) % 31) - 15) / 128;
  const layer = (h) => {
    const y = new Float64Array(n * n);
    for (let i = 0; i < n; i++)
      for (let k = 0; k < n; k++) {
        const f = w[i * n + k];
        for (let j = 0; j < n; j++) y[i * n + j] += f * h[k * n + j];
      }
    for (let i = 0; i < y.length; i++) y[i] = Math.tanh(y[i]);
    return y;
  };
  const back = (c, y) => {
    const g = new Float64Array(n * n);
    for (let i = 0; i < n; i++)
      for (let k = 0; k < n; k++) {
        const f = w[i * n + k];
        for (let j = 0; j < n; j++) {
          const p = i * n + j;
          g[k * n + j] += f * c[p] * (1 - y[p] * y[p]);
        }
      }
    return g;
  };
  const first = layer(x);
  const second = layer(first);
  return back(back(second.map((v) => 2 * v), second), first);`,
  },
];

const SMALL = 4;

/** The goal that a gradient is fast; `id` is its rung's. */
export function speedGoal(
  rung: 5 | 6,
  { name, title, about, needs, write, size, at, reference, ratio, handWritten }: Speed,
): Goal {
  const id = `r${rung}/${name}`;
  const fullSize = request(write(size), 'grad', at(size));
  const speed: SpeedGoal = { name, request: fullSize, ratio, handWritten };
  const fullCase = (): Case => {
    const label = `the gradient of ${about}`;
    if (!reference) return referenceCase(label, fullSize);
    return { label, request: fullSize, expected: reference().map(expected), shapes: [[size, size]] };
  };
  const small = write(SMALL);
  const smallCase = (inputs: readonly (number | Num)[]): Case =>
    referenceCase(`the gradient of a small ${name}`, request(small, 'grad', inputs));
  const inputs = at(SMALL);
  const drawn = (draw: Draw): (number | Num)[] => {
    const one = () => (below(draw, 64) - 32) / 16;
    return inputs.map((x) =>
      typeof x === 'number' ? one() : array([SMALL, SMALL], Array.from({ length: SMALL * SMALL }, one)),
    );
  };
  return {
    id,
    rung,
    title,
    text: `Make \`grad\` fast on ${about}. Met when a gradient takes at most ${ratio} times as long as one written by hand (both called through the same driver, which walks the program on each call: that time counts). The results must stay what they are, and everything that worked before must still work.`,
    ops: [],
    needs,
    checks: [
      check(
        id,
        'grad',
        `the gradient of ${name} is still right`,
        () => [smallCase(inputs), fullCase()],
        (draw) => smallCase(drawn(draw)),
      ),
    ],
    speed,
  };
}

/** Speed. */
export const rung5: readonly Goal[] = SPEEDS.map((speed) => speedGoal(5, speed));
