import { type AnyNode, parse } from 'acorn';
import type { Target } from '../checks/types.ts';
import { compilerOf, isModule, readModule } from './modules.ts';
import { fileMap, isUnder, sameBytes } from './tree.ts';
import type { FrozenFile, FrozenTree } from './types.ts';

/**
 * The names of the rules that a candidate adds to its base, where that is all it does: null where anything else differs.
 * A rule that counts is a new row of a table at the top of a module, whose functions do nothing but compute: they assign
 * nothing, and call nothing but `ops` and `Math`. Its name stands nowhere in the text that was there. That text, which other
 * rules ran on, is the same, so that none of them can have become wrong by the change. What cannot be told (a helper, a row
 * that was edited) counts as anything else.
 */
export function addedRules(
  base: FrozenTree,
  candidate: FrozenTree,
  target: Target,
): readonly string[] | null {
  const before = fileMap(base);
  const after = fileMap(candidate);
  const names: string[] = [];
  for (const path of new Set([...before.keys(), ...after.keys()])) {
    if (!isUnder(path, target.editable) || !isModule(path, target)) continue;
    const [old, now] = [before.get(path), after.get(path)];
    if (old === undefined || now === undefined) return null;
    if (sameBytes(old.bytes, now.bytes)) continue;
    const added = addedIn(old, now, target);
    if (added === null) return null;
    names.push(...added);
  }
  return names;
}

/** Members of a syntax tree's node that say where it stands, and nothing else. */
const PLACE: ReadonlySet<string> = new Set(['start', 'end', 'loc', 'range', 'raw']);

/** A text as its syntax, with the pure rows of its tables apart. */
interface Parted {
  readonly rest: string;
  /** By table and name. */
  readonly rows: ReadonlyMap<
    string,
    { readonly name: string; readonly code: string; readonly pure: boolean }
  >;
}

function addedIn(old: FrozenFile, now: FrozenFile, target: Target): readonly string[] | null {
  const [before, after] = [parted(old, target), parted(now, target)];
  if (before === null || after === null || before.rest !== after.rest) return null;
  for (const [key, { code }] of before.rows) if (after.rows.get(key)?.code !== code) return null;
  const added = [...after.rows].filter(([key]) => !before.rows.has(key)).map(([, row]) => row);
  const names = added.map(({ name }) => name);
  const text = [before.rest, ...[...before.rows.values()].map(({ code }) => code)];
  const spoken = names.some((name) => text.some((part) => part.includes(JSON.stringify(name))));
  return added.every(({ pure }) => pure) && !spoken ? names : null;
}

// The same bytes come again: the candidate of one verdict is the base of the next.
const known = new WeakMap<Uint8Array, Parted | null>();

function parted(file: FrozenFile, target: Target): Parted | null {
  let result = known.get(file.bytes);
  if (result === undefined) {
    result = part(file, target);
    known.set(file.bytes, result);
  }
  return result;
}

function part(file: FrozenFile, target: Target): Parted | null {
  const read = readModule(file, compilerOf(target));
  if (typeof read === 'string') return null;
  const { body } = parse(read.text, { ecmaVersion: 'latest', sourceType: 'module' });
  const rows = new Map<string, { name: string; code: string; pure: boolean }>();
  const rest = (body as readonly AnyNode[]).map((statement) =>
    codeOf(statement, (table, row) => {
      const name = rowName(row);
      if (name === null || rows.has(`${table} ${name}`)) return false;
      rows.set(`${table} ${name}`, { name, code: codeOf(row), pure: isPure(row) });
      return true;
    }),
  );
  return { rest: rest.join('\n'), rows };
}

/** Syntax as text; rows of tables that `take` takes are left out. */
function codeOf(node: AnyNode, take: (table: string, row: AnyNode) => boolean = () => false): string {
  const tables = new Map<unknown, string>();
  const declared = node.type === 'ExportNamedDeclaration' ? (node.declaration as AnyNode | null) : node;
  if (declared?.type === 'VariableDeclaration' && declared.kind === 'const') {
    for (const { id, init } of declared.declarations) {
      if (id.type === 'Identifier' && init?.type === 'ObjectExpression') tables.set(init, id.name);
    }
  }
  return JSON.stringify(node, function (this: unknown, key, value: unknown) {
    if (PLACE.has(key)) return undefined;
    if (typeof value === 'bigint') return `${value}n`;
    const table = key === 'properties' ? tables.get(this) : undefined;
    return table === undefined ? value : (value as AnyNode[]).filter((row) => !take(table, row));
  });
}

function rowName(row: AnyNode): string | null {
  if (row.type !== 'Property' || row.computed || row.kind !== 'init' || row.method) return null;
  // What every object has is looked up by text that means no rule.
  if (row.key.type !== 'Identifier' || row.key.name in Object.prototype) return null;
  return row.key.name;
}

/** Nodes that compute and do nothing else. */
const COMPUTES: ReadonlySet<string> = new Set([
  ...['Property', 'ObjectExpression', 'ArrayExpression', 'ArrowFunctionExpression', 'BlockStatement'],
  ...['ReturnStatement', 'VariableDeclaration', 'VariableDeclarator', 'Identifier', 'Literal'],
  ...['ConditionalExpression', 'BinaryExpression', 'UnaryExpression', 'LogicalExpression'],
]);

const LIBRARIES: ReadonlySet<string> = new Set(['ops', 'Math']);

/** A plain name that does not hide the operations. */
const isOwnName = (node: AnyNode): boolean => node.type === 'Identifier' && !LIBRARIES.has(node.name);

/** Whether a row's functions do nothing but compute, and nothing at all is done where it is loaded. */
function isPure(row: AnyNode, inFunction = false): boolean {
  if (row.type === 'CallExpression')
    return (
      inFunction &&
      row.arguments.every((x) => isPure(x as AnyNode, true)) &&
      isOperation(row.callee as AnyNode)
    );
  if (row.type === 'MemberExpression') return isOperation(row);
  if (!COMPUTES.has(row.type)) return false;
  if (
    row.type === 'ArrowFunctionExpression' &&
    (row.async || row.params.some((param) => !isOwnName(param as AnyNode)))
  )
    return false;
  if (row.type === 'VariableDeclaration' && row.kind !== 'const') return false;
  if (row.type === 'VariableDeclarator' && !isOwnName(row.id as AnyNode)) return false;
  if (row.type === 'UnaryExpression' && !['-', '+', '!'].includes(row.operator)) return false;
  if (
    row.type === 'Property' &&
    (row.computed || row.method || row.kind !== 'init' || nameOf(row.key as AnyNode) === '__proto__')
  )
    return false;
  const inside = inFunction || row.type === 'ArrowFunctionExpression';
  return Object.values(row).every((value: unknown) =>
    (Array.isArray(value) ? value : [value]).every((child) => !isNode(child) || isPure(child, inside)),
  );
}

const nameOf = (key: AnyNode): unknown =>
  key.type === 'Identifier' ? key.name : (key as { value?: unknown }).value;

/** `ops.name` or `Math.name`; what every object has (`__defineGetter__`) computes nothing. */
function isOperation(node: AnyNode): boolean {
  return (
    node.type === 'MemberExpression' &&
    !node.computed &&
    node.object.type === 'Identifier' &&
    LIBRARIES.has(node.object.name) &&
    node.property.type === 'Identifier' &&
    !(node.property.name in Object.prototype)
  );
}

const isNode = (value: unknown): value is AnyNode =>
  typeof value === 'object' && value !== null && typeof (value as { type?: unknown }).type === 'string';
