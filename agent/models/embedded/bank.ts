import { call, type Expression } from '../../targets/engine/rule.ts';
import type { Leaf, Operator } from './enumerate.ts';

/**
 * The expressions that a search builds upon: their values at every point, and how they were made, by number. Whoever
 * makes a bank disposes of it: its memory, tens of megabytes, is given back then and not when the collector next comes.
 */
export interface Bank extends Disposable {
  /** How many there are. */
  readonly length: number;
  /** The values of all, one expression after the other. */
  readonly columns: Float64Array;
  addLeaf(leaf: Leaf, column: Float64Array): void;
  addCall(operator: Operator, left: number, right: number, column: Float64Array): void;
  expression(index: number): Expression;
  isConstant(index: number): boolean;
}

const FIRST = 1024;

/** An empty bank for at most so many expressions of so many points: it reserves address space, and takes memory as it fills. */
export function createBank(points: number, operators: readonly Operator[], most: number): Bank {
  let capacity = Math.min(FIRST, most);
  let length = 0;
  const bytes = (columns: number) => columns * points * Float64Array.BYTES_PER_ELEMENT;
  const memory = new ArrayBuffer(bytes(capacity), { maxByteLength: bytes(most) });
  const columns = new Float64Array(memory);
  /** An operator's number, or −1 − a leaf's. */
  let made = new Int16Array(capacity);
  let lefts = new Int32Array(capacity);
  let rights = new Int32Array(capacity);
  const leaves: Expression[] = [];

  const grow = (): void => {
    capacity = Math.min(2 * capacity, most);
    memory.resize(bytes(capacity));
    made = grown(made, new Int16Array(capacity));
    lefts = grown(lefts, new Int32Array(capacity));
    rights = grown(rights, new Int32Array(capacity));
  };
  const add = (how: number, left: number, right: number, column: Float64Array): void => {
    if (length === capacity) grow();
    columns.set(column, length * points);
    made[length] = how;
    lefts[length] = left;
    rights[length] = right;
    length++;
  };
  const expression = (index: number): Expression => {
    const how = made[index]!;
    if (how < 0) return leaves[-1 - how]!;
    const { op, arity } = operators[how]!;
    const left = expression(lefts[index]!);
    return arity === 1 ? call(op, left) : call(op, left, expression(rights[index]!));
  };
  return {
    get length() {
      return length;
    },
    columns,
    addLeaf: (leaf, column) => add(-leaves.push(leaf.expression), -1, -1, column),
    addCall: (operator, left, right, column) => add(operators.indexOf(operator), left, right, column),
    expression,
    isConstant(index) {
      const how = made[index]!;
      if (how >= 0) return false;
      const { kind } = leaves[-1 - how]!;
      return kind === 'number' || kind === 'constant';
    },
    [Symbol.dispose]() {
      memory.resize(0);
    },
  };
}

function grown<T extends Int16Array | Int32Array>(old: T, next: T): T {
  next.set(old);
  return next;
}
