import { type AnyNode, parse } from 'acorn';
import { count } from '../base/text.ts';
import type { Target } from '../checks/types.ts';
import { compilerOf, isModule, javaScript, parseFault } from './modules.ts';
import { fileMap, isUnder } from './tree.ts';
import type { CheckResult, FrozenFile, FrozenTree, SizeChange } from './types.ts';

/** Nodes that only say how the others are laid out: `{ return y }` and `y`, or one `const` and two, are one size. */
const LAYOUT: ReadonlySet<string> = new Set([
  ...['Program', 'EmptyStatement', 'ExpressionStatement', 'BlockStatement', 'ReturnStatement', 'ClassBody'],
  ...[
    'VariableDeclaration',
    'VariableDeclarator',
    'SequenceExpression',
    'ChainExpression',
    'TemplateElement',
  ],
]);

/** A name or a number this long is one; what it has beyond could hold a program, and counts as text. */
const PLAIN = 24;

/** Characters of new text that weigh as much as one node: what code of that length has, roughly. */
const TEXT_PER_NODE = 4;

/**
 * How large the editable TypeScript of two trees is, in nodes of the syntax tree (ESTree) once types are stripped.
 * Comments, white space, types, parentheses and the length of names count nothing, so that taking them away is no gain.
 * Strings, templates, regular expressions and big integers count as one each; text that the candidate has beyond that of
 * the base counts as nodes too, so that code moved into a string is none either. All editable modules count, loaded
 * or not. Checks that throw must not become fewer: no goal asks for them, and taking them out is no simplification.
 * How fast the engine is does not enter.
 *
 * @returns what could not be measured, as a sentence, where a module does not parse.
 */
export function sizeChange(base: FrozenTree, candidate: FrozenTree, target: Target): SizeChange | string {
  const before = measured(base, target);
  const after = measured(candidate, target);
  if (typeof before === 'string') return before;
  if (typeof after === 'string') return after;
  const added = Math.max(0, after.text - before.text);
  return {
    before: before.nodes,
    after: after.nodes + Math.ceil(added / TEXT_PER_NODE),
    unit: 'syntax-tree nodes',
  };
}

/** Why a candidate is no smaller than its base; empty where it is. */
export function sizeReasons(base: FrozenTree, candidate: FrozenTree, target: Target): string[] {
  const change = sizeChange(base, candidate, target);
  if (typeof change === 'string') return [change];
  const { before, after, unit } = change;
  const [thrown, kept] = [throwsOf(base, target), throwsOf(candidate, target)];
  if (kept < thrown) {
    return [
      `size: ${count(kept, '`throw`')} where the base has ${thrown}. Errors that are no longer found are nothing saved.`,
    ];
  }
  return after < before
    ? []
    : [
        `size: ${after} ${unit}, and the base has ${before}. Nothing got better: names, comments, types and layout do not count.`,
      ];
}

/** The size of one tree, in nodes; null where a module does not parse. */
export function sizeOf(tree: FrozenTree, target: Target): number | null {
  const change = sizeChange(tree, tree, target);
  return typeof change === 'string' ? null : change.after;
}

/** The row that a table of checks has for a size. */
export function sizeCheck({ before, after }: SizeChange): CheckResult {
  return { id: 'size', family: 'size', pass: after < before, cases: 1, worstUlp: null, worstRatio: null };
}

const throwsOf = (tree: FrozenTree, target: Target): number => {
  const found = measured(tree, target);
  return typeof found === 'string' ? 0 : found.throws;
};

interface Measured {
  readonly nodes: number;
  readonly throws: number;
  /** Characters of texts, and those that names and numbers have beyond `PLAIN`. */
  readonly text: number;
}

function measured(tree: FrozenTree, target: Target): Measured | string {
  if (target.own?.language === 'python') return 'size: that of Python is not measured.';
  let nodes = 0;
  let throws = 0;
  let text = 0;
  for (const [path, file] of fileMap(tree)) {
    if (!isModule(path, target) || !isUnder(path, target.editable)) continue;
    const one = measuredFile(file, target);
    if (typeof one === 'string') return `size: ${path} does not parse: ${one}. So nothing can be measured.`;
    nodes += one.nodes;
    throws += one.throws;
    text += one.text;
  }
  return { nodes, throws, text };
}

// A tree shares most of its files with the next one.
const known = {
  strip: new WeakMap<Uint8Array, Measured | string>(),
  esbuild: new WeakMap<Uint8Array, Measured | string>(),
};

/** What is wrong with a file that does not parse. */
function measuredFile({ path, bytes }: FrozenFile, target: Target): Measured | string {
  const compiler = compilerOf(target);
  let found = known[compiler].get(bytes);
  if (found === undefined) {
    const script = javaScript(path, Buffer.from(bytes).toString('utf8'), compiler);
    try {
      found = script.ok
        ? measure(parse(script.text, { ecmaVersion: 'latest', sourceType: 'module' }) as AnyNode)
        : script.error;
    } catch (error) {
      found = parseFault(error);
    }
    known[compiler].set(bytes, found);
  }
  return found;
}

function measure(root: AnyNode): Measured {
  let nodes = 0;
  let throws = 0;
  let text = 0;
  const open: unknown[] = [root];
  while (open.length > 0) {
    const node = open.pop() as AnyNode;
    if (!LAYOUT.has(node.type)) nodes += 1;
    if (node.type === 'ThrowStatement') throws += 1;
    text += textOf(node);
    for (const value of Object.values(node) as unknown[]) {
      for (const child of Array.isArray(value) ? value : [value]) if (isNode(child)) open.push(child);
    }
  }
  return { nodes, throws, text };
}

function textOf(node: AnyNode): number {
  switch (node.type) {
    case 'Identifier':
    case 'PrivateIdentifier':
      return Math.max(0, node.name.length - PLAIN);
    case 'TemplateElement':
      return node.value.raw.length;
    case 'Literal':
      if (typeof node.value === 'string') return node.value.length;
      if (node.regex || node.bigint) return (node.raw ?? '').length;
      return Math.max(0, (node.raw ?? '').length - PLAIN);
    default:
      return 0;
  }
}

const isNode = (value: unknown): value is AnyNode =>
  typeof value === 'object' && value !== null && typeof (value as { type?: unknown }).type === 'string';
