import { EngineError, wants } from './errors.ts';
import { NDArray } from './ndarray.ts';
import { describe, Tracer, type Value } from './trace.ts';

/** Values in nested lists and plain objects: what functions take and give. */
export type Tree<T = Value> = T | readonly Tree<T>[] | { readonly [key: string]: Tree<T> };

/** The nesting of a tree without its values. Keys of objects are in sorted order. */
export type TreeDef =
  | typeof LEAF
  | { readonly kind: 'list'; readonly children: readonly TreeDef[] }
  | { readonly kind: 'object'; readonly keys: readonly string[]; readonly children: readonly TreeDef[] };

export const LEAF = { kind: 'leaf' } as const;

export interface Flat {
  readonly leaves: readonly Value[];
  readonly def: TreeDef;
}

export function isValue(x: unknown): x is Value {
  return typeof x === 'number' || typeof x === 'boolean' || x instanceof NDArray || x instanceof Tracer;
}

/** The values of a tree, lists in order and objects by sorted keys. @throws EngineError at what is neither. */
export function flatten(tree: unknown, op: string): Flat {
  if (isValue(tree)) return { leaves: [tree], def: LEAF };
  const leaves: Value[] = [];
  const def = collect(tree, leaves, op, '');
  return { leaves, def };
}

/** A function of trees as one of flat values, at these arguments. */
export interface FlatFunction extends Flat {
  call(inputs: readonly Value[]): readonly Value[];
  /** How what it gave last nests. */
  nesting: TreeDef;
}

export function flatFunction(
  f: (...args: never[]) => unknown,
  args: readonly unknown[],
  op: string,
): FlatFunction {
  const { leaves, def } = flatten(args, op);
  const flat: FlatFunction = {
    leaves,
    def,
    nesting: LEAF,
    call: (inputs) => {
      const results = flatten(f(...(unflatten(def, inputs) as unknown as never[])), op);
      flat.nesting = results.def;
      return results.leaves;
    },
  };
  return flat;
}

function collect(tree: unknown, leaves: Value[], op: string, path: string): TreeDef {
  if (isValue(tree)) {
    leaves.push(tree);
    return LEAF;
  }
  if (Array.isArray(tree)) {
    const children = tree.map((child, i) => collect(child, leaves, op, `${path}[${i}]`));
    return { kind: 'list', children };
  }
  const proto = typeof tree === 'object' && tree !== null ? Object.getPrototypeOf(tree) : undefined;
  if (proto === Object.prototype || proto === null) {
    const object = tree as Record<string, unknown>;
    const keys = Object.keys(object).sort();
    return {
      kind: 'object',
      keys,
      children: keys.map((key) => collect(object[key], leaves, op, `${path}.${key}`)),
    };
  }
  const where = path === '' ? '' : ` at ${path}`;
  wants(op, 'numbers, arrays, or lists and objects of them', `${describe(tree)}${where}`);
}

/** A tree of this nesting with these values. */
export function unflatten(def: TreeDef, leaves: readonly Value[]): Tree {
  if (def === LEAF) return leaves[0]!;
  let at = 0;
  const build = (node: TreeDef): Tree => {
    if (node.kind === 'leaf') return leaves[at++]!;
    if (node.kind === 'list') return node.children.map(build);
    return Object.fromEntries(node.children.map((child, i) => [node.keys[i]!, build(child)]));
  };
  return build(def);
}

export function sameTree(a: TreeDef, b: TreeDef): boolean {
  if (a === b) return true;
  if (a.kind === 'leaf' || b.kind === 'leaf' || a.kind !== b.kind) return a.kind === b.kind;
  if (a.children.length !== b.children.length) return false;
  if (a.kind === 'object' && b.kind === 'object' && a.keys.some((key, i) => key !== b.keys[i])) return false;
  return a.children.every((child, i) => sameTree(child, b.children[i]!));
}

/** Refuses two trees that do not nest alike. */
export function checkNesting(op: string, one: string, a: TreeDef, other: string, b: TreeDef): void {
  if (sameTree(a, b)) return;
  throw new EngineError(op, `${one} nests as ${treeText(a)}, ${other} as ${treeText(b)}`);
}

/** How many values a tree of this nesting has. */
export function leavesOf(def: TreeDef): number {
  if (def.kind === 'leaf') return 1;
  return def.children.reduce((sum, child) => sum + leavesOf(child), 0);
}

/** `{ b: *, w: [*, *] }`, as errors write it. */
export function treeText(def: TreeDef): string {
  if (def.kind === 'leaf') return '*';
  if (def.kind === 'list') return `[${def.children.map(treeText).join(', ')}]`;
  return `{ ${def.keys.map((key, i) => `${key}: ${treeText(def.children[i]!)}`).join(', ')} }`;
}
