import {
  add,
  at,
  concatenate,
  exp,
  grad,
  jit,
  log,
  mul,
  type NDArray,
  neg,
  ravel,
  reshape,
  scan,
  shapeOf,
  sigmoid,
  slice,
  sub,
  sum,
  tanh,
  type Value,
} from '../../../engine/index.ts';
import { type Fields, numbers } from '../input.ts';
import { evaluation, flat, type Module, nested } from '../task.ts';

interface Parameters<V = Value> {
  /** For each layer its weights, then its biases, each for forget, in, out and change: [2·layers, 4·bits]. */
  readonly main: V;
  /** Weight in, weight out, bias out: [3, bits]. */
  readonly extra: V;
}

interface Text<V = Value> {
  /** For each layer what it hides at the start, and its cell: [2·layers, bits]. */
  readonly state: V;
  /** The bits of each character: [characters, bits]. */
  readonly sequence: V;
}

interface Cell {
  readonly hidden: Value;
  readonly cell: Value;
}

/** One layer's next state; all weights are diagonal, so everything goes bit by bit. */
type Layer = (input: Value, state: Cell) => Cell;

function layer(main: Value, i: number): Layer {
  const [weight, bias] = [at(main, 2 * i), at(main, 2 * i + 1)];
  const gate = (g: number) => {
    const [w, b] = [at(weight, g), at(bias, g)];
    return (x: Value) => add(mul(x, w), b);
  };
  const [forget, ingate, outgate, change] = [gate(0), gate(1), gate(2), gate(3)];
  return (input, { hidden, cell }) => {
    const kept = mul(cell, sigmoid(forget(input)));
    const next = add(kept, mul(sigmoid(ingate(hidden)), tanh(change(hidden))));
    return { cell: next, hidden: mul(sigmoid(outgate(input)), tanh(next)) };
  };
}

/** The mean loss of predicting each character's bits from those before it. */
function loss({ main, extra }: Parameters, { state, sequence }: Text): Value {
  const [rows, bits] = shapeOf(state) as [number, number];
  const gates = reshape(main, { shape: [rows, 4, bits] });
  const layers = Array.from({ length: rows / 2 }, (_, i) => layer(gates, i));
  const start = layers.map((_, i): Cell => ({ hidden: at(state, 2 * i), cell: at(state, 2 * i + 1) }));
  const step = (cells: readonly Cell[], input: Value) => {
    const next: Cell[] = [];
    let signal = input;
    layers.forEach((through, i) => {
      next.push(through(signal, cells[i]!));
      signal = next[i]!.hidden;
    });
    return [next, signal] as const;
  };
  // Only the layers need one character after the other; what goes in and comes out is done for all at once.
  const inputs = mul(slice(sequence, { stop: [-1] }), at(extra, 0));
  const [, signals] = scan(step, start, inputs);
  const predicted = add(mul(signals, at(extra, 1)), at(extra, 2));
  const normaliser = log(add(2, sum(exp(predicted), { axes: 1, keepdims: true })));
  const expected = slice(sequence, { start: [1] });
  const [count] = shapeOf(expected) as [number, number];
  return neg(mul(sum(mul(expected, sub(predicted, normaliser))), 1 / (count * bits)));
}

function read(input: Fields): [Parameters<NDArray>, Text<NDArray>] {
  const state = numbers(input, 'state', [-1, -1]);
  const [rows, bits] = state.shape as [number, number];
  if (rows % 2 !== 0) throw new TypeError(`\`state\` wants two rows for each layer, got ${rows}`);
  const sequence = numbers(input, 'sequence', [-1, bits]);
  if (sequence.shape[0]! < 2) throw new TypeError('`sequence` wants at least two characters');
  return [
    {
      main: numbers(input, 'main_params', [rows, 4 * bits]),
      extra: numbers(input, 'extra_params', [3, bits]),
    },
    { state, sequence },
  ];
}

const objective = jit(loss);
const gradient = jit((parameters: Parameters, text: Text) => {
  const { main, extra } = grad((own: Parameters) => loss(own, text))(parameters)[0];
  return concatenate([ravel(main), ravel(extra)]);
});

/** The loss of a recurrent network with diagonal weights, and its gradient by all of them in one list. */
export const lstm: Module = {
  objective: evaluation(read, (args) => objective(...args), nested),
  jacobian: evaluation(read, (args) => gradient(...args), flat),
};
