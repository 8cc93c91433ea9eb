/**
 * Where the rows of the table of primitives stand in an engine's text. Offsets are in UTF-16 units. The library's is called
 * `elementwise`: its rows hold values of their own, also such as no rule can say, and a rule gives them partials.
 */
export interface Table {
  readonly name: TableName;
  /** Right after the opening brace. */
  readonly start: number;
  /** At the closing brace. */
  readonly end: number;
  readonly rows: readonly Row[];
}

type TableName = 'primitives' | 'elementwise';

export interface Row {
  /** Null where the row has no plain name: a spread, a computed key. */
  readonly name: string | null;
  readonly start: number;
  /** After the row's last character, before its comma. */
  readonly end: number;
  /** Whether a comma follows. */
  readonly comma: boolean;
}

const LARGEST = 2 ** 20;

/**
 * Finds `const primitives … = { … }`, or `elementwise`, in the text of an engine. Strings, templates, comments and regular
 * expressions are skipped, so that a brace in them does not count. Linear; null where there is no such table, and for
 * a text that is far larger than any engine.
 */
export function findTable(text: string): Table | null {
  if (text.length > LARGEST) return null;
  const scan = new Scan(text);
  let last = '';
  let name: TableName | null = null;
  let before = '';
  for (let token = scan.next(); token !== null; token = scan.next()) {
    if (
      (token.text === 'primitives' || token.text === 'elementwise') &&
      (last === 'const' || last === 'let' || last === 'var')
    ) {
      name = token.text;
      before = 'name';
    } else if (before === 'name' && token.text === '=' && !text.startsWith('=>', token.at)) before = 'value';
    else if (name !== null && before === 'value' && token.text === '{') {
      const found = readRows(scan, scan.at);
      return found && { name, ...found };
    } else if (before === 'value' && token.text === ';') before = '';
    last = token.text;
  }
  return null;
}

/** A named row of a table. */
export interface KnownRow {
  readonly name: string;
  /** The text of its list of partials, without the brackets; null where it has no list written out. */
  readonly partials: string | null;
  /** Whether it has a partial: a row whose list is empty computes, and cannot be differentiated. */
  readonly ruled: boolean;
  /** Whether a rule leaves its value as it is, and need not say one. */
  readonly valued: boolean;
}

/** The named rows of an engine's table, in its order. */
export function rowsOf(engineText: string): readonly KnownRow[] {
  const table = findTable(engineText);
  return (table?.rows ?? []).flatMap((row): KnownRow[] => {
    if (row.name === null) return [];
    const list = membersOf(engineText, row).rows.find((member) => member.name === 'partials');
    const written = list && /^partials:\s*\[([\s\S]*)\]$/.exec(engineText.slice(list.start, list.end));
    const partials = written?.[1]?.trim() ?? null;
    return [{ name: row.name, partials, ruled: partials !== '', valued: table?.name === 'elementwise' }];
  });
}

/** Where the members of a row's object literal stand; none where the row is no such literal. */
export function membersOf(text: string, row: Row): Rows {
  const scan = new Scan(text, row.start);
  for (let token = scan.next(); token !== null && token.at < row.end; token = scan.next()) {
    if (token.text === '{') return readRows(scan, scan.at) ?? NO_ROWS;
  }
  return NO_ROWS;
}

export type Rows = Omit<Table, 'name'>;

const NO_ROWS: Rows = { start: 0, end: 0, rows: [] };

function readRows(scan: Scan, start: number): Rows | null {
  const rows: Row[] = [];
  let depth = 0;
  let row: { name: string | null; start: number; end: number; tokens: number } | null = null;
  for (let token = scan.next(); token !== null; token = scan.next()) {
    const closes = '})]'.includes(token.text);
    if (depth === 0 && (token.text === ',' || closes)) {
      if (row !== null)
        rows.push({ name: row.name, start: row.start, end: row.end, comma: token.text === ',' });
      row = null;
      if (closes) return { start, end: token.at, rows };
      continue;
    }
    if (closes) depth--;
    row ??= { name: null, start: token.at, end: token.at, tokens: 0 };
    row.tokens++;
    if (row.tokens === 1 && token.kind !== 'sign') row.name = nameOf(token.text);
    if (row.tokens === 2 && token.text !== ':' && token.text !== '(') row.name = null;
    row.end = scan.at;
    if ('{(['.includes(token.text)) depth++;
  }
  return null;
}

function nameOf(text: string): string | null {
  const plain = /^(?:'([^'\\]*)'|"([^"\\]*)"|([\w$]+))$/.exec(text);
  return plain === null ? null : (plain[1] ?? plain[2] ?? plain[3]!);
}

interface Token {
  readonly kind: 'word' | 'string' | 'sign';
  readonly text: string;
  readonly at: number;
}

/** After one of these a slash divides; after anything else it opens a regular expression. */
const ENDS_VALUE = /^(?:[\w$]+|\)|\]|\}|['"`].*)$/s;
const BEFORE_VALUE = new Set([
  'return',
  'typeof',
  'case',
  'in',
  'of',
  'delete',
  'void',
  'throw',
  'new',
  'do',
  'else',
]);

/** Cuts TypeScript into words, strings and single signs, just well enough to match brackets. */
class Scan {
  at = 0;
  private readonly text: string;
  private last = '';
  /** Open brackets; a template's `${` is one, so that its `}` goes back into the template. */
  private readonly open: string[] = [];

  constructor(text: string, at = 0) {
    this.text = text;
    this.at = at;
  }

  next(): Token | null {
    this.skipBlank();
    const { text, at } = this;
    const c = text[at];
    if (c === undefined) return null;
    let kind: Token['kind'] = 'sign';
    if (/[\w$]/.test(c)) {
      kind = 'word';
      this.skip(/[\w$]+/y);
    } else if (c === "'" || c === '"') {
      kind = 'string';
      this.skip(c === "'" ? /'(?:[^'\\\n]+|\\[\s\S])*'?/y : /"(?:[^"\\\n]+|\\[\s\S])*"?/y);
    } else if (c === '`' || (c === '}' && this.open.at(-1) === '${')) {
      if (c === '}') this.open.pop();
      kind = 'string';
      this.skip(/[`}](?:[^`\\$]+|\\[\s\S]|\$(?!\{))*(?:`|\$\{)?/y);
      if (text.startsWith('${', this.at - 2)) this.open.push('${');
    } else if (c === '/' && this.opensRegExp()) {
      kind = 'string';
      this.skip(/\/(?:[^/\\[\n]+|\\.|\[(?:[^\]\\\n]|\\.)*\]?)*\/?[a-z]*/y);
    } else {
      this.at++;
      if ('{(['.includes(c)) this.open.push(c);
      else if ('})]'.includes(c)) this.open.pop();
    }
    const token: Token = { kind, text: text.slice(at, this.at), at };
    this.last = token.text;
    return token;
  }

  private opensRegExp(): boolean {
    return !ENDS_VALUE.test(this.last) || BEFORE_VALUE.has(this.last);
  }

  private skipBlank(): void {
    this.skip(/(?:\s+|\/\/[^\n]*|\/\*[\s\S]*?(?:\*\/|$))*/y);
  }

  private skip(pattern: RegExp): void {
    pattern.lastIndex = this.at;
    this.at += pattern.exec(this.text)?.[0].length ?? 0;
  }
}
