import { EngineError, wants } from './errors.ts';
import { NDArray } from './ndarray.ts';
import { textOf } from './shape.ts';
import { describe, isPlain, Tracer, type Value } from './trace.ts';

/** Values in nested lists and plain objects: what functions take and give. */
export type Tree<T = Value> = T | readonly Tree<T>[] | { readonly [key: string]: Tree<T> };

/** The nesting of a tree without its values. Keys of objects are in sorted order; lists and leaves have none. */
export interface TreeDef {
  readonly kind: 'leaf' | 'list' | 'object';
  readonly keys: readonly string[];
  readonly children: readonly TreeDef[];
}

export const LEAF: TreeDef = { kind: 'leaf', keys: [], children: [] };

export interface Flat {
  readonly leaves: readonly Value[];
  readonly def: TreeDef;
}

export function isValue(x: unknown): x is Value {
  return isPlain(x) || x instanceof NDArray || x instanceof Tracer;
}

/** The values of a tree, lists in order and objects by sorted keys. @throws EngineError at what is neither. */
export function flatten(tree: unknown, op: string): Flat {
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
  if (typeof f !== 'function') wants(op, 'a function', describe(f));
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
    return { kind: 'list', keys: [], children };
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
export function unflatten<T = Value>(def: TreeDef, leaves: readonly T[]): Tree<T> {
  let at = 0;
  const build = ({ kind, keys, children }: TreeDef): Tree<T> => {
    if (kind === 'leaf') return leaves[at++]!;
    const built = children.map(build);
    return kind === 'list' ? built : Object.fromEntries(keys.map((key, i) => [key, built[i]!]));
  };
  return build(def);
}

export function sameTree(a: TreeDef, b: TreeDef): boolean {
  if (a === b) return true;
  if (a.kind !== b.kind || a.children.length !== b.children.length) return false;
  return a.children.every((child, i) => a.keys[i] === b.keys[i] && sameTree(child, b.children[i]!));
}

/** Refuses two trees that do not nest alike. */
export function checkNesting(op: string, one: string, a: TreeDef, other: string, b: TreeDef): void {
  if (sameTree(a, b)) return;
  throw new EngineError(op, `${one} nests as ${treeText(a)}, ${other} as ${treeText(b)}`);
}

/** How many values a tree of this nesting has. */
export function leavesOf({ kind, children }: TreeDef): number {
  return kind === 'leaf' ? 1 : children.reduce((sum, child) => sum + leavesOf(child), 0);
}

/** `{b: *, w: [*, *]}`, as errors write it. */
export function treeText(def: TreeDef): string {
  return textOf(unflatten(def, new Array<string>(leavesOf(def)).fill('*')));
}
