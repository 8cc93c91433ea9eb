import { toHex64 } from '../../base/float64.ts';
import type { Attributes, Num, Program, ProgramNode } from '../../checks/program.ts';

/** Builds programs node by node; each method gives the new node's index. */
export interface Builder {
  input(): number;
  constant(value: number | Num): number;
  op(name: string, ...args: number[]): number;
  arrayOp(name: string, args: readonly number[], attributes: Attributes): number;
  /** One of two programs of args, by whether the plain number under a node is above a bound. */
  branch(
    on: number,
    above: number,
    args: readonly number[],
    over: (b: Builder, ...inputs: number[]) => number,
    under: (b: Builder, ...inputs: number[]) => number,
  ): number;
  /** ∂body/∂args[wrt]; `body` gets the args' nodes, then the captures'. */
  grad(
    wrt: number,
    args: readonly number[],
    captures: readonly number[],
    body: (b: Builder, ...inputs: number[]) => number,
  ): number;
}

/** A program written as a function: `program(2, (b, x, y) => b.op('mul', x, y))`. A list of results is a list of outputs. */
export function program(
  inputs: number,
  write: (b: Builder, ...inputs: number[]) => number | readonly number[],
): Program {
  const nodes: ProgramNode[] = [];
  const push = (node: ProgramNode): number => nodes.push(node) - 1;
  let taken = 0;
  const builder: Builder = {
    input: () => push({ kind: 'input', index: taken++ }),
    constant: (value) => push({ kind: 'const', value: typeof value === 'number' ? toHex64(value) : value }),
    op: (op, ...args) => push({ kind: 'op', op, args }),
    arrayOp: (op, args, attributes) => push({ kind: 'op', op, args, attributes }),
    branch: (on, above, args, over, under) =>
      push({
        kind: 'branch',
        on,
        above: toHex64(above),
        args,
        over: program(args.length, over),
        under: program(args.length, under),
      }),
    grad: (wrt, args, captures, body) =>
      push({ kind: 'grad', wrt, args, captures, body: program(args.length + captures.length, body) }),
  };
  const outputs = write(builder, ...Array.from({ length: inputs }, () => builder.input()));
  return { inputs, nodes, outputs: typeof outputs === 'number' ? [outputs] : outputs };
}

/** A row-major array as it travels. */
export function array(shape: readonly number[], data: readonly number[]): Num {
  return { shape, data: data.map(toHex64) };
}
