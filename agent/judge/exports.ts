import { type AnyNode, type Class, type Expression, type Function as Fn, parse } from 'acorn';
import type { Target } from '../checks/types.ts';
import type { Exported } from '../targets/index.ts';
import { readModule, resolveImport } from './modules.ts';
import type { FrozenFile } from './types.ts';

/** What a module exports, and every module that it reaches. */
export interface Explored {
  readonly exports: readonly Exported[];
  readonly modules: readonly string[];
  /** Packages that they import. */
  readonly packages: readonly string[];
  /** Modules that do not parse, or export in another way, as sentences. */
  readonly unread: readonly string[];
}

/** Looks at a module and at all that it reaches, without running any of it. */
export function explore(
  entry: string,
  target: Pick<Target, 'own'>,
  read: (path: string) => FrozenFile | undefined,
): Explored {
  const found = new Map<string, readonly Exported[]>();
  const packages = new Set<string>();
  const unread: string[] = [];
  const visit = (path: string): readonly Exported[] => {
    const known = found.get(path);
    if (known !== undefined) return known;
    found.set(path, []);
    const text = readModule(read(path)!, target.own!.compiler);
    if (typeof text === 'string') {
      unread.push(text);
      return [];
    }
    const resolve = (specifier: string): string | null => {
      const other = resolveImport(path, specifier, target as Target, (p) => read(p) !== undefined);
      if (other === null && !/^\.\.?\//.test(specifier)) packages.add(specifier);
      return other;
    };
    for (const specifier of text.facts.imports) {
      const other = resolve(specifier);
      if (other !== null) visit(other);
    }
    const own = exportsOf(text.text, (specifier) => {
      const other = resolve(specifier);
      return other === null ? [] : visit(other);
    });
    found.set(path, own);
    const common = text.facts.free.find(({ name }) => /^(?:module|exports|require)$/.test(name));
    if (common !== undefined) {
      unread.push(
        `${path} is CommonJS (\`${common.name}\` in line ${common.line}): only what \`export\` says is seen and judged.`,
      );
    }
    return own;
  };
  const exports = visit(entry);
  return { exports, modules: [...found.keys()], packages: [...packages].sort(), unread };
}

function exportsOf(text: string, from: (specifier: string) => readonly Exported[]): Exported[] {
  const { body } = parse(text, { ecmaVersion: 'latest', sourceType: 'module' });
  const declared = new Map<string, Exported>();
  const makes = (name: string): boolean => declared.get(name)?.kind === 'function';
  // Functions are there before the first statement runs, and imports are.
  for (const statement of body) {
    const own = statement.type === 'ExportNamedDeclaration' ? statement.declaration : statement;
    if (own?.type === 'FunctionDeclaration') declared.set(own.id.name, functionOf(own.id.name, own));
    if (statement.type !== 'ImportDeclaration') continue;
    const others = from(String(statement.source.value));
    for (const specifier of statement.specifiers) {
      const name = specifier.type === 'ImportSpecifier' ? nameOf(specifier.imported) : 'default';
      const other = others.find((one) => one.name === name);
      if (other) declared.set(specifier.local.name, { ...other, name: specifier.local.name });
    }
  }
  for (const statement of body) {
    for (const one of declarations(statement as AnyNode, makes)) declared.set(one.name, one);
  }
  const exported: Exported[] = [];
  for (const statement of body) {
    if (statement.type === 'ExportAllDeclaration' && statement.exported == null) {
      exported.push(...from(String(statement.source.value)).filter(({ name }) => name !== 'default'));
    } else if (statement.type === 'ExportDefaultDeclaration') {
      const [own] = declarations(statement.declaration as AnyNode, makes, 'default');
      const named = statement.declaration.type === 'Identifier' ? statement.declaration.name : '';
      const one = own ?? declared.get(named);
      if (one) exported.push({ ...one, name: 'default' });
    } else if (statement.type === 'ExportNamedDeclaration') {
      const source = statement.source ? from(String(statement.source.value)) : [...declared.values()];
      if (statement.declaration) exported.push(...declarations(statement.declaration as AnyNode, makes));
      for (const { local, exported: as } of statement.specifiers) {
        const one = source.find(({ name }) => name === nameOf(local));
        if (one) exported.push({ ...one, name: nameOf(as) });
      }
    }
  }
  return exported;
}

const nameOf = (node: { readonly type: string; readonly name?: string; readonly value?: unknown }): string =>
  node.name ?? String(node.value);

/** What a statement declares; `makes` says whether a name is that of a function, which may return others. */
function declarations(node: AnyNode, makes: (name: string) => boolean, unnamed = ''): Exported[] {
  switch (node.type) {
    case 'ExportNamedDeclaration':
      return node.declaration ? declarations(node.declaration as AnyNode, makes) : [];
    case 'FunctionDeclaration':
      return [functionOf(node.id?.name ?? unnamed, node)];
    case 'ClassDeclaration':
      return [classOf(node.id?.name ?? unnamed, node)];
    case 'VariableDeclaration':
      return node.declarations.flatMap(({ id, init }) =>
        id.type === 'Identifier' && init ? [initialised(id.name, init, makes)] : [],
      );
    default:
      return [];
  }
}

const functionOf = (name: string, node: Pick<Fn, 'params'>): Exported => ({
  kind: 'function',
  name,
  params: paramsOf(node),
});

function initialised(name: string, init: Expression, makes: (name: string) => boolean): Exported {
  if (init.type === 'ArrowFunctionExpression' || init.type === 'FunctionExpression') {
    return functionOf(name, init);
  }
  // `const sin = unary(Math.sin, Math.cos)`: how many arguments it takes does not show.
  if (init.type === 'CallExpression' && init.callee.type === 'Identifier' && makes(init.callee.name)) {
    return { kind: 'function', name, params: Number.POSITIVE_INFINITY };
  }
  if (init.type === 'ClassExpression') return classOf(name, init);
  return { kind: 'other', name };
}

/** How many arguments a function takes, those with a default too; every number where it takes a rest. */
function paramsOf({ params }: Pick<Fn, 'params'>): number {
  return params.at(-1)?.type === 'RestElement' ? Number.POSITIVE_INFINITY : params.length;
}

function classOf(name: string, { body }: Class | Extract<AnyNode, { type: 'ClassDeclaration' }>): Exported {
  const methods: { name: string; params: number }[] = [];
  const fields = new Set<string>();
  let params = 0;
  for (const member of body.body) {
    if (member.type === 'StaticBlock' || member.static || member.key.type !== 'Identifier') continue;
    const key = member.key.name;
    if (member.type === 'PropertyDefinition') {
      const { value } = member;
      if (value?.type === 'ArrowFunctionExpression') methods.push({ name: key, params: paramsOf(value) });
      else fields.add(key);
    } else if (member.kind === 'get') fields.add(key);
    else if (member.kind === 'method') methods.push({ name: key, params: paramsOf(member.value) });
    else if (member.kind === 'constructor') {
      params = paramsOf(member.value);
      // What the constructor assigns to `this` is a field, too: JavaScript declares none.
      for (const found of assigned(member.value as AnyNode)) fields.add(found);
    }
  }
  return { kind: 'class', name, params, methods, fields: [...fields] };
}

function* assigned(node: AnyNode): Generator<string> {
  if (
    node.type === 'AssignmentExpression' &&
    node.left.type === 'MemberExpression' &&
    node.left.object.type === 'ThisExpression' &&
    node.left.property.type === 'Identifier'
  ) {
    yield node.left.property.name;
  }
  for (const value of Object.values(node) as unknown[]) {
    for (const child of Array.isArray(value) ? value : [value]) {
      if (typeof child === 'object' && child !== null && 'type' in child) yield* assigned(child as AnyNode);
    }
  }
}
