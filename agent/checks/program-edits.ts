import { fromHex64, toHex64 } from '../base/float64.ts';
import type { Num, Program, ProgramNode, ProgramRequest } from './program.ts';

/** Nodes of a program, those of its bodies included. */
export function nodeCount({ nodes }: Program): number {
  const inside = (node: ProgramNode): number => {
    if (node.kind === 'grad') return nodeCount(node.body);
    return node.kind === 'branch' ? nodeCount(node.over) + nodeCount(node.under) : 0;
  };
  return nodes.reduce((sum, node) => sum + 1 + inside(node), 0);
}

/** Fewer nodes count most, then fewer elements, then shorter numbers. */
export function weight({ program, at, along = [] }: ProgramRequest): number {
  const elements = [...at, ...along].flatMap(elementsOf);
  const digits = elements.reduce((sum, hex) => sum + Math.min(20, String(fromHex64(hex)).length), 0);
  return 1e6 * nodeCount(program) + 1e3 * elements.length + digits;
}

const elementsOf = (x: Num): readonly string[] => (typeof x === 'string' ? [x] : x.data);

function* mapEach<T>(list: readonly T[], variants: (item: T) => Iterable<T>): Generator<readonly T[]> {
  for (const [i, item] of list.entries()) for (const other of variants(item)) yield list.with(i, other);
}

/** Requests that are a step smaller. */
export function shrunk(request: ProgramRequest): ProgramRequest[] {
  const { program, at, along } = request;
  return [
    ...[...programs(program)].map((one): ProgramRequest => withoutUnused({ ...request, program: one })),
    ...[...mapEach(at, simpler)].map((one): ProgramRequest => ({ ...request, at: one })),
    ...(along ? [...mapEach(along, simpler)].map((one): ProgramRequest => ({ ...request, along: one })) : []),
  ];
}

/** Programs with one node less, or with one node made simpler. */
function* programs(program: Program): Generator<Program> {
  const { nodes, outputs } = program;
  for (let i = nodes.length - 1; i >= 0; i--) {
    const node = nodes[i]!;
    if (node.kind === 'input') continue;
    // In its place an earlier node: one of its arguments, or any input.
    const others = new Set([...argumentsOf(node), ...inputsBefore(nodes, i)]);
    for (const other of others) yield pruned(replaced(program, i, other));
    for (const simple of simplerNodes(node)) yield pruned({ ...program, nodes: nodes.with(i, simple) });
    if (node.kind === 'branch') {
      for (const taken of [node.over, node.under]) yield pruned(inlined(program, i, taken, node.args));
    }
  }
  if (outputs.length > 1) for (const i of outputs) yield pruned({ ...program, outputs: [i] });
}

const argumentsOf = (node: ProgramNode): readonly number[] => {
  if (node.kind === 'op') return node.args;
  if (node.kind === 'branch') return [node.on, ...node.args];
  return node.kind === 'grad' ? [...node.args, ...node.captures] : [];
};

const inputsBefore = (nodes: readonly ProgramNode[], i: number): readonly number[] =>
  nodes.slice(0, i).flatMap((node, at) => (node.kind === 'input' ? [at] : []));

function* simplerNodes(node: ProgramNode): Generator<ProgramNode> {
  if (node.kind === 'const') for (const value of simpler(node.value)) yield { ...node, value };
  if (node.kind === 'grad') for (const body of programs(node.body)) yield { ...node, body };
  if (node.kind !== 'branch') return;
  for (const over of programs(node.over)) yield { ...node, over };
  for (const under of programs(node.under)) yield { ...node, under };
}

/** A node with other indices of what it refers to. */
function renumbered(node: ProgramNode, to: (i: number) => number): ProgramNode {
  switch (node.kind) {
    case 'op':
      return { ...node, args: node.args.map(to) };
    case 'branch':
      return { ...node, on: to(node.on), args: node.args.map(to) };
    case 'grad':
      return { ...node, args: node.args.map(to), captures: node.captures.map(to) };
    default:
      return node;
  }
}

/** Whoever used node `i` uses an earlier one. */
function replaced(program: Program, i: number, other: number): Program {
  const to = (at: number): number => (at === i ? other : at);
  return {
    ...program,
    nodes: program.nodes.map((node) => renumbered(node, to)),
    outputs: program.outputs.map(to),
  };
}

/** A body's nodes in the place of node `i`, its inputs the arguments. */
function inlined(program: Program, i: number, body: Program, args: readonly number[]): Program {
  const places: number[] = [];
  const inside: ProgramNode[] = [];
  for (const node of body.nodes) {
    if (node.kind === 'input') places.push(args[node.index]!);
    else {
      inside.push(renumbered(node, (at) => places[at]!));
      places.push(i + inside.length - 1);
    }
  }
  const grown = inside.length - 1;
  const to = (at: number): number => (at < i ? at : at === i ? places[body.outputs[0]!]! : at + grown);
  return {
    ...program,
    nodes: [
      ...program.nodes.slice(0, i),
      ...inside,
      ...program.nodes.slice(i + 1).map((node) => renumbered(node, to)),
    ],
    outputs: program.outputs.map(to),
  };
}

/** Without nodes that nothing leads to; inputs stay. */
function pruned(program: Program): Program {
  const used = new Set(program.outputs);
  for (let i = program.nodes.length - 1; i >= 0; i--) {
    const node = program.nodes[i]!;
    if (node.kind === 'input') used.add(i);
    if (used.has(i)) for (const at of argumentsOf(node)) used.add(at);
  }
  const kept = program.nodes.flatMap((_, i) => (used.has(i) ? [i] : []));
  const place = new Map(kept.map((old, i) => [old, i]));
  const to = (at: number): number => place.get(at)!;
  return {
    ...program,
    nodes: kept.map((i) => renumbered(program.nodes[i]!, to)),
    outputs: program.outputs.map(to),
  };
}

/** Without inputs that nothing reads, as long as one is left. */
function withoutUnused(request: ProgramRequest): ProgramRequest {
  const { program, at, along } = request;
  const read = new Set([...program.outputs, ...program.nodes.flatMap(argumentsOf)]);
  const unused = program.nodes.findIndex((node, i) => node.kind === 'input' && !read.has(i));
  if (unused < 0 || at.length === 1) return request;
  const { index } = program.nodes[unused] as Extract<ProgramNode, { kind: 'input' }>;
  const to = (i: number): number => (i > unused ? i - 1 : i);
  const nodes = program.nodes.toSpliced(unused, 1).map((node) => {
    const moved = renumbered(node, to);
    return moved.kind === 'input' && moved.index > index ? { ...moved, index: moved.index - 1 } : moved;
  });
  return withoutUnused({
    ...request,
    program: { ...program, inputs: at.length - 1, nodes, outputs: program.outputs.map(to) },
    at: at.toSpliced(index, 1),
    ...(along ? { along: along.toSpliced(index, 1) } : {}),
  });
}

/** Rounder numbers; of an array all elements at once, or one axis cut to its first element. */
function* simpler(x: Num): Generator<Num> {
  if (typeof x === 'string') {
    const value = fromHex64(x);
    for (const other of [1, 2, Math.round(value), Math.round(value * 4) / 4]) {
      if (other !== value && String(other).length <= String(value).length && other !== 0)
        yield toHex64(other);
    }
    return;
  }
  for (const [axis, n] of x.shape.entries()) {
    if (n < 2) continue;
    const inner = x.shape.slice(axis + 1).reduce((a, b) => a * b, 1);
    yield {
      shape: x.shape.with(axis, 1),
      data: x.data.filter((_, i) => Math.floor(i / inner) % n === 0),
    };
  }
}
