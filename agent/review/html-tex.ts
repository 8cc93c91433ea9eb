import { escapeHtml } from './html-escape.ts';

/**
 * TeX math as MathML, which browsers set without a script: the small part of TeX that explanations of derivatives
 * use. A formula with anything else in it is shown as it was written.
 */
export function texToHtml(tex: string, display: boolean): string {
  const raw = `<code class="tex">${escapeHtml(tex.trim())}</code>`;
  try {
    const parser = new TexParser(tex.trim());
    const row = parser.row('');
    const mode = display ? ' display="block"' : '';
    return `<math${mode}><semantics>${row}<annotation encoding="application/x-tex">${escapeHtml(tex.trim())}</annotation></semantics></math>`;
  } catch (error) {
    if (error instanceof NotSet) return raw;
    throw error;
  }
}

/** Not a mistake: a formula that is left to the reader as text. */
class NotSet extends Error {}

const symbols: Readonly<Record<string, string>> = {
  alpha: 'α',
  beta: 'β',
  gamma: 'γ',
  delta: 'δ',
  epsilon: 'ϵ',
  varepsilon: 'ε',
  zeta: 'ζ',
  eta: 'η',
  theta: 'θ',
  kappa: 'κ',
  lambda: 'λ',
  mu: 'μ',
  nu: 'ν',
  xi: 'ξ',
  pi: 'π',
  rho: 'ρ',
  sigma: 'σ',
  tau: 'τ',
  phi: 'ϕ',
  varphi: 'φ',
  chi: 'χ',
  psi: 'ψ',
  omega: 'ω',
  Gamma: 'Γ',
  Delta: 'Δ',
  Theta: 'Θ',
  Lambda: 'Λ',
  Sigma: 'Σ',
  Phi: 'Φ',
  Psi: 'Ψ',
  Omega: 'Ω',
  partial: '∂',
  nabla: '∇',
  infty: '∞',
  ell: 'ℓ',
};
const operators: Readonly<Record<string, string>> = {
  cdot: '·',
  times: '×',
  div: '÷',
  pm: '±',
  mp: '∓',
  circ: '∘',
  ast: '∗',
  odot: '⊙',
  otimes: '⊗',
  oplus: '⊕',
  le: '≤',
  leq: '≤',
  ge: '≥',
  geq: '≥',
  ne: '≠',
  neq: '≠',
  approx: '≈',
  equiv: '≡',
  sim: '∼',
  propto: '∝',
  ll: '≪',
  gg: '≫',
  to: '→',
  rightarrow: '→',
  mapsto: '↦',
  Rightarrow: '⇒',
  implies: '⟹',
  iff: '⟺',
  in: '∈',
  notin: '∉',
  subset: '⊂',
  cup: '∪',
  cap: '∩',
  forall: '∀',
  exists: '∃',
  sum: '∑',
  prod: '∏',
  int: '∫',
  langle: '⟨',
  rangle: '⟩',
  lfloor: '⌊',
  rfloor: '⌋',
  lVert: '‖',
  rVert: '‖',
  Vert: '‖',
  vert: '|',
  mid: '∣',
  ldots: '…',
  dots: '…',
  cdots: '⋯',
  prime: '′',
  top: '⊤',
  lbrace: '{',
  rbrace: '}',
  colon: ':',
};
const spaces: Readonly<Record<string, string>> = {
  ',': '0.17em',
  ':': '0.22em',
  ';': '0.28em',
  ' ': '0.28em',
  '!': '0',
  quad: '1em',
  qquad: '2em',
};
const functions = new Set(
  'sin cos tan cot sec csc sinh cosh tanh coth arcsin arccos arctan exp log ln lim max min sup inf det dim ker arg sgn gcd'.split(
    ' ',
  ),
);
const upright = new Set([
  'text',
  'mathrm',
  'operatorname',
  'textrm',
  'texttt',
  'textbf',
  'mathit',
  'mathbf',
  'mathbb',
]);
const accents: Readonly<Record<string, string>> = {
  bar: '¯',
  overline: '¯',
  hat: '^',
  tilde: '~',
  dot: '˙',
  vec: '→',
};
const closing: Readonly<Record<string, string>> = { '{': '}', '': '' };

class TexParser {
  private at = 0;
  private readonly tex: string;
  private depth = 0;

  constructor(tex: string) {
    this.tex = tex;
  }

  /** What stands until the end, or until the brace that closes what `open` opened. */
  row(open: '' | '{'): string {
    this.depth += 1;
    if (this.depth > 30) throw new NotSet();
    const items: string[] = [];
    for (;;) {
      const c = this.tex[this.at];
      if (c === closing[open] || (c === undefined && open === '')) break;
      if (c === undefined || c === '}') throw new NotSet();
      if (c === '^' || c === '_') {
        items.push(this.script(items.pop() ?? '<mrow></mrow>'));
      } else {
        const item = this.item();
        if (item !== '') items.push(item);
      }
    }
    this.at += 1;
    this.depth -= 1;
    return `<mrow>${items.join('')}</mrow>`;
  }

  private script(base: string): string {
    let sub = '';
    let sup = '';
    while (this.tex[this.at] === '^' || this.tex[this.at] === '_') {
      const mark = this.tex[this.at];
      this.at += 1;
      if ((mark === '^' ? sup : sub) !== '') throw new NotSet();
      if (mark === '^') sup = this.argument();
      else sub = this.argument();
    }
    if (sub === '') return `<msup>${base}${sup}</msup>`;
    return sup === '' ? `<msub>${base}${sub}</msub>` : `<msubsup>${base}${sub}${sup}</msubsup>`;
  }

  private argument(): string {
    while (this.tex[this.at] === ' ') this.at += 1;
    const c = this.tex[this.at];
    if (c === '{') {
      this.at += 1;
      return this.row('{');
    }
    if (c === undefined || /[}^_]/.test(c)) throw new NotSet();
    if (/\d/.test(c)) {
      this.at += 1;
      return `<mn>${c}</mn>`;
    }
    return this.item() || '<mrow></mrow>';
  }

  private item(): string {
    const rest = this.tex.slice(this.at);
    const number = /^\d+(?:\.\d+)?/.exec(rest)?.[0];
    if (number !== undefined) return this.take(number.length, `<mn>${number}</mn>`);
    const c = rest[0] ?? '';
    if (/\s/.test(c)) return this.take(1, '');
    if (c === '{') {
      this.at += 1;
      return this.row('{');
    }
    if (c === '\\') return this.command(/^\\([a-zA-Z]+|[\s\S])/.exec(rest)?.[1] ?? '');
    if (c === "'") return this.take(1, '<mo>′</mo>');
    if (c === '-') return this.take(1, '<mo>−</mo>');
    if (/[\p{L}]/u.test(c)) return this.take(1, `<mi>${c}</mi>`);
    if (/[()[\]|]/.test(c)) return this.take(1, `<mo stretchy="false">${c}</mo>`);
    if (/[+*/=<>,.;:!?·×≤≥≠≈→′∂∞−]/.test(c)) return this.take(1, `<mo>${escapeHtml(c)}</mo>`);
    throw new NotSet();
  }

  private command(name: string): string {
    this.at += 1 + name.length;
    if (symbols[name] !== undefined) return `<mi>${symbols[name]}</mi>`;
    if (operators[name] !== undefined) return `<mo>${operators[name]}</mo>`;
    if (functions.has(name)) return `<mi>${name}</mi>${this.gapAfterFunction()}`;
    if (spaces[name] !== undefined) return `<mspace width="${spaces[name]}"></mspace>`;
    if (name === '{' || name === '}' || name === '|') return `<mo>${name === '|' ? '‖' : name}</mo>`;
    if (name === '%' || name === '_' || name === '#') return `<mo>${name}</mo>`;
    if (/^[dt]?frac$/.test(name)) return `<mfrac>${this.argument()}${this.argument()}</mfrac>`;
    if (name === 'sqrt' && this.tex[this.at] !== '[') return `<msqrt>${this.argument()}</msqrt>`;
    if (accents[name] !== undefined) {
      return `<mover accent="true">${this.argument()}<mo>${accents[name]}</mo></mover>`;
    }
    if (upright.has(name)) {
      const text = /^\s*\{([^{}\\$]*)\}/.exec(this.tex.slice(this.at));
      if (text === null) throw new NotSet();
      return this.take(text[0].length, `<mtext>${escapeHtml(text[1] ?? '')}</mtext>`);
    }
    if (/^(left|right|big|Big|bigl|bigr|Bigl|Bigr)$/.test(name)) return this.tallBracket();
    if (name === 'displaystyle') return '';
    throw new NotSet();
  }

  /** A bracket as tall as what it holds. A dot is a bracket that is not there. */
  private tallBracket(): string {
    const c = this.tex[this.at] ?? '';
    if (c === '.') return this.take(1, '');
    if (/[()[\]|]/.test(c)) return this.take(1, `<mo>${c}</mo>`);
    if (c === '\\') return '';
    throw new NotSet();
  }

  /** Between `tanh` and `x`; none before a bracket or an exponent. */
  private gapAfterFunction(): string {
    return /^\s*(?:[([^_,)}]|\\left|$)/.test(this.tex.slice(this.at))
      ? ''
      : '<mspace width="0.17em"></mspace>';
  }

  private take(length: number, html: string): string {
    this.at += length;
    return html;
  }
}
