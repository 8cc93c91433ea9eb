/** A fault in one line; thrown between the files of the parser only. `column` counts from 0. */
export class SyntaxFault extends Error {
  readonly column: number;
  constructor(column: number, message: string) {
    super(message);
    this.column = column;
  }
}

/** A piece of a line; `at` counts UTF-16 units from 0. */
export interface Token {
  readonly kind: 'number' | 'name' | 'sign' | 'end';
  readonly text: string;
  readonly at: number;
}

/** Longest first, so that `<=` is not read as `<`. */
const SIGNS = ['<=', '>=', '==', '!=', '<', '>', '+', '-', '*', '/', '(', ')', ',', ':', '='];
/** The grammar in other notations that models reach for, and what to write. */
const HINTS: Readonly<Record<string, string>> = {
  '^': 'a power is written pow(a, b)',
  '**': 'a power is written pow(a, b)',
  '[': 'use parentheses',
  '{': 'use parentheses',
  '?': 'a choice is written where(x > 0, p, q)',
  '.': 'functions are called by their plain name: exp(x)',
};

/** Cuts a line into tokens, the last one an end. @throws SyntaxFault */
export function tokens(text: string): Token[] {
  const found: Token[] = [];
  const word = /\s+|((?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)|([A-Za-z_]\w*)/y;
  let at = 0;
  while (at < text.length) {
    word.lastIndex = at;
    const match = word.exec(text);
    if (match) {
      if (match[1] !== undefined) found.push({ kind: 'number', text: match[1], at });
      if (match[2] !== undefined) found.push({ kind: 'name', text: match[2], at });
      at += match[0].length;
      continue;
    }
    const sign = text.startsWith('**', at) ? undefined : SIGNS.find((s) => text.startsWith(s, at));
    if (sign === undefined) throw new SyntaxFault(at, strange(text, at));
    found.push({ kind: 'sign', text: sign, at });
    at += sign.length;
  }
  found.push({ kind: 'end', text: '', at });
  return found;
}

function strange(text: string, at: number): string {
  const found = text.startsWith('**', at) ? '**' : String.fromCodePoint(text.codePointAt(at)!);
  const hint = HINTS[found];
  return `${JSON.stringify(found)} is not in the grammar${hint === undefined ? '' : `: ${hint}`}`;
}
