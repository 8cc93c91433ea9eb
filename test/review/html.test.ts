import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { exportHtml } from '../../agent/review/html.ts';
import { inlineToHtml, markdownToHtml } from '../../agent/review/html-markdown.ts';
import { texToHtml } from '../../agent/review/html-tex.ts';
import { openSession } from '../../agent/review/open.ts';
import { record, say, scratch, story } from './fixture.ts';
import { markdown } from './transcript-arbitrary.ts';

const pageOf = async (steps = story(), kind?: string, title?: string) =>
  exportHtml(
    openSession(
      await record({
        dir: scratch(),
        steps,
        ...(kind === undefined ? {} : { kind }),
        ...(title === undefined ? {} : { title }),
      }),
    ),
  );

/** Every element that Markdown of strangers may become. */
const harmless =
  /^<\/?(p|br|em|strong|del|code|pre|ul|ol|li|blockquote|h[4-6]|hr|table|thead|tbody|tr|th|td|span|a|math|semantics|annotation|m[a-z]+)( (class="(tex|picture)"|data-language="\w+"|start="\d+"|align="(left|right|center)"|href="https?:\/\/[^"<>]*"|title="[^"<>]*"|width="[\d.em]+"|display="block"|accent="true"|stretchy="false"|encoding="application\/x-tex"|rel="[a-z ]+"))*( ?\/)?>$/;

describe('Markdown of strangers', () => {
  it('becomes only harmless elements', () => {
    fc.assert(
      fc.property(markdown, (text) => {
        for (const tag of markdownToHtml(text).match(/<[^>]*>?/g) ?? []) expect(tag).toMatch(harmless);
        for (const tag of inlineToHtml(text).match(/<[^>]*>?/g) ?? []) expect(tag).toMatch(harmless);
      }),
      { numRuns: 500 },
    );
  });

  it.each([
    ['<script>alert(1)</script>', '<p>&#60;script&#62;alert(1)&#60;/script&#62;</p>'],
    ['<img src=x onerror=alert(1)>', '<p>&#60;img src=x onerror=alert(1)&#62;</p>'],
    ['[go](javascript:alert(1))', '<p>go</p>'],
    [
      '[go](https://example.org/?a="b)',
      '<p><a href="https://example.org/?a=&#34;b" rel="noopener noreferrer nofollow">go</a></p>',
    ],
    ['![dot](https://example.org/dot.png)', '<p><span class="picture">[picture: dot]</span></p>'],
    ['1 < 2 & "so"', '<p>1 &#60; 2 &#38; &#34;so&#34;</p>'],
    ['`a < b && c`', '<p><code>a &#60; b &#38;&#38; c</code></p>'],
    ['&lt;b&gt;', '<p>&#60;b&#62;</p>'],
    ['# One', '<h4>One</h4>'],
  ])('%s', (text, html) => {
    expect(markdownToHtml(text).trim()).toBe(html);
  });

  it.each([
    ['nested without end', '> '.repeat(5000)],
    ['long', '<b>'.repeat(20_000)],
  ])('that is %s is shown as it was typed', (_, text) => {
    expect(markdownToHtml(text)).toMatch(/^<pre><code>[^<>]+<\/code><\/pre>\n$/);
    expect(inlineToHtml(text)).not.toMatch(/[<>]/);
  });

  it('keeps TeX from being read as Markdown', () => {
    const html = markdownToHtml('so $y_1 * x_2 * \\unknown{a}$ and \\(b_1 _c_\\), for $5 or $6');
    expect(html).toBe(
      '<p>so <code class="tex">y_1 * x_2 * \\unknown{a}</code> and <code class="tex">b_1 _c_</code>, for $5 or $6</p>\n',
    );
  });
});

describe('TeX', () => {
  const inner = (tex: string) => texToHtml(tex, false).replace(/^<math><semantics>|<annotation.*$/g, '');

  it.each([
    ['x^2', '<mrow><msup><mi>x</mi><mn>2</mn></msup></mrow>'],
    [
      'x_{ij}^{-1}',
      '<mrow><msubsup><mi>x</mi><mrow><mi>i</mi><mi>j</mi></mrow><mrow><mo>−</mo><mn>1</mn></mrow></msubsup></mrow>',
    ],
    [
      '\\frac{\\partial y}{2}',
      '<mrow><mfrac><mrow><mi>∂</mi><mi>y</mi></mrow><mrow><mn>2</mn></mrow></mfrac></mrow>',
    ],
    ['\\sin\\left(a\\right)', '<mrow><mi>sin</mi><mo>(</mo><mi>a</mi><mo>)</mo></mrow>'],
    [
      'f(\\tanh x)',
      '<mrow><mi>f</mi><mo stretchy="false">(</mo><mi>tanh</mi><mspace width="0.17em"></mspace><mi>x</mi><mo stretchy="false">)</mo></mrow>',
    ],
    ['\\sqrt[3]{x}', '<mrow><mroot><mrow><mi>x</mi></mrow><mrow><mn>3</mn></mrow></mroot></mrow>'],
    [
      '\\begin{matrix} 1 & 2 \\\\ 3 & 4 \\end{matrix}',
      '<mrow><mrow><mtable><mtr><mtd><mrow><mn>1</mn></mrow></mtd><mtd><mrow><mn>2</mn></mrow></mtd></mtr><mtr><mtd><mrow><mn>3</mn></mrow></mtd><mtd><mrow><mn>4</mn></mrow></mtd></mtr></mtable></mrow></mrow>',
    ],
    ['\\text{if } a<b', '<mrow><mtext>if </mtext><mi>a</mi><mo>&#60;</mo><mi>b</mi></mrow>'],
  ])('%s is set as MathML', (tex, html) => {
    expect(inner(tex)).toBe(html);
  });

  it.each([
    '\\begin{matrix}a',
    '\\begin{align}a\\end{align}',
    '\\begin{matrix}\\begin{matrix}a\\end{matrix}\\end{matrix}',
    '\\sqrt[3',
    '\\frac{a}',
    'x^',
    'a^b^c',
    '{a',
    'a}',
    '\\href{javascript:1}{x}',
    '{'.repeat(99),
  ])('%s is shown as it was written', (tex) => {
    expect(texToHtml(tex, false)).toMatch(/^<code class="tex">[^<>]*<\/code>$/);
  });

  it('keeps the source beside what is set', () => {
    expect(texToHtml('4 \\cdot (-0.5) = -2', false).match(/<mo form="prefix">−<\/mo>/g)).toHaveLength(2);
    expect(texToHtml('a - b', false)).toContain('<mo>−</mo>');
    expect(texToHtml('a<b', true)).toContain('<math display="block">');
    expect(texToHtml('a<b', true)).toContain('<annotation encoding="application/x-tex">a&#60;b</annotation>');
  });
});

describe('the exported page', () => {
  it('asks nothing of anybody: a policy that allows its own style sheet, no script, nothing to fetch', async () => {
    const page = await pageOf();
    const style = /<style>([\s\S]*?)<\/style>/.exec(page)?.[1] ?? '';
    const hash = createHash('sha256').update(style).digest('base64');
    expect(page).toContain(
      `content="default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'"`,
    );
    expect(page.replace(style, '')).not.toMatch(
      /<(script|link|img|iframe|object|form|input|svg|base)\b|\sstyle=|\son\w+=/i,
    );
    expect(style).not.toMatch(/url\(|@import|@font-face/);
  });

  it('shows badges, coloured diffs, both numbers of a refusal, receipts and costs', async () => {
    const page = await pageOf();
    expect(page).toContain('<span class="badge refuted">refuted</span><span>At 1 it is 0.5</span>');
    expect(page).toContain('<span class="add">+  tanh: 1 - y*y,</span>');
    expect(page).toContain(
      '<dt>expected</dt><dd>0.7864477329659274</dd><dt>got</dt><dd>-0.7864477329659274</dd>',
    );
    expect(page).toContain('a'.repeat(64));
    expect(page).toContain('600 tokens · $0.0040 + 1 unpriced call');
  });

  it('counts tokens in and out where a model was asked, and nowhere else', async () => {
    expect(await pageOf()).toMatch(/600 tokens .*, of which [\d,]+ tokens in and [\d,]+ out\./);
    expect(await pageOf([])).not.toContain('tokens in');
  });

  it('says first what is not a language model', async () => {
    expect(await pageOf(story(), 'search, not a language model')).toContain(
      '<p class="label">The proposals come from a search, not from a language model.</p>',
    );
    expect(await pageOf(story(), 'a person typed this')).toContain(
      '<p class="label">A person typed the answers.</p>',
    );
    expect(await pageOf()).not.toContain('<p class="label">');
  });

  it('lets no text of a session out of its place', async () => {
    const evil = '"><script>alert(1)</script>\u0007\u202e';
    const page = await pageOf(
      [
        say('heading', { text: evil }),
        say('question', { topic: evil, kind: evil, text: evil, about: evil }),
        say('answer', {
          prose: evil,
          claims: [{ statement: evil, code: evil, language: 'ts', expect: { kind: 'prints', text: evil } }],
          offers: [evil],
          source: 'language model',
          model: evil,
          structured: true,
        }),
        say('proposal', { number: 1, goals: [evil], title: evil, format: evil, hint: evil }),
        say('apply-failure', { number: 1, reason: evil, message: evil }),
        say('verdict', {
          number: 1,
          accepted: false,
          tree: evil,
          receiptId: evil,
          reasons: [evil],
          counterexample: { check: evil, label: evil, inputs: [evil], expected: evil, got: evil },
        }),
        say('landed', { number: 1, commit: evil, tree: evil, goals: [evil] }),
        say('observation', { text: evil, by: 'person' }),
        say('imported-failure', { call: evil, message: evil }),
        say('summary', { goalsMet: [evil], proposals: 1, accepted: 0, refused: 1 }),
      ],
      'language model',
      evil,
    );
    expect(page).not.toMatch(/<script|[\u0007\u202e]/i);
  });
});
