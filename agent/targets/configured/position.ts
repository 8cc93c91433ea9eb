import { type Expression, parseExpressionAt } from 'acorn';

/** Lines and columns count from 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** Where the value at a path stands in a JSON text, or its key; of what is missing, where the object begins that lacks it. */
export function positionIn(text: string, path: readonly PropertyKey[], key = false): Position {
  let node: Expression = parseExpressionAt(text, 0, { ecmaVersion: 'latest' });
  let at = node.start;
  for (const [i, part] of path.entries()) {
    if (node.type === 'ArrayExpression') {
      const element: unknown = node.elements[Number(part)];
      if (!element) break;
      node = element as Expression;
      at = node.start;
    } else if (node.type === 'ObjectExpression') {
      const member = node.properties.findLast(
        (p) => p.type === 'Property' && p.key.type === 'Literal' && p.key.value === part,
      );
      if (member?.type !== 'Property') break;
      node = member.value as Expression;
      at = key && i === path.length - 1 ? member.key.start : node.start;
    } else break;
  }
  return positionAt(text, at);
}

function positionAt(text: string, offset: number): Position {
  const before = text.slice(0, offset).split('\n');
  return { line: before.length, column: before.at(-1)!.length + 1 };
}

/** What may begin a value, or stand alone in a text. */
const TOKEN =
  /[{}[\],:]|"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;

/** Where a text stops being JSON, and what stands there: `JSON.parse` says it for some errors only. */
export function syntaxFault(text: string): Position & { readonly what: string } {
  let at = 0;
  let start = 0;
  let token = '';
  const next = (): string => {
    at += /^[ \t\r\n]*/.exec(text.slice(at))![0].length;
    start = at;
    TOKEN.lastIndex = at;
    token = TOKEN.exec(text)?.[0] ?? '';
    at += token.length;
    return token;
  };
  const isValue = (): boolean => token !== '' && !'}],:'.includes(token);
  /** Reads the value whose first token was just read; false at the first token that does not fit. */
  const value = (): boolean => {
    if (!isValue()) return false;
    const close = token === '{' ? '}' : token === '[' ? ']' : null;
    if (close === null) return true;
    if (next() === close) return true;
    for (;;) {
      if (close === '}' && !(token.startsWith('"') && next() === ':' && next() !== '')) return false;
      if (!value()) return false;
      if (next() === close) return true;
      if (token !== ',') return false;
      next();
    }
  };
  next();
  if (value()) next();
  const seen = (text: string): string =>
    JSON.stringify(text).replace(
      /[^\x20-\x7e]/g,
      (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`,
    );
  const found = start >= text.length ? 'the text ends' : `${seen(token || text[start]!)} stands`;
  return { ...positionAt(text, start), what: `${found} where JSON goes on otherwise` };
}
