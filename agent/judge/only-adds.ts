import { type AnyNode, parse, type Token } from 'acorn';
import { sha256 } from '../base/json.ts';
import type { Target } from '../checks/types.ts';
import { compilerOf, isModule, readModule } from './modules.ts';
import { isUnder } from './tree.ts';
import type { FrozenFile, FrozenTree } from './types.ts';

/**
 * The names of the rules that a candidate adds to its base, where it can be shown that no other rule has become wrong by that:
 * null where it cannot. Both trees have one editable module, whose text around the table of primitives is the one that the target
 * knows (`Target.around`: the seed's), which keeps each row to itself. The table holds nothing but rows that compute (`isRow`), the
 * base's as they were, and none of those speaks of a name that is new. Anything else (a helper, a row that was edited, an
 * engine that has learnt to nest) is more than adding rules.
 */
export function addedRules(
  base: FrozenTree,
  candidate: FrozenTree,
  target: Target,
): readonly string[] | null {
  const [before, after] = [base, candidate].map((tree) => rowsOf(tree, target));
  if (!before || !after) return null;
  for (const [name, { text }] of before) if (after.get(name)?.text !== text) return null;
  const added = [...after.keys()].filter((name) => !before.has(name));
  const spoken = [...before.values()].some(({ uses }) => added.some((name) => uses.has(name)));
  return spoken ? null : added;
}

interface Row {
  readonly text: string;
  /** Members of `ops` that it names. */
  readonly uses: ReadonlySet<string>;
}

type Rows = ReadonlyMap<string, Row>;

// The same bytes come again: the candidate of one verdict is the base of the next.
const known = new WeakMap<Uint8Array, Rows | null>();

/** The rows of the table of a tree whose other text is known; null of any other tree. */
function rowsOf({ files }: FrozenTree, target: Target): Rows | null {
  const modules = files.filter(({ path }) => isUnder(path, target.editable) && isModule(path, target));
  const [only] = modules;
  if (target.around === undefined || modules.length !== 1 || only?.path !== target.table) return null;
  let rows = known.get(only.bytes);
  if (rows === undefined) {
    const parts = partsOf(only, target);
    rows = parts !== null && sha256(parts.around) === target.around ? parts.rows : null;
    known.set(only.bytes, rows);
  }
  return rows;
}

/** A module's text without the rows of its table, and those; null where it has no such table. */
export function partsOf(
  file: FrozenFile,
  target: Target,
): { readonly around: string; readonly rows: Rows } | null {
  const read = readModule(file, compilerOf(target));
  if (typeof read === 'string') return null;
  const { text } = read;
  const tokens: Token[] = [];
  try {
    const { body } = parse(text, { ecmaVersion: 'latest', sourceType: 'module', onToken: tokens });
    const table = tableIn(body as readonly AnyNode[]);
    if (table === null) return null;
    const rows = new Map<string, Row>();
    for (const row of table.properties as readonly AnyNode[]) {
      const uses = new Set<string>();
      if (!isRow(row, uses) || rows.has(row.key.name)) return null;
      rows.set(row.key.name, { text: textOf(text, tokens, row.start, row.end), uses });
    }
    const [head, tail] = [
      [0, table.start],
      [table.end, text.length],
    ].map(([from, to]) => textOf(text, tokens, from!, to!));
    return { around: `${head} {} ${tail}`, rows };
  } catch (error) {
    // Nested so deep that the stack did not do.
    if (error instanceof RangeError) return null;
    throw error;
  }
}

/** Tokens of a stretch of text as they are written, with the line breaks between them, which may mean something. */
function textOf(text: string, tokens: readonly Token[], from: number, to: number): string {
  let last = from;
  let out = '';
  for (let i = firstAt(tokens, from); i < tokens.length && tokens[i]!.end <= to; i++) {
    const { start, end } = tokens[i]!;
    if (start === end) continue; // the end of the text, and nothing between two parts of a template
    out += (/[\n\r\u2028\u2029]/.test(text.slice(last, start)) ? '\n' : ' ') + text.slice(start, end);
    last = end;
  }
  return out;
}

/** The place of the first token that begins at `from` or later. */
function firstAt(tokens: readonly Token[], from: number): number {
  let [low, high] = [0, tokens.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (tokens[middle]!.start < from) low = middle + 1;
    else high = middle;
  }
  return low;
}

const TABLE = 'primitives';

/** The object that the first `const primitives = {…}` at the top of a module is. */
function tableIn(body: readonly AnyNode[]): Extract<AnyNode, { type: 'ObjectExpression' }> | null {
  for (const statement of body) {
    if (statement.type !== 'VariableDeclaration' || statement.kind !== 'const') continue;
    for (const { id, init } of statement.declarations) {
      if (id.type === 'Identifier' && id.name === TABLE)
        return init?.type === 'ObjectExpression' ? init : null;
    }
  }
  return null;
}

interface Member {
  readonly key: { readonly name: string };
  readonly value: AnyNode;
}

/** A member `name: …` of an object; what every object has (`constructor`, `valueOf`) is looked up by text that means no rule. */
function isMember(node: AnyNode): node is AnyNode & Member {
  return (
    node.type === 'Property' &&
    node.kind === 'init' &&
    !(node.computed || node.method || node.shorthand) &&
    node.key.type === 'Identifier' &&
    !(node.key.name in Object.prototype)
  );
}

/** `name: { value: …, partials: […] }` of functions that do nothing but compute. What they use of `ops` goes onto `uses`. */
function isRow(node: AnyNode, uses: Set<string>): node is AnyNode & Member {
  if (!isMember(node) || node.value.type !== 'ObjectExpression') return false;
  const [value, partials, ...more] = node.value.properties as readonly AnyNode[];
  if (!value || !partials || more.length > 0 || !isMember(value) || !isMember(partials)) return false;
  if (value.key.name !== 'value' || partials.key.name !== 'partials') return false;
  const list = partials.value;
  return (
    isFunction(value.value, NONE, uses) &&
    list.type === 'ArrayExpression' &&
    list.elements.every((element) => element !== null && isFunction(element, NONE, uses))
  );
}

type Names = ReadonlySet<string>;
const NONE: Names = new Set();

const CONSTANTS: Names = new Set(['NaN', 'Infinity', 'undefined']);
/** What a row may call: members of these, and a function of the text around it that reads the number under a value. */
const LIBRARIES: Names = new Set(['ops', 'Math']);
const PRIMAL = 'primal';
const UNARY: Names = new Set(['-', '+', '!']);
/** Not `in` and `instanceof`, which ask what a value is. */
const BINARY: Names = new Set('+ - * / % ** < > <= >= === !== == !='.split(' '));

/** An arrow function of plain parameters, or a function of `Math`. */
function isFunction(node: AnyNode, scope: Names, uses: Set<string>): boolean {
  if (node.type !== 'ArrowFunctionExpression') return libraryOf(node, uses) === 'Math';
  if (node.async || !node.params.every((param) => isOwnName(param))) return false;
  const inside = new Set([...scope, ...node.params.map((param) => (param as { name: string }).name)]);
  if (node.body.type !== 'BlockStatement') return computes(node.body, inside, uses);
  return node.body.body.every((statement) => {
    if (statement.type === 'ReturnStatement')
      return statement.argument != null && computes(statement.argument, inside, uses);
    if (statement.type !== 'VariableDeclaration' || statement.kind !== 'const') return false;
    return statement.declarations.every(({ id, init }) => {
      if (!isOwnName(id) || init == null || !computes(init, inside, uses)) return false;
      inside.add((id as { name: string }).name);
      return true;
    });
  });
}

/** Whether an expression of a function's own names, numbers, and calls of `ops`, `Math` and `primal` is all that a node is. */
function computes(node: AnyNode, scope: Names, uses: Set<string>): boolean {
  const all = (...nodes: readonly AnyNode[]): boolean => nodes.every((one) => computes(one, scope, uses));
  switch (node.type) {
    case 'Literal':
      return typeof node.value === 'number' || typeof node.value === 'boolean';
    case 'Identifier':
      return scope.has(node.name) || CONSTANTS.has(node.name);
    case 'MemberExpression':
      return libraryOf(node, uses) === 'Math';
    case 'UnaryExpression':
      return UNARY.has(node.operator) && all(node.argument);
    case 'BinaryExpression':
      return BINARY.has(node.operator) && all(node.left, node.right);
    case 'LogicalExpression':
      return all(node.left, node.right);
    case 'ConditionalExpression':
      return all(node.test, node.consequent, node.alternate);
    case 'CallExpression': {
      const { callee } = node;
      const called = callee.type === 'Identifier' ? callee.name === PRIMAL : libraryOf(callee, uses) !== null;
      return called && !node.optional && all(...node.arguments);
    }
    default:
      return false;
  }
}

/** A plain name that hides nothing that a row may call. */
const isOwnName = (node: AnyNode): boolean =>
  node.type === 'Identifier' &&
  !LIBRARIES.has(node.name) &&
  node.name !== PRIMAL &&
  !CONSTANTS.has(node.name);

/** `ops` or `Math` where a node is a member of it by name; what every object has computes nothing. */
function libraryOf(node: AnyNode, uses: Set<string>): string | null {
  if (node.type !== 'MemberExpression' || node.computed || node.optional) return null;
  const { object, property } = node;
  if (object.type !== 'Identifier' || !LIBRARIES.has(object.name)) return null;
  if (property.type !== 'Identifier' || property.name in Object.prototype) return null;
  if (object.name === 'ops') uses.add(property.name);
  return object.name;
}
