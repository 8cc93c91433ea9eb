import { accents, classes, functions, matrices, operators, spaces, symbols, upright } from './tex-symbols.ts';

/** A formula as a tree. `row` is what stands side by side; `sign` a letter, a number, an operator or words. */
export type Tex =
  | { readonly kind: 'row'; readonly items: readonly Tex[] }
  | {
      readonly kind: 'sign';
      readonly as: 'letter' | 'number' | 'operator' | 'bracket' | 'words';
      readonly text: string;
    }
  | { readonly kind: 'script'; readonly base: Tex; readonly sub: Tex | null; readonly sup: Tex | null }
  | { readonly kind: 'fraction'; readonly over: Tex; readonly under: Tex }
  | { readonly kind: 'root'; readonly of: Tex; readonly degree: Tex | null }
  | {
      readonly kind: 'matrix';
      readonly rows: readonly (readonly Tex[])[];
      readonly open: string;
      readonly close: string;
    }
  | { readonly kind: 'accent'; readonly of: Tex; readonly mark: string }
  | { readonly kind: 'space'; readonly width: string };

/** Reads a formula; null where there is anything in it that is not known: it is left to the reader as it was written. */
export function parseTex(tex: string): Tex | null {
  try {
    return new TexParser(tex.trim()).row('');
  } catch (error) {
    if (error instanceof NotSet) return null;
    throw error;
  }
}

/** A minus or plus that has nothing before it to be taken from. */
export function isSignOf(tex: Tex, before: Tex | undefined): boolean {
  if (tex.kind !== 'sign' || !/^[+−±]$/.test(tex.text)) return false;
  return (
    before === undefined ||
    (before.kind === 'sign' && /^(operator|bracket)$/.test(before.as) && !/[)\]|!′]/.test(before.text))
  );
}

/** Not a mistake: a formula that is left to the reader as text. */
class NotSet extends Error {}

const closing: Readonly<Record<string, string>> = { '{': '}', '[': ']', '': '' };

const row = (items: readonly Tex[]): Tex => ({ kind: 'row', items });
const sign = (as: Extract<Tex, { kind: 'sign' }>['as'], text: string): Tex => ({ kind: 'sign', as, text });
const thin: Tex = { kind: 'space', width: '0.17em' };

class TexParser {
  private at = 0;
  private readonly tex: string;
  private depth = 0;

  constructor(tex: string) {
    this.tex = tex;
  }

  /** What stands until the end, or until the brace that closes what `open` opened. */
  row(open: '' | '{' | '['): Tex {
    this.depth += 1;
    if (this.depth > 30) throw new NotSet();
    const items: Tex[] = [];
    for (;;) {
      const c = this.tex[this.at];
      if (c === closing[open] || (c === undefined && open === '')) break;
      if (c === undefined || c === '}') throw new NotSet();
      if (c === '^' || c === '_') items.push(this.script(items.pop() ?? row([])));
      else items.push(...this.item());
    }
    this.at += 1;
    this.depth -= 1;
    return row(items);
  }

  private script(base: Tex): Tex {
    let sub: Tex | null = null;
    let sup: Tex | null = null;
    while (this.tex[this.at] === '^' || this.tex[this.at] === '_') {
      const mark = this.tex[this.at];
      this.at += 1;
      if ((mark === '^' ? sup : sub) !== null) throw new NotSet();
      if (mark === '^') sup = this.argument();
      else sub = this.argument();
    }
    return { kind: 'script', base, sub, sup };
  }

  private argument(): Tex {
    while (this.tex[this.at] === ' ') this.at += 1;
    const c = this.tex[this.at];
    if (c === '{') {
      this.at += 1;
      return this.row('{');
    }
    if (c === undefined || /[}^_]/.test(c)) throw new NotSet();
    if (/\d/.test(c)) {
      this.at += 1;
      return sign('number', c);
    }
    const items = this.item();
    return items.length === 1 ? items[0]! : row(items);
  }

  /** The next thing; white space and a bracket that is not there are none, a function may have a gap after it. */
  private item(): readonly Tex[] {
    const rest = this.tex.slice(this.at);
    const number = /^\d+(?:\.\d+)?/.exec(rest)?.[0];
    if (number !== undefined) return this.take(number.length, sign('number', number));
    const c = rest[0] ?? '';
    if (/\s/.test(c)) return this.take(1);
    if (c === '{') {
      this.at += 1;
      return [this.row('{')];
    }
    if (c === '\\') return this.command(/^\\([a-zA-Z]+|[\s\S])/.exec(rest)?.[1] ?? '');
    if (c === "'") return this.take(1, sign('operator', '′'));
    if (c === '-') return this.take(1, sign('operator', '−'));
    if (/[\p{L}]/u.test(c)) return this.take(1, sign('letter', c));
    if (/[()[\]|]/.test(c)) return this.take(1, sign('bracket', c));
    if (/[+*/=<>,.;:!?·×≤≥≠≈→′∂∞−]/.test(c)) return this.take(1, sign('operator', c));
    throw new NotSet();
  }

  private command(name: string): readonly Tex[] {
    this.at += 1 + name.length;
    if (symbols[name] !== undefined) return [sign('letter', symbols[name])];
    if (operators[name] !== undefined) return [sign('operator', operators[name])];
    if (functions.has(name)) return [sign('letter', name), ...this.gapAfterFunction()];
    if (spaces[name] !== undefined) return [{ kind: 'space', width: spaces[name] }];
    if (name === '{' || name === '}' || name === '|') return [sign('operator', name === '|' ? '‖' : name)];
    if (name === '%' || name === '_' || name === '#') return [sign('operator', name)];
    if (/^[dt]?frac$/.test(name))
      return [{ kind: 'fraction', over: this.argument(), under: this.argument() }];
    if (name === 'sqrt') return [this.root()];
    if (name === 'begin') return [this.matrix()];
    if (classes.has(name)) return [this.argument()];
    if (accents[name] !== undefined) return [{ kind: 'accent', of: this.argument(), mark: accents[name] }];
    if (upright.has(name)) {
      const text = /^\s*(?:\{([^{}\\$]*)\}|([A-Za-z]))/.exec(this.tex.slice(this.at));
      if (text === null) throw new NotSet();
      return this.take(text[0].length, sign('words', text[1] ?? text[2] ?? ''));
    }
    if (/^(left|right|big|Big|bigl|bigr|Bigl|Bigr)$/.test(name)) return this.tallBracket();
    if (name === 'displaystyle') return [];
    throw new NotSet();
  }

  private root(): Tex {
    if (this.tex[this.at] !== '[') return { kind: 'root', of: this.argument(), degree: null };
    this.at += 1;
    const degree = this.row('[');
    return { kind: 'root', of: this.argument(), degree };
  }

  /** Cells between `&`, rows between `\\\\`; a matrix in a matrix is not set. */
  private matrix(): Tex {
    const found = /^\{(\w+)\}([\s\S]*?)\\end\{\1\}/.exec(this.tex.slice(this.at));
    const brackets = found?.[1] === undefined ? undefined : matrices[found[1]];
    const inside = found?.[2] ?? '';
    if (found === null || brackets === undefined || inside.includes('\\begin')) throw new NotSet();
    this.at += found[0].length;
    const rows = inside.split('\\\\').filter((line, i, all) => i < all.length - 1 || line.trim() !== '');
    const [open, close] = brackets;
    return {
      kind: 'matrix',
      rows: rows.map((line) => line.split('&').map((cell) => new TexParser(cell.trim()).row(''))),
      ...{ open, close },
    };
  }

  /** A bracket as tall as what it holds. A dot is a bracket that is not there. */
  private tallBracket(): readonly Tex[] {
    const c = this.tex[this.at] ?? '';
    if (c === '.') return this.take(1);
    if (/[()[\]|]/.test(c)) return this.take(1, sign('operator', c));
    if (c === '\\') return [];
    throw new NotSet();
  }

  /** Between `tanh` and `x`; none before a bracket or an exponent. */
  private gapAfterFunction(): readonly Tex[] {
    return /^\s*(?:[([^_,)}]|\\left|$)/.test(this.tex.slice(this.at)) ? [] : [thin];
  }

  private take(length: number, ...items: readonly Tex[]): readonly Tex[] {
    this.at += length;
    return items;
  }
}
