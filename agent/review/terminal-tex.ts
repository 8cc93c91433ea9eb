import { isSignOf, parseTex, type Tex } from './tex-parse.ts';

/** A formula as a line of text: `\frac{a+b}{2}` is `(a + b)/2`, `x^2` is `x²`. One that cannot be set stays as written. */
export function texToText(tex: string): string {
  const parsed = parseTex(tex);
  return parsed === null ? tex.trim().replace(/\s+/g, ' ') : line(parsed).replace(/ +/g, ' ').trim();
}

function line(tex: Tex): string {
  switch (tex.kind) {
    case 'row':
      return sideBySide(tex.items);
    case 'sign':
      if (tex.as === 'operator' && spaced.has(tex.text)) return ` ${tex.text} `;
      return /^[,;:]$/.test(tex.text) ? `${tex.text} ` : tex.text;
    case 'script': {
      const sub = tex.sub === null ? '' : script(line(tex.sub), subscripts, '_');
      return `${held(tex.base)}${sub}${tex.sup === null ? '' : raised(line(tex.sup))}`;
    }
    case 'fraction':
      return `${held(tex.over)}/${held(tex.under)}`;
    case 'root':
      return `${tex.degree === null ? '' : script(line(tex.degree), superscripts, '^')}√${held(tex.of)}`;
    case 'matrix':
      return `${tex.open}${tex.rows.map((cells) => cells.map(line).join(' ')).join('; ')}${tex.close}`;
    case 'accent':
      return `${held(tex.of)}${combining[tex.mark] ?? ''}`;
    case 'space':
      return tex.width === '0' ? '' : ' ';
  }
}

/** A gap where two things would be read as one: `x sin x`, `h/2 f(x)`. */
function sideBySide(items: readonly Tex[]): string {
  let text = '';
  for (const [i, item] of items.entries()) {
    const next = isSignOf(item, items[i - 1]) ? tight(item) : line(item);
    const word = /^[a-z]{2}/.test(next) && /[\p{L}\d)]$/u.test(text);
    const apart = divided(items[i - 1]) && /^[\p{L}\d(]/u.test(next);
    text += word || apart ? ` ${next}` : next;
  }
  return text;
}

/** Whether what follows would seem to belong to it: the bottom of a fraction, the bounds of a sum. */
const divided = (tex: Tex | undefined): boolean =>
  tex?.kind === 'fraction' ||
  (tex?.kind === 'script' && tex.base.kind === 'sign' && tex.base.as === 'operator');

const tight = (tex: Tex): string => (tex.kind === 'sign' ? tex.text : line(tex));

/** In brackets where it is more than one thing. */
function held(tex: Tex): string {
  const text = line(tex).trim();
  const single = /^(?:[\p{L}\p{M}\d.∂∇′²³¹⁰⁴-⁹₀-₉]+|[^\s])$/u.test(text);
  return single || (text.startsWith('(') && closesLast(text)) ? text : `(${text})`;
}

/** Whether the bracket that opens a text is closed by its last character. */
function closesLast(text: string): boolean {
  let depth = 0;
  for (const [i, c] of [...text].entries()) {
    if (c === '(') depth += 1;
    else if (c === ')') depth -= 1;
    if (depth === 0) return i === [...text].length - 1;
  }
  return false;
}

function raised(text: string): string {
  return text.trim() === '′' ? '′' : script(text, superscripts, '^');
}

/** In small letters where Unicode has them all, else after a mark. */
function script(text: string, small: ReadonlyMap<string, string>, mark: string): string {
  const letters = [...text.replaceAll(' ', '')];
  if (letters.every((c) => small.has(c))) return letters.map((c) => small.get(c)).join('');
  return letters.length === 1 ? `${mark}${letters[0]}` : `${mark}(${text.trim()})`;
}

const table = (from: string, to: string): ReadonlyMap<string, string> => {
  const small = [...to];
  return new Map([...from].map((c, i) => [c, small[i]!]));
};

const superscripts = table(
  '*0123456789+−=()abcdefghijklmnoprstuvwxyz',
  '*⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻ',
);
const subscripts = table('0123456789+−=()aehijklmnoprstuvx', '₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ');

/** Marks that combine with the letter before them. */
const combining: Readonly<Record<string, string>> = {
  '¯': '\u0304',
  '^': '\u0302',
  '~': '\u0303',
  '˙': '\u0307',
  '→': '\u20d7',
};

const spaced: ReadonlySet<string> = new Set('+−=<>≤≥≠≈≡∼∝≪≫→←⇐↔⟶↦⇒⟹⟺∈∉⊂∪∩·×÷±∓'.split(''));
