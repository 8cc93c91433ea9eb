import { describe, expect, it } from 'vitest';
import { array, ops, trace } from '../../engine/index.ts';
import { draw, visualise } from '../../engine/visualise/index.ts';
import { layout } from '../../engine/visualise/layout.ts';
import { escaped, numberText } from '../../engine/visualise/text.ts';

type Any = Parameters<typeof ops.mul>[0];

const xsinx = (x: Any) => ops.mul(x, ops.sin(x));

/** The texts of one role, in order. */
function texts(svg: string, role: string): string[] {
  return [...svg.matchAll(new RegExp(`<text class="${role}"[^>]*>([^<]*)<`, 'g'))].map((match) => match[1]!);
}

/** The open elements at the end, none in a well-formed document. @throws at an end that fits no start */
function open(svg: string): string[] {
  const stack: string[] = [];
  for (const [, end, name, empty] of svg.matchAll(/<(\/?)([a-z]+)[^>]*?(\/?)>/g)) {
    if (empty) continue;
    if (!end) stack.push(name!);
    else if (stack.pop() !== name) throw new Error(`</${name}> ends nothing`);
  }
  return stack;
}

describe('a drawing of a function at a point', () => {
  it('shows each input and step with its value, and the partial derivative on each edge', () => {
    const svg = visualise(xsinx)(1.2);
    expect(texts(svg, 'formula')).toEqual(['x', 'v₁ = sin x', 'v₂ = x · v₁']);
    expect(texts(svg, 'value')).toEqual(['= 1.2', '= 0.932', '= 1.118']);
    expect(texts(svg, 'partial').sort()).toEqual(['× 0.3624', '× 0.932', '× 1.2']);
    expect(texts(svg, 'slope')).toEqual([]);
  });

  it('forward: tangents flow from the inputs', () => {
    expect(texts(visualise(xsinx, { mode: 'forward' })(1.2), 'slope')).toEqual(
      ['ẋ = 1', 'v̇₁ = 0.3624', 'v̇₂ = 1.367'].map(nfd),
    );
  });

  it('reverse: cotangents flow from the results, and add where edges meet', () => {
    expect(texts(visualise(xsinx, { mode: 'reverse' })(1.2), 'slope')).toEqual(
      ['x̄ = 1.367', 'v̄₁ = 1.2', 'v̄₂ = 1'].map(nfd),
    );
  });

  it('names inputs as it is told, and results are marked', () => {
    const svg = visualise((w: Any, x: Any) => ops.softplus(ops.mul(w, x)), { names: ['w', 'input'] })(2, 3);
    expect(texts(svg, 'formula')).toEqual(['w', 'input', 'v₁ = w · input', 'v₂ = softplus v₁']);
    expect(svg.match(/<g class="result">/g)).toHaveLength(1);
    expect(svg.match(/<g class="given">/g)).toHaveLength(2);
  });

  it('arrays, structural steps and whole numbers: an operation instead of a partial, a shape instead of many numbers', () => {
    const f = (a: Any) => ops.sum(ops.square(ops.matmul(a, ops.transpose(a))));
    const svg = visualise(f, { mode: 'reverse' })(
      array([
        [1, 2],
        [3, 4],
      ]),
    );
    expect(texts(svg, 'partial word')).toEqual(expect.arrayContaining(['dotᵀ', 'sumᵀ', 'transposeᵀ']));
    expect(texts(svg, 'partial')).toEqual(['× f64[2, 2]']);
    expect(texts(svg, 'value')[0]).toBe('f64[2, 2]');
    expect(open(svg)).toEqual([]);
  });

  it('no derivative passes a comparison', () => {
    const svg = visualise((x: Any) => ops.where(ops.greater(x, 0), x, 0), { mode: 'reverse' })(2);
    expect(texts(svg, 'slope')).toEqual(['x̄ = 1', 'v̄₂ = 1'].map(nfd));
  });
});

const nfd = (text: string) => text.normalize('NFD');

describe('a drawing of a program', () => {
  const program = trace(xsinx)(1.2);

  it('without values shows shapes', () => {
    const svg = draw(program);
    expect(texts(svg, 'value')).toEqual(['f64[]', 'f64[]', 'f64[]']);
    expect(texts(svg, 'partial')).toEqual([]);
  });

  it('is well-formed whatever names and titles hold', () => {
    const svg = draw(program, { title: '</title><script>"&\u0000', names: ['<b>'], values: [array(1.2)] });
    expect(open(svg)).toEqual([]);
    expect(svg).not.toContain('<script>');
    expect(svg).not.toContain('<b>');
    expect(svg).not.toContain('\u0000');
  });

  it('says in words what it shows', () => {
    const svg = draw(program, { title: 'A title', values: [array(1.2)] });
    expect(svg).toMatch(/^<svg [^>]*role="img" aria-label="A title"/);
    expect(svg).toContain('<title>A title</title>');
    expect(svg).toContain('<desc>input x, = 1.2; v₁ = sin x, = 0.932; v₂ = x · v₁, = 1.118 (result).</desc>');
  });

  it('is cut where it is too large, and says so', () => {
    const long = (x: Any) => Array.from({ length: 100 }).reduce<Any>((y) => ops.sin(y), x);
    const svg = visualise(long, { mode: 'reverse' })(1);
    expect(texts(svg, 'formula')).toHaveLength(61);
    expect(svg).toContain('40 more steps are not shown.');
    expect(texts(visualise(long, { most: 5 })(1), 'formula')).toHaveLength(6);
  });

  it('shows results that are inputs or constants', () => {
    const svg = draw(trace((x: Any) => [x, 2, ops.sin(x)])(1));
    expect(svg.match(/<g class="result">/g)).toHaveLength(3);
  });

  it('refuses what does not fit', () => {
    expect(() => draw(program, { values: [] })).toThrow(/1 values are wanted, got 0/);
    expect(() => draw(program, { values: [array([1, 2])] })).toThrow(/values 0 is f64\[2\], not f64\[\]/);
    expect(() => draw(program, { tangents: [array(1)] })).toThrow(/want `values`/);
    const both = { values: [array(1)], tangents: [array(1)], cotangents: [array(1)] };
    expect(() => draw(program, both)).toThrow(/not both/);
    expect(() => draw(program, { values: [array(1)], cotangents: [] })).toThrow(
      /1 cotangents are wanted, got 0/,
    );
  });
});

describe('the layout', () => {
  const box = { width: 100, inner: 100, height: 50 };

  it('puts boxes below what they come from, without overlap', () => {
    const links = [
      { from: 0, to: 2 },
      { from: 1, to: 2 },
      { from: 0, to: 3 },
      { from: 2, to: 4 },
      { from: 3, to: 4 },
      { from: 0, to: 4 },
    ];
    const { boxes, width, height } = layout(Array(5).fill(box), links);
    for (const { from, to } of links) expect(boxes[to]!.y).toBeGreaterThanOrEqual(boxes[from]!.y + 50);
    for (const [i, a] of boxes.entries()) {
      expect(a.x - 50 >= -1e-9 && a.x + 50 <= width + 1e-9 && a.y - 25 >= 0 && a.y + 25 <= height).toBe(true);
      for (const b of boxes.slice(0, i))
        expect(Math.abs(a.x - b.x) >= 100 || Math.abs(a.y - b.y) >= 50).toBe(true);
    }
  });

  it('uncrosses edges that need not cross', () => {
    // 0 and 1 feed 3 and 2: in the order of numbers their edges would cross.
    const { boxes } = layout(Array(4).fill(box), [
      { from: 0, to: 3 },
      { from: 1, to: 2 },
    ]);
    expect((boxes[0]!.x - boxes[1]!.x) * (boxes[3]!.x - boxes[2]!.x)).toBeGreaterThan(0);
  });
});

describe('texts', () => {
  it('numbers are short, with a real minus sign', () => {
    expect([1, -0.012345, 1e-12, -0, 123456, Infinity, Number.NaN].map(numberText)).toEqual([
      '1',
      '−0.01235',
      '1e−12',
      '−0',
      '123500',
      '∞',
      'NaN',
    ]);
  });

  it('what XML forbids is replaced', () => {
    expect(escaped(`<&>"'\u0001\ud800a`)).toBe('&lt;&amp;&gt;&quot;&#39;\ufffd\ufffda');
  });
});
