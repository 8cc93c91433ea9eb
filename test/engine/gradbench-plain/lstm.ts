export interface LstmInput {
  readonly main_params: readonly (readonly number[])[];
  readonly extra_params: readonly (readonly number[])[];
  readonly state: readonly (readonly number[])[];
  readonly sequence: readonly (readonly number[])[];
}

const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));

/** The mean loss, character by character, layer by layer, bit by bit. */
export function lstm({ main_params: main, extra_params: extra, state, sequence }: LstmInput): number {
  const bits = state[0]!.length;
  const now = state.map((row) => [...row]);
  let total = 0;
  for (let t = 0; t + 1 < sequence.length; t++) {
    let signal = sequence[t]!.map((x, i) => x * extra[0]![i]!);
    for (let layer = 0; layer < state.length / 2; layer++) {
      const [hidden, cell] = [now[2 * layer]!, now[2 * layer + 1]!];
      const gate = (g: number, i: number, x: number) =>
        x * main[2 * layer]![g * bits + i]! + main[2 * layer + 1]![g * bits + i]!;
      for (let i = 0; i < bits; i++) {
        const forget = sigmoid(gate(0, i, signal[i]!));
        const ingate = sigmoid(gate(1, i, hidden[i]!));
        const outgate = sigmoid(gate(2, i, signal[i]!));
        const change = Math.tanh(gate(3, i, hidden[i]!));
        cell[i] = cell[i]! * forget + ingate * change;
        hidden[i] = outgate * Math.tanh(cell[i]!);
      }
      signal = [...hidden];
    }
    const predicted = signal.map((x, i) => x * extra[1]![i]! + extra[2]![i]!);
    const normaliser = Math.log(2 + predicted.reduce((sum, x) => sum + Math.exp(x), 0));
    predicted.forEach((x, i) => {
      total += sequence[t + 1]![i]! * (x - normaliser);
    });
  }
  return -total / ((sequence.length - 1) * bits);
}
