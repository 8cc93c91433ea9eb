import { type AnyNode, type Identifier, type Node, type Pattern, parse } from 'acorn';

/** What a module's text asks of its surroundings. */
export interface ModuleFacts {
  /** Specifiers of static imports and re-exports, in order. */
  readonly imports: readonly string[];
  /** Names that nothing in the module declares, each with the line of its first use. */
  readonly free: readonly { readonly name: string; readonly line: number }[];
  /** Constructs that no engine needs: `import()`, `import.meta`, `await`, `Math.random`, names beyond ASCII. */
  readonly banned: readonly { readonly what: string; readonly line: number }[];
}

/**
 * Parses a module (types already stripped) and resolves every identifier against the scopes of ECMAScript 2026.
 * @throws SyntaxError with `loc` when the text does not parse.
 */
export function moduleFacts(text: string): ModuleFacts {
  const program = parse(text, {
    ecmaVersion: 'latest',
    sourceType: 'module',
    locations: true,
  }) as AnyNode;
  const imports: string[] = [];
  const free = new Map<string, number>();
  const banned: { what: string; line: number }[] = [];
  const line = (node: Node): number => node.loc?.start.line ?? 0;

  const use = (node: Identifier, scope: Scope): void => {
    if (!/^[\x21-\x7e]+$/.test(node.name)) {
      banned.push({ what: `the name ${node.name}, which is not plain ASCII`, line: line(node) });
    }
    for (let at: Scope | null = scope; at !== null; at = at.parent) if (at.names.has(node.name)) return;
    if (!free.has(node.name)) free.set(node.name, line(node));
  };

  const visit = (node: AnyNode, scope: Scope): void => {
    switch (node.type) {
      case 'Identifier':
        use(node, scope);
        return;
      case 'ImportDeclaration':
      case 'ExportAllDeclaration':
        imports.push(String(node.source.value));
        return;
      case 'ExportNamedDeclaration':
        if (node.source) imports.push(String(node.source.value));
        else for (const s of node.specifiers) if (s.local.type === 'Identifier') use(s.local, scope);
        if (node.declaration) visit(node.declaration as AnyNode, scope);
        return;
      case 'ImportExpression':
        banned.push({ what: '`import()`', line: line(node) });
        break;
      case 'AwaitExpression':
        banned.push({ what: '`await`', line: line(node) });
        break;
      case 'MetaProperty':
        if (node.meta.name === 'import') banned.push({ what: '`import.meta`', line: line(node) });
        return;
      case 'MemberExpression':
        if (isMathRandom(node)) banned.push({ what: '`Math.random`', line: line(node) });
        visit(node.object as AnyNode, scope);
        if (node.computed) visit(node.property as AnyNode, scope);
        return;
      case 'Property':
      case 'PropertyDefinition':
      case 'MethodDefinition':
        if (node.computed) visit(node.key as AnyNode, scope);
        if (node.value) visit(node.value as AnyNode, scope);
        return;
      case 'LabeledStatement':
        visit(node.body as AnyNode, scope);
        return;
      case 'BreakStatement':
      case 'ContinueStatement':
        return;
      case 'FunctionDeclaration':
      case 'FunctionExpression':
      case 'ArrowFunctionExpression': {
        const inner = childScope(scope);
        if (node.type !== 'ArrowFunctionExpression') inner.names.add('arguments');
        if (node.type === 'FunctionExpression' && node.id) inner.names.add(node.id.name);
        for (const parameter of node.params) declarePattern(parameter, inner.names);
        for (const parameter of node.params) visit(parameter as AnyNode, inner);
        // What the body declares hides nothing from the defaults of parameters.
        const own = childScope(inner);
        hoistVars(node.body as AnyNode, own.names);
        visit(node.body as AnyNode, own);
        return;
      }
      case 'ClassDeclaration':
      case 'ClassExpression': {
        const inner = childScope(scope);
        if (node.id) inner.names.add(node.id.name);
        if (node.superClass) visit(node.superClass as AnyNode, inner);
        visit(node.body as AnyNode, inner);
        return;
      }
      case 'StaticBlock': {
        const inner = childScope(scope);
        for (const statement of node.body) hoistVars(statement as AnyNode, inner.names);
        declareLexical(node.body as AnyNode[], inner.names);
        for (const statement of node.body) visit(statement as AnyNode, inner);
        return;
      }
      case 'CatchClause': {
        const inner = childScope(scope);
        if (node.param) {
          declarePattern(node.param, inner.names);
          visit(node.param as AnyNode, inner);
        }
        visit(node.body, inner);
        return;
      }
      case 'BlockStatement':
        visitBlock(node, node.body as AnyNode[], scope);
        return;
      case 'SwitchStatement':
        visit(node.discriminant as AnyNode, scope);
        visitBlock(node, node.cases.flatMap((c) => c.consequent) as AnyNode[], scope, node.cases);
        return;
      case 'ForStatement':
      case 'ForInStatement':
      case 'ForOfStatement': {
        if (node.type === 'ForOfStatement' && node.await) banned.push({ what: '`await`', line: line(node) });
        const inner = childScope(scope);
        const head = node.type === 'ForStatement' ? node.init : node.left;
        if (head?.type === 'VariableDeclaration') declareLexical([head], inner.names);
        for (const child of childrenOf(node)) visit(child, inner);
        return;
      }
      default:
        break;
    }
    for (const child of childrenOf(node)) visit(child, scope);
  };

  const visitBlock = (
    _block: AnyNode,
    statements: readonly AnyNode[],
    scope: Scope,
    children: readonly Node[] = statements,
  ): void => {
    const inner = childScope(scope);
    declareLexical(statements, inner.names);
    for (const child of children) visit(child as AnyNode, inner);
  };

  if (program.type !== 'Program') throw new SyntaxError('not a module');
  const top = childScope(null);
  const body = program.body as AnyNode[];
  for (const statement of body) hoistVars(statement, top.names);
  declareLexical(body, top.names);
  for (const statement of body) visit(statement, top);
  return { imports, free: [...free].map(([name, at]) => ({ name, line: at })), banned };
}

interface Scope {
  readonly names: Set<string>;
  readonly parent: Scope | null;
}

const childScope = (parent: Scope | null): Scope => ({ names: new Set(), parent });

/** Names of `let`, `const`, classes, functions and imports that stand directly in a list of statements. */
function declareLexical(statements: readonly AnyNode[], into: Set<string>): void {
  for (const statement of statements) {
    switch (statement.type) {
      case 'VariableDeclaration':
        for (const d of statement.declarations) declarePattern(d.id, into);
        break;
      case 'FunctionDeclaration':
      case 'ClassDeclaration':
        if (statement.id) into.add(statement.id.name);
        break;
      case 'ImportDeclaration':
        for (const s of statement.specifiers) into.add(s.local.name);
        break;
      case 'ExportNamedDeclaration':
      case 'ExportDefaultDeclaration':
        if (statement.declaration) declareLexical([statement.declaration as AnyNode], into);
        break;
      default:
        break;
    }
  }
}

/** Names of `var` anywhere below, up to the next function. */
function hoistVars(node: AnyNode, into: Set<string>): void {
  switch (node.type) {
    case 'FunctionDeclaration':
    case 'FunctionExpression':
    case 'ArrowFunctionExpression':
    case 'ClassDeclaration':
    case 'ClassExpression':
      return;
    case 'VariableDeclaration':
      if (node.kind === 'var') for (const d of node.declarations) declarePattern(d.id, into);
      break;
    default:
      break;
  }
  for (const child of childrenOf(node)) hoistVars(child, into);
}

function declarePattern(pattern: Pattern, into: Set<string>): void {
  switch (pattern.type) {
    case 'Identifier':
      into.add(pattern.name);
      break;
    case 'ObjectPattern':
      for (const p of pattern.properties)
        declarePattern(p.type === 'RestElement' ? p.argument : p.value, into);
      break;
    case 'ArrayPattern':
      for (const element of pattern.elements) if (element) declarePattern(element, into);
      break;
    case 'AssignmentPattern':
      declarePattern(pattern.left, into);
      break;
    case 'RestElement':
      declarePattern(pattern.argument, into);
      break;
    default:
      break;
  }
}

function isMathRandom(node: AnyNode): boolean {
  return (
    node.type === 'MemberExpression' &&
    node.object.type === 'Identifier' &&
    node.object.name === 'Math' &&
    ((node.property.type === 'Identifier' && node.property.name === 'random') ||
      (node.property.type === 'Literal' && node.property.value === 'random'))
  );
}

function* childrenOf(node: AnyNode): Generator<AnyNode> {
  for (const value of Object.values(node) as unknown[]) {
    if (Array.isArray(value)) {
      for (const element of value) if (isNode(element)) yield element;
    } else if (isNode(value)) yield value;
  }
}

function isNode(value: unknown): value is AnyNode {
  return (
    typeof value === 'object' && value !== null && typeof (value as { type?: unknown }).type === 'string'
  );
}
