import { escapeHtml } from './html-escape.ts';
import { isSignOf, parseTex, type Tex } from './tex-parse.ts';

/**
 * TeX math as MathML, which browsers set without a script: the small part of TeX that explanations of derivatives
 * use. A formula with anything else in it is shown as it was written.
 */
export function texToHtml(tex: string, display: boolean): string {
  const written = escapeHtml(tex.trim());
  const parsed = parseTex(tex);
  if (parsed === null) return `<code class="tex">${written}</code>`;
  const mode = display ? ' display="block"' : '';
  return `<math${mode}><semantics>${mathml(parsed)}<annotation encoding="application/x-tex">${written}</annotation></semantics></math>`;
}

function mathml(tex: Tex): string {
  switch (tex.kind) {
    case 'row':
      return `<mrow>${tex.items.map((item, i) => (i > 0 && isSignOf(item, tex.items[i - 1]) ? signBefore(item) : mathml(item))).join('')}</mrow>`;
    case 'sign':
      return signHtml(tex);
    case 'script': {
      const base = mathml(tex.base);
      if (tex.sub === null) return `<msup>${base}${tex.sup === null ? '' : mathml(tex.sup)}</msup>`;
      if (tex.sup === null) return `<msub>${base}${mathml(tex.sub)}</msub>`;
      return `<msubsup>${base}${mathml(tex.sub)}${mathml(tex.sup)}</msubsup>`;
    }
    case 'fraction':
      return `<mfrac>${mathml(tex.over)}${mathml(tex.under)}</mfrac>`;
    case 'root':
      return tex.degree === null
        ? `<msqrt>${mathml(tex.of)}</msqrt>`
        : `<mroot>${mathml(tex.of)}${mathml(tex.degree)}</mroot>`;
    case 'matrix':
      return `<mrow>${fence(tex.open)}<mtable>${tex.rows.map(rowHtml).join('')}</mtable>${fence(tex.close)}</mrow>`;
    case 'accent':
      return `<mover accent="true">${mathml(tex.of)}<mo>${tex.mark}</mo></mover>`;
    case 'space':
      return `<mspace width="${tex.width}"></mspace>`;
  }
}

/** A sign of what follows stands close to it; a browser takes any but the first for one between two. */
const signBefore = (tex: Tex): string => mathml(tex).replace('<mo>', '<mo form="prefix">');

const fence = (text: string): string => (text === '' ? '' : `<mo fence="true">${text}</mo>`);

const rowHtml = (cells: readonly Tex[]): string =>
  `<mtr>${cells.map((cell) => `<mtd>${mathml(cell)}</mtd>`).join('')}</mtr>`;

function signHtml({ as, text }: Extract<Tex, { kind: 'sign' }>): string {
  const shown = escapeHtml(text);
  switch (as) {
    case 'letter':
      return `<mi>${shown}</mi>`;
    case 'number':
      return `<mn>${shown}</mn>`;
    case 'operator':
      return `<mo>${shown}</mo>`;
    case 'bracket':
      return `<mo stretchy="false">${shown}</mo>`;
    case 'words':
      return `<mtext>${shown}</mtext>`;
  }
}
