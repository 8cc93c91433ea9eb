import { functionOf, type LoopName } from './elementwise.ts';
import type { Cluster, LoopNode, Operand, Slot } from './nodes.ts';

/** Operations that the interpreter of scalars does itself. Others are called. */
const OWN = [
  'add',
  'sub',
  'mul',
  'div',
  'neg',
  'square',
  'reciprocal',
  'sqrt',
  'exp',
  'log',
  'sin',
  'cos',
  'max',
  'min',
  'select',
  'less',
  'greater',
] as const satisfies readonly LoopName[];

const codes = new Map<LoopName, number>(OWN.map((name, code) => [name, code]));
const functions: ((...inputs: number[]) => number)[] = OWN.map(functionOf);

function codeOf(name: LoopName): number {
  let code = codes.get(name);
  if (code === undefined) {
    code = functions.length;
    functions.push(functionOf(name));
    codes.set(name, code);
  }
  return code;
}

/**
 * A product that is added at once, or taken from something: one operation instead of two, rounded as they are. Programs of
 * reverse mode are made of these.
 */
const ADD_PRODUCT = -1;
const SUB_PRODUCT = -2;

/** Words for each operation: what to do, where the result goes, where the inputs are. */
const WORDS = 5;

/** Operations on single numbers, as words for `runScalars`. Slots must have their places. */
export function scalarCode({ members }: Cluster): Int32Array {
  const code = new Int32Array(members.length * WORDS);
  let at = 0;
  let product: Slot | null = null;
  // Of single numbers there are no sums.
  for (const member of members as readonly LoopNode[]) {
    const { loop, inputs, output } = member;
    const beside = product === null ? null : besideProduct(member, product);
    if (beside !== null) {
      at -= WORDS;
      code[at] = loop === 'add' ? ADD_PRODUCT : SUB_PRODUCT;
      code[at + 4] = placeOf(beside);
    } else {
      code[at] = codeOf(loop);
      for (let i = 0; i < inputs.length; i++) code[at + 2 + i] = placeOf(inputs[i]!);
    }
    code[at + 1] = output.at;
    at += WORDS;
    // Only what nobody else reads needs no place.
    product = loop === 'mul' && output.uses === 1 ? output : null;
  }
  return code.slice(0, at);
}

/** What a product is added to or taken from; null for any other operation. */
function besideProduct({ loop, inputs: [a, b] }: LoopNode, product: Slot): Operand | null {
  if (b?.slot === product) return loop === 'add' || loop === 'sub' ? a! : null;
  return loop === 'add' && a!.slot === product ? b! : null;
}

function placeOf({ slot, view }: Operand): number {
  return slot.at + view.offset;
}

export function runScalars(m: Float64Array, code: Int32Array): void {
  const end = code.length;
  for (let at = 0; at < end; at += WORDS) {
    const to = code[at + 1]!;
    const a = code[at + 2]!;
    const b = code[at + 3]!;
    switch (code[at]) {
      case ADD_PRODUCT:
        m[to] = m[code[at + 4]!]! + m[a]! * m[b]!;
        break;
      case SUB_PRODUCT:
        m[to] = m[code[at + 4]!]! - m[a]! * m[b]!;
        break;
      case 0:
        m[to] = m[a]! + m[b]!;
        break;
      case 1:
        m[to] = m[a]! - m[b]!;
        break;
      case 2:
        m[to] = m[a]! * m[b]!;
        break;
      case 3:
        m[to] = m[a]! / m[b]!;
        break;
      case 4:
        m[to] = -m[a]!;
        break;
      case 5:
        m[to] = m[a]! * m[a]!;
        break;
      case 6:
        m[to] = 1 / m[a]!;
        break;
      case 7:
        m[to] = Math.sqrt(m[a]!);
        break;
      case 8:
        m[to] = Math.exp(m[a]!);
        break;
      case 9:
        m[to] = Math.log(m[a]!);
        break;
      case 10:
        m[to] = Math.sin(m[a]!);
        break;
      case 11:
        m[to] = Math.cos(m[a]!);
        break;
      case 12:
        m[to] = Math.max(m[a]!, m[b]!);
        break;
      case 13:
        m[to] = Math.min(m[a]!, m[b]!);
        break;
      case 14:
        m[to] = m[a] !== 0 ? m[b]! : m[code[at + 4]!]!;
        break;
      case 15:
        m[to] = m[a]! < m[b]! ? 1 : 0;
        break;
      case 16:
        m[to] = m[a]! > m[b]! ? 1 : 0;
        break;
      default:
        m[to] = functions[code[at]!]!(m[a]!, m[b]!);
    }
  }
}
