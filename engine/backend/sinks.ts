import type { Loop } from './elementwise.ts';
import type { SinkNode } from './nodes.ts';
import { sumLine } from './reduce.ts';

/**
 * A sum as a loop that is run block by block: its first input is what is summed; where its second would be stands how many
 * elements came before the block.
 */
export function sinkLoop({ sum, length, inputs, output }: SinkNode): Loop {
  return sum === 'rows' ? sumRows(length) : sumColumns(length, inputs[0]!.slot.size / output.size);
}

function sumRows(length: number): Loop {
  return (o, oi, n, a, ai, _as, _b, first) => {
    let row = Math.floor(first / length);
    let column = first - row * length;
    for (let done = 0; done < n; row++) {
      const take = Math.min(length - column, n - done);
      const part = sumLine(a, ai + done, 1, take);
      if (column === 0) o[oi + row] = part;
      else o[oi + row]! += part;
      done += take;
      column = 0;
    }
  };
}

/** Rows are added up this many at a time, then their sums: errors grow with the square root of what they else would. */
const ROWS = 32;

function sumColumns(length: number, rows: number): Loop {
  const part = new Float64Array(length);
  return (o, oi, n, a, ai, _as, _b, first) => {
    let row = Math.floor(first / length);
    let column = first - row * length;
    for (let done = 0; done < n; row++) {
      const take = Math.min(length - column, n - done);
      const from = ai + done;
      const to = oi + column;
      if (row % ROWS === 0) for (let i = 0; i < take; i++) part[column + i] = a[from + i]!;
      else for (let i = 0; i < take; i++) part[column + i]! += a[from + i]!;
      if (row < ROWS && (row === ROWS - 1 || row === rows - 1)) {
        for (let i = 0; i < take; i++) o[to + i] = part[column + i]!;
      } else if (row % ROWS === ROWS - 1 || row === rows - 1) {
        for (let i = 0; i < take; i++) o[to + i]! += part[column + i]!;
      }
      done += take;
      column = 0;
    }
  };
}
