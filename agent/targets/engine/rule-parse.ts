import {
  CONSTANTS,
  type Comparison,
  type ConstantName,
  call,
  constant,
  type Expression,
  LIMITS,
  num,
  type Rule,
  type Variable,
  variable,
  variablesFor,
  variablesOf,
  where,
} from './rule-ast.ts';
import { STANDARD } from './rule-ops.ts';
import { SyntaxFault, type Token, tokens } from './rule-tokens.ts';

export interface RuleError {
  /** `no rule`: the text holds nothing that begins like one. */
  readonly kind: 'no rule' | 'malformed';
  /** Line and column, from 1; column in UTF-16 units. Both 1 where there is no rule. */
  readonly line: number;
  readonly column: number;
  /** One sentence: where, what was found, what was expected. */
  readonly message: string;
}

export type ParsedRules =
  | { readonly ok: true; readonly rules: readonly Rule[] }
  | { readonly ok: false; readonly error: RuleError };

export type ParsedExpression =
  | { readonly ok: true; readonly expression: Expression }
  | { readonly ok: false; readonly error: RuleError };

/**
 * Reads the rules of a reply, one a line. Where the text has fenced code blocks, only what is inside them counts;
 * elsewhere only lines that begin like a rule (`NAME :` or `NAME =`). Comments run from `#` or `//` to the end of the line.
 * Linear in the length of the text; never throws.
 */
export function parseRules(text: string): ParsedRules {
  const lines = text.split(/\r\n|\r|\n/);
  const fenced = lines.some(isFence);
  const rules: Rule[] = [];
  const seen = new Set<string>();
  let inside = false;
  for (const [index, raw] of lines.entries()) {
    if (isFence(raw)) {
      inside = !inside;
      continue;
    }
    const line = bare(raw);
    if (line.trim() === '' || (fenced ? !inside : !/^\s*[A-Za-z_]\w*\s*[:=]/.test(line))) continue;
    const parsed = attempt(index + 1, line, (reader) => reader.rule());
    if ('kind' in parsed) return { ok: false, error: parsed };
    const rule = parsed.result;
    if (seen.has(rule.name)) {
      return malformed(index + 1, 1, `${rule.name} has two rules; give one`);
    }
    if (rules.length >= LIMITS.rules) {
      return malformed(index + 1, 1, `more than ${LIMITS.rules} rules in one proposal`);
    }
    seen.add(rule.name);
    rules.push(rule);
  }
  if (rules.length > 0) return { ok: true, rules };
  const message = 'no rule found: expected lines such as `tanh: 1 - y*y`';
  return { ok: false, error: { kind: 'no rule', line: 1, column: 1, message } };
}

/** Reads one expression, over any of the variables. Never throws. */
export function parseExpression(text: string): ParsedExpression {
  const parsed = attempt(1, text, (reader) => reader.whole());
  return 'kind' in parsed ? { ok: false, error: parsed } : { ok: true, expression: parsed.result };
}

function malformed(line: number, column: number, message: string): { ok: false; error: RuleError } {
  return { ok: false, error: { kind: 'malformed', line, column, message: `line ${line}: ${message}` } };
}

const isFence = (line: string): boolean => /^\s*(```|~~~)/.test(line);

/** Blanks out a comment, and the code span around a whole rule that chat models write; columns stay. */
function bare(raw: string): string {
  const line = raw.replace(/^(\s*)`(.*)`(\s*)$/, '$1 $2 $3');
  const cut = line.search(/#|\/\//);
  return cut < 0 ? line : line.slice(0, cut);
}

function attempt<T>(line: number, text: string, read: (reader: Reader) => T): { result: T } | RuleError {
  try {
    if (text.length > LIMITS.line) {
      throw new SyntaxFault(LIMITS.line, `a rule takes at most ${LIMITS.line} characters`);
    }
    return { result: read(new Reader(text)) };
  } catch (fault) {
    if (!(fault instanceof SyntaxFault)) throw fault;
    const column = fault.column + 1;
    const message = `line ${line}, column ${column}: ${fault.message}`;
    return { kind: 'malformed', line, column, message };
  }
}

const COMPARISONS: readonly string[] = ['<', '<=', '>', '>=', '==', '!='];
/** Names that mean something else than an op. */
const RESERVED = new Set([
  'x',
  'y',
  'a',
  'b',
  'where',
  'step',
  'sign',
  '__proto__',
  ...Object.keys(CONSTANTS),
]);

interface Built {
  readonly e: Expression;
  /** Height of the tree. */
  readonly height: number;
}

/** Recursive descent over the tokens of one line: sum → product → unary → atom. */
class Reader {
  private readonly tokens: readonly Token[];
  private next = 0;
  private depth = 0;

  constructor(text: string) {
    this.tokens = tokens(text);
  }

  rule(): Rule {
    const name = this.opName();
    const value = this.take('=') ? this.sum().e : null;
    if (!this.take(':')) this.fail(value === null ? '":" or "="' : 'an operator or ":"');
    const partials = [this.sum().e];
    while (this.take(',')) partials.push(this.sum().e);
    if (this.peek().kind !== 'end') this.fail('an operator, "," or the end of the line');
    if (partials.length > 2) {
      throw new SyntaxFault(0, `${name} has ${partials.length} partials; an op takes one or two inputs`);
    }
    const names = variablesFor(partials.length);
    if (value !== null) this.readsOnly(`the value of ${name}`, value, names.slice(0, -1));
    for (const partial of partials) this.readsOnly(`a partial of ${name}`, partial, names);
    return { name, value, partials };
  }

  private readsOnly(what: string, e: Expression, allowed: readonly Variable[]): void {
    for (const v of variablesOf(e)) {
      if (allowed.includes(v)) continue;
      const at = this.tokens.find((token) => token.kind === 'name' && token.text === v)!.at;
      throw new SyntaxFault(at, `${what} reads ${v}, but here it may read ${allowed.join(', ')} only`);
    }
  }

  whole(): Expression {
    const { e } = this.sum();
    if (this.peek().kind !== 'end') this.fail('an operator or the end');
    return e;
  }

  private opName(): string {
    const token = this.peek();
    if (token.kind !== 'name') this.fail('the name of an op');
    if (RESERVED.has(token.text)) {
      throw new SyntaxFault(token.at, `${token.text} is a word of the grammar, not the name of an op`);
    }
    if (token.text.length > 40) throw new SyntaxFault(token.at, 'the name of an op has at most 40 letters');
    this.next++;
    return token.text;
  }

  private sum(): Built {
    let left = this.product();
    for (;;) {
      const at = this.peek().at;
      const op = this.take('+') ? 'add' : this.take('-') ? 'sub' : null;
      if (op === null) return left;
      const right = this.product();
      left = this.build(at, call(op, left.e, right.e), left, right);
    }
  }

  private product(): Built {
    let left = this.unary();
    for (;;) {
      const at = this.peek().at;
      const op = this.take('*') ? 'mul' : this.take('/') ? 'div' : null;
      if (op === null) return left;
      const right = this.unary();
      left = this.build(at, call(op, left.e, right.e), left, right);
    }
  }

  private unary(): Built {
    const at = this.peek().at;
    if (this.take('+')) return this.deeper(at, () => this.unary());
    if (!this.take('-')) return this.atom();
    const token = this.peek();
    if (token.kind === 'number') {
      this.next++;
      return { e: num(-this.number(token)), height: 1 };
    }
    const inner = this.deeper(at, () => this.unary());
    return this.build(at, call('neg', inner.e), inner);
  }

  private atom(): Built {
    const token = this.peek();
    this.next++;
    if (token.kind === 'number') return { e: num(this.number(token)), height: 1 };
    if (token.kind === 'name') return this.named(token);
    if (token.text === '(') {
      return this.deeper(token.at, () => {
        const inner = this.sum();
        if (!this.take(')')) this.fail('an operator or ")"');
        return inner;
      });
    }
    this.next--;
    return this.fail('a number, a name or "("');
  }

  private named(token: Token): Built {
    const name = token.text;
    if (!this.take('(')) {
      if (name === 'x' || name === 'y' || name === 'a' || name === 'b') {
        return { e: variable(name satisfies Variable), height: 1 };
      }
      if (Object.hasOwn(CONSTANTS, name)) return { e: constant(name as ConstantName), height: 1 };
      const known = Object.keys(CONSTANTS).join(', ');
      throw new SyntaxFault(
        token.at,
        `${name} is neither a variable (x, y, a, b) nor a constant (${known}); an op is called as ${name}(…)`,
      );
    }
    return this.deeper(token.at, () => (name === 'where' ? this.choice(token) : this.arguments(token)));
  }

  private choice(token: Token): Built {
    const left = this.side();
    const sign = this.peek();
    if (!COMPARISONS.includes(sign.text)) this.fail('a comparison (<, <=, >, >=, ==, !=)');
    this.next++;
    const right = this.side();
    if (!this.take(',')) this.fail('an operator or ","');
    const yes = this.sum();
    if (!this.take(',')) this.fail('an operator or ","');
    const no = this.sum();
    if (!this.take(')')) this.fail('an operator or ")"');
    const e = where(left.e, sign.text as Comparison, right.e, yes.e, no.e);
    return this.build(token.at, e, left, right, yes, no);
  }

  /** One side of a comparison. A choice inside a condition is always said better by a choice of conditions. */
  private side(): Built {
    const start = this.next;
    const built = this.sum();
    const choice = this.tokens
      .slice(start, this.next)
      .find(({ text }) => text === 'where' || text === 'step');
    if (choice !== undefined) throw new SyntaxFault(choice.at, `${choice.text} cannot stand in a condition`);
    return built;
  }

  private arguments(token: Token): Built {
    if (token.text !== 'step' && token.text !== 'sign' && RESERVED.has(token.text)) {
      throw new SyntaxFault(token.at, `${token.text} is not an op that can be called`);
    }
    const args = [this.sum()];
    while (this.take(',')) args.push(this.sum());
    if (!this.take(')')) this.fail('an operator, "," or ")"');
    const wanted = token.text === 'step' || token.text === 'sign' ? 1 : STANDARD.get(token.text)?.arity;
    if (args.length > 2 || (wanted !== undefined && args.length !== wanted)) {
      const takes = wanted === undefined ? 'at most two inputs' : wanted === 1 ? 'one input' : 'two inputs';
      throw new SyntaxFault(token.at, `${token.text} takes ${takes}, not ${args.length}`);
    }
    return this.build(token.at, call(token.text, ...args.map((a) => a.e)), ...args);
  }

  private number(token: Token): number {
    const value = Number(token.text);
    if (!Number.isFinite(value)) throw new SyntaxFault(token.at, `${token.text} is too large for a float64`);
    return value;
  }

  private build(at: number, e: Expression, ...parts: Built[]): Built {
    const height = 1 + Math.max(...parts.map((part) => part.height));
    if (height > LIMITS.depth) throw new SyntaxFault(at, `nested more than ${LIMITS.depth} deep`);
    return { e, height };
  }

  private deeper(at: number, read: () => Built): Built {
    if (++this.depth > LIMITS.depth) throw new SyntaxFault(at, `nested more than ${LIMITS.depth} deep`);
    const built = read();
    this.depth--;
    return built;
  }

  private peek(): Token {
    return this.tokens[this.next]!;
  }

  private take(sign: string): boolean {
    const token = this.peek();
    if (token.kind !== 'sign' || token.text !== sign) return false;
    this.next++;
    return true;
  }

  private fail(expected: string): never {
    const token = this.peek();
    const found = token.kind === 'end' ? 'the end of the line' : JSON.stringify(token.text);
    throw new SyntaxFault(token.at, `expected ${expected}, found ${found}`);
  }
}
