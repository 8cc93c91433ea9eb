import { call, type Expression } from '../../targets/engine/rule.ts';
import type { Leaf, Operator } from './enumerate.ts';

/** The expressions that a search builds upon: their values at every point, and how they were made, by number. */
export interface Bank {
  /** How many there are. */
  readonly length: number;
  /** The values of all, one expression after the other; moves when the bank grows. */
  readonly columns: Float64Array;
  addLeaf(leaf: Leaf, column: Float64Array): number;
  addCall(operator: Operator, left: number, right: number, column: Float64Array): number;
  expression(index: number): Expression;
  isConstant(index: number): boolean;
}

const FIRST = 1024;

export function createBank(points: number, operators: readonly Operator[]): Bank {
  let capacity = FIRST;
  let length = 0;
  let columns = new Float64Array(capacity * points);
  /** An operator's number, or −1 − a leaf's. */
  let made = new Int16Array(capacity);
  let lefts = new Int32Array(capacity);
  let rights = new Int32Array(capacity);
  const leaves: Expression[] = [];

  const grow = (): void => {
    capacity *= 2;
    columns = grown(columns, new Float64Array(capacity * points));
    made = grown(made, new Int16Array(capacity));
    lefts = grown(lefts, new Int32Array(capacity));
    rights = grown(rights, new Int32Array(capacity));
  };
  const add = (how: number, left: number, right: number, column: Float64Array): number => {
    if (length === capacity) grow();
    columns.set(column, length * points);
    made[length] = how;
    lefts[length] = left;
    rights[length] = right;
    return length++;
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
    get columns() {
      return columns;
    },
    addLeaf: (leaf, column) => add(-leaves.push(leaf.expression), -1, -1, column),
    addCall: (operator, left, right, column) => add(operators.indexOf(operator), left, right, column),
    expression,
    isConstant(index) {
      const how = made[index]!;
      if (how >= 0) return false;
      const { kind } = leaves[-1 - how]!;
      return kind === 'number' || kind === 'constant';
    },
  };
}

function grown<T extends Float64Array | Int16Array | Int32Array>(old: T, next: T): T {
  next.set(old);
  return next;
}
