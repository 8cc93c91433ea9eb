import { type AnyNode, type Node, parse } from 'acorn';
import { stripTypes } from '../judge/oracle/strip.ts';

/**
 * What each rule of an engine's table is, as text to compare: its syntax without types, comments and layout, and with it
 * whatever of the module it leans on (a constant, a helper, where a name is imported from). A rule is a row's partials in the
 * library's table, the whole row elsewhere. Rows without a partial have none. Null where there is no table to read.
 */
export function ruleCodes(tableText: string): ReadonlyMap<string, string> | null {
  const program = parsed(tableText);
  if (program === null) return null;
  const declared = declarationsOf(program);
  for (const [name, of] of [
    ['elementwise', 'partials'],
    ['primitives', 'row'],
  ] as const) {
    const table = declared.get(name);
    if (typeof table !== 'object' || table.type !== 'ObjectExpression') continue;
    const others = new Map([...declared].filter(([other]) => other !== name));
    const codes = new Map<string, string>();
    for (const row of table.properties as AnyNode[]) {
      const value = memberOf(row);
      const list = value?.type === 'ObjectExpression' ? partialsOf(value) : null;
      if (value === null || list?.type !== 'ArrayExpression' || list.elements.length === 0) continue;
      codes.set(keyOf(row) ?? '', codeOf(of === 'partials' ? list : value, others));
    }
    return codes;
  }
  return null;
}

function parsed(text: string): AnyNode | null {
  const stripped = stripTypes(text);
  if (!stripped.ok) return null;
  try {
    return parse(stripped.text, { ecmaVersion: 'latest', sourceType: 'module' }) as AnyNode;
  } catch {
    return null;
  }
}

/** What stands behind a name of the module: the node that it is declared by, or where it is imported from. */
type Declared = AnyNode | string;

function declarationsOf(program: AnyNode): Map<string, Declared> {
  const found = new Map<string, Declared>();
  if (program.type !== 'Program') return found;
  for (const statement of program.body) {
    if (statement.type === 'ImportDeclaration') {
      for (const s of statement.specifiers) {
        const what = s.type === 'ImportSpecifier' ? plainOf(s.imported) : s.type;
        found.set(s.local.name, `${what} of ${String(statement.source.value)}`);
      }
      continue;
    }
    const own = statement.type === 'ExportNamedDeclaration' ? statement.declaration : statement;
    if (own?.type === 'FunctionDeclaration') found.set(own.id.name, own as AnyNode);
    if (own?.type !== 'VariableDeclaration') continue;
    for (const { id, init } of own.declarations) {
      if (id.type === 'Identifier' && init) found.set(id.name, init as AnyNode);
    }
  }
  return found;
}

const plainOf = (node: AnyNode | Node): string => {
  const known = node as AnyNode;
  return known.type === 'Identifier'
    ? known.name
    : known.type === 'Literal'
      ? String(known.value)
      : known.type;
};

function keyOf(row: AnyNode): string | null {
  return row.type === 'Property' && !row.computed ? plainOf(row.key) : null;
}

function memberOf(row: AnyNode): AnyNode | null {
  return keyOf(row) !== null && row.type === 'Property' ? (row.value as AnyNode) : null;
}

function partialsOf(row: AnyNode): AnyNode | null {
  if (row.type !== 'ObjectExpression') return null;
  // The last one counts, as in the language.
  const own = row.properties.findLast((p) => keyOf(p as AnyNode) === 'partials');
  return own === undefined ? null : memberOf(own as AnyNode);
}

/** A node's syntax, and that of everything in the module that it names, and that these name. */
function codeOf(node: AnyNode, declared: ReadonlyMap<string, Declared>): string {
  const said = new Map<string, string>();
  const visit = (from: AnyNode): void => {
    for (const name of namesIn(from)) {
      const what = declared.get(name);
      if (what === undefined || said.has(name)) continue;
      said.set(name, typeof what === 'string' ? what : syntaxOf(what));
      if (typeof what !== 'string') visit(what);
    }
  };
  visit(node);
  return JSON.stringify([syntaxOf(node), [...said].sort(([a], [b]) => (a < b ? -1 : 1))]);
}

const LAYOUT: ReadonlySet<string> = new Set(['start', 'end', 'raw']);
const syntaxOf = (node: AnyNode): string =>
  JSON.stringify(node, (key, value: unknown) =>
    LAYOUT.has(key) ? undefined : typeof value === 'bigint' ? String(value) : value,
  );

function namesIn(node: AnyNode): Set<string> {
  const names = new Set<string>();
  const visit = (at: unknown): void => {
    if (Array.isArray(at)) for (const one of at) visit(one);
    if (Array.isArray(at) || typeof at !== 'object' || at === null) return;
    const own = at as AnyNode;
    if (own.type === 'Identifier') names.add(own.name);
    for (const [key, value] of Object.entries(own)) {
      const isName =
        (own.type === 'MemberExpression' && key === 'property' && !own.computed) ||
        (own.type === 'Property' && key === 'key' && !own.computed);
      if (!isName) visit(value);
    }
  };
  visit(node);
  return names;
}
