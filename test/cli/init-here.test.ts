import { mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { initHereSchema } from '../../agent/actions/schemas.ts';
import { skipWithoutBubblewrap } from '../judge/oracle-setup.ts';
import { type Desk, desk, vibegrad } from './vibegrad.ts';

/** Writes a repository into the desk's folder. */
function holding(files: Readonly<Record<string, string>>): Desk {
  const at = desk();
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(at.dir, path)), { recursive: true });
    writeFileSync(join(at.dir, path), text);
  }
  return at;
}

async function described(at: Desk) {
  const { stdout, stderr, code } = await vibegrad(at, ['init', '--here', '--json']);
  expect(stderr).toBe('');
  const document = initHereSchema.parse(JSON.parse(stdout));
  const met = document.check?.goals.filter((goal) => goal.state === 'met').map((goal) => goal.id) ?? [];
  return { ...document, code, met };
}

/** Scalars that remember: operations are methods, `backward` leaves the gradient in each. */
const SCALAR = `
export class Scalar {
  data: number;
  grad = 0;
  private parents: readonly [Scalar, number][];
  constructor(data: number, parents: readonly [Scalar, number][] = []) {
    this.data = data;
    this.parents = parents;
  }
  plus(other: Scalar) { return new Scalar(this.data + other.data, [[this, 1], [other, 1]]); }
  times(other: Scalar) { return new Scalar(this.data * other.data, [[this, other.data], [other, this.data]]); }
  pow(exponent: number) { return new Scalar(this.data ** exponent, [[this, exponent * this.data ** (exponent - 1)]]); }
  exp() { const y = Math.exp(this.data); return new Scalar(y, [[this, y]]); }
  tanh() { const y = Math.tanh(this.data); return new Scalar(y, [[this, 1 / Math.cosh(this.data) ** 2]]); }
  backward() {
    const order: Scalar[] = [];
    const seen = new Set<Scalar>();
    const visit = (one: Scalar) => {
      if (seen.has(one)) return;
      seen.add(one);
      for (const [parent] of one.parents) visit(parent);
      order.push(one);
    };
    visit(this);
    this.grad = 1;
    for (const one of order.reverse()) for (const [parent, slope] of one.parents) parent.grad += slope * one.grad;
  }
}
`;

/** A tape whose operations are methods of the tape, in plain JavaScript. */
const TAPE = `
export class Node { constructor(value, index) { this.value = value; this.index = index; this.gradient = 0; } }
export class Graph {
  constructor() { this.steps = []; }
  input(value) { return this.push(value, []); }
  add(a, b) { return this.push(a.value + b.value, [[a, 1], [b, 1]]); }
  mul(a, b) { return this.push(a.value * b.value, [[a, b.value], [b, a.value]]); }
  sin(x) { return this.push(Math.sin(x.value), [[x, Math.cos(x.value)]]); }
  push(value, from) { const node = new Node(value, this.steps.length); this.steps.push([node, from]); return node; }
  backward(y) {
    y.gradient = 1;
    for (const [node, from] of [...this.steps].reverse()) for (const [x, slope] of from) x.gradient += slope * node.gradient;
  }
}
`;

/** Functions of dual numbers, and a derivative of one argument. */
const DUAL = `
export class Dual { constructor(public value: number, public slope: number) {} }
type Real = number | Dual;
const v = (x: Real) => (typeof x === 'number' ? x : x.value);
const s = (x: Real) => (typeof x === 'number' ? 0 : x.slope);
const times = (slope: number, by: number) => (slope === 0 ? 0 : slope * by);
export const add = (a: Real, b: Real): Real => new Dual(v(a) + v(b), s(a) + s(b));
export const mul = (a: Real, b: Real): Real => new Dual(v(a) * v(b), times(s(a), v(b)) + times(s(b), v(a)));
export function neg(x: Real): Real { return new Dual(-v(x), -s(x)); }
export const grad = (f: (x: Real) => Real) => (x: number): number => {
  if (typeof x !== 'number') throw new TypeError('first derivatives only');
  return s(f(new Dual(x, 1)));
};
`;

/** Scalars that remember, in Python. */
const VALUE = `
import math

class Value:
    def __init__(self, data, parents=()):
        self.data, self.grad, self.parents = data, 0.0, parents

    def __add__(self, other):
        return Value(self.data + other.data, ((self, 1.0), (other, 1.0)))

    def __mul__(self, other):
        return Value(self.data * other.data, ((self, other.data), (other, self.data)))

    def tanh(self):
        y = math.tanh(self.data)
        return Value(y, ((self, 1 - y * y),))

    def backward(self):
        order, seen = [], set()

        def visit(one):
            if id(one) not in seen:
                seen.add(id(one))
                for parent, _ in one.parents:
                    visit(parent)
                order.append(one)

        visit(self)
        self.grad = 1.0
        for one in reversed(order):
            for parent, slope in one.parents:
                parent.grad += slope * one.grad
`;

/** Values without methods: operations and `backward` are functions, two of them made by another. */
const FUNCTIONS = `
export class Value {
  constructor(data, links = []) { this.data = data; this.links = links; this.grad = 0; }
}
const unary = (f, slope) => (x) => { const y = f(x.data); return new Value(y, [[x, slope(x.data, y)]]); };
export const add = (a, b) => new Value(a.data + b.data, [[a, 1], [b, 1]]);
export function mul(a, b) { return new Value(a.data * b.data, [[a, b.data], [b, a.data]]); }
export const exp = unary(Math.exp, (_, y) => y);
export const sin = unary(Math.sin, (x) => Math.cos(x));
export const tanh = (x, scale) => exp(x, scale);
export function sgd(values) { return values; }
export function backward(y) {
  const seen = new Set(), order = [];
  const visit = (x) => { if (!seen.has(x)) { seen.add(x); for (const [from] of x.links) visit(from); order.push(x); } };
  visit(y);
  y.grad = 1;
  for (const x of order.reverse()) for (const [from, slope] of x.links) from.grad += slope * x.grad;
}
`;

// Each starts commands.
describe('init --here', { timeout: 120_000 }, () => {
  it('recognises functions of values, and names what it has no use for', async () => {
    const at = holding({
      'package.json': '{"type":"module","main":"lib/values.js"}',
      'lib/values.js': FUNCTIONS,
    });
    const found = await described(at);
    expect(found).toMatchObject({ entry: 'lib/values.js', shape: 'methods', code: 0, open: [] });
    expect(found.ops).toEqual(['add', 'mul', 'exp', 'sin']);
    expect(found.unused).toEqual(['tanh', 'sgd']);
    expect(found.met).toEqual(['r0/add', 'r0/mul', 'r0/fan-out', 'r1/exp', 'r1/sin']);
    rmSync(join(at.dir, 'vibegrad.config.json'));
    rmSync(join(at.dir, 'vibegrad.adapter.mjs'));
    expect((await vibegrad(at, ['init', '--here'])).stdout).toContain('Not used: tanh, sgd (');
  });

  it('shows no control character of an export’s name, and no folder outside that a manifest names', async () => {
    const at = holding({
      'package.json': '{"type":"module","main":"values.mjs","workspaces":["x.txt/*","../*"]}',
      'x.txt': '',
      'values.mjs': `${FUNCTIONS}\nconst title = (a, b, c) => a;\nexport { title as "e\\u001b]0;owned\\u0007" };\n`,
    });
    const { stdout, stderr, code } = await vibegrad(at, ['init', '--here']);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toContain('Not used: ');
    expect(stdout).not.toMatch(/[\u001b\u0007]/);
  });

  it('an adapter that throws is no engine that is right: what it throws is told', async () => {
    const at = holding({ 'index.mjs': TAPE.replace('a.value * b.value', 'this.missing.value') });
    const { stdout, code } = await vibegrad(at, ['init', '--here']);
    expect(code).toBe(1);
    expect(stdout).toMatch(/^r0\/add, r0\/fan-out, .*: TypeError: Cannot read properties of undefined/m);
    expect(stdout).toContain('No goal is met.');
  });

  it('adds functions to the methods of a tape’s variables', async () => {
    const more =
      "import { Node } from './graph.mjs';\nexport const cos = (x) => x.graph.push(Math.cos(x.value), [[x, -Math.sin(x.value)]]);";
    const graph = TAPE.replace('const node = new Node(value, this.steps.length);', '$& node.graph = this;');
    const at = holding({
      'graph.mjs': graph,
      'cos.mjs': more,
      'index.mjs': "export * from './graph.mjs';\nexport { cos } from './cos.mjs';",
    });
    const found = await described(at);
    expect(found).toMatchObject({ shape: 'tape', ops: ['add', 'mul', 'sin', 'cos'], unused: [], code: 0 });
    expect(found.met).toContain('r1/cos');
  });

  it('says of CommonJS that only what `export` says is seen', async () => {
    const common = await described(holding({ 'index.js': 'class Value {}\nmodule.exports = { Value };\n' }));
    expect(common).toMatchObject({ shape: 'unknown', check: null, code: 1 });
    expect(common.open[0]).toContain('index.js is CommonJS (`module` in line 2)');
  });

  it('names the packages of a repository that holds several, and works in one of them', async () => {
    const several = holding({
      'package.json': '{"private":true,"workspaces":["packages/*","tools"]}',
      'packages/core/package.json': '{}',
      'packages/core/src/index.ts': SCALAR,
      'packages/empty/README': '',
    });
    expect((await vibegrad(several, ['init', '--here'])).stderr).toMatch(
      /in the folder that holds it: packages\/core\.\n/,
    );
    const inside = await vibegrad(several, ['init', '--here', 'packages/core']);
    expect([inside.code, inside.stderr]).toEqual([0, '']);
    expect(inside.stdout).toContain('vibegrad improve lets a model propose');
  });

  it('recognises values with methods, drafts what fits, and says what it found', async () => {
    const at = holding({
      'package.json': '{"type":"module","exports":"./src/scalar.ts"}',
      'src/scalar.ts': SCALAR,
    });
    const found = await described(at);
    expect(found).toMatchObject({ entry: 'src/scalar.ts', shape: 'methods', code: 0, open: [] });
    expect(found.ops).toEqual(['add', 'mul', 'exp', 'tanh']);
    expect(found.met).toEqual(['r0/add', 'r0/mul', 'r0/fan-out', 'r1/exp', 'r1/tanh']);
    expect(JSON.parse(readFileSync(join(at.dir, 'vibegrad.config.json'), 'utf8'))).toMatchObject({
      adapter: 'vibegrad.adapter.ts',
      editable: ['src/scalar.ts'],
    });
    // Nothing would be found where the package is not installed.
    expect(readFileSync(join(at.dir, 'vibegrad.config.json'), 'utf8')).not.toContain('$schema');
    const again = await vibegrad(at, ['check']);
    expect([again.code, again.stdout]).toEqual([
      0,
      expect.stringContaining('5 of 64 goals met, 59 not there yet'),
    ]);
  });

  it('names the schema of its config where the package is installed', async () => {
    const at = holding({ 'index.ts': SCALAR });
    mkdirSync(join(at.dir, 'node_modules'));
    symlinkSync(join(import.meta.dirname, '..', '..'), join(at.dir, 'node_modules', 'vibegrad'));
    expect((await described(at)).code).toBe(0);
    const { $schema } = JSON.parse(readFileSync(join(at.dir, 'vibegrad.config.json'), 'utf8'));
    expect(JSON.parse(readFileSync(join(at.dir, $schema), 'utf8'))).toHaveProperty('properties.adapter');
  });

  it('finds a wrong rule in an engine that it has never seen', async () => {
    const found = await described(
      holding({ 'index.ts': SCALAR.replace('1 / Math.cosh(this.data) ** 2', '1 - y ** 3') }),
    );
    expect(found).toMatchObject({ code: 1, shape: 'methods' });
    expect(found.check?.reasons[0]).toMatch(/^r1\/tanh\//);
  });

  it('recognises a tape, in JavaScript too, and what an index exports again', async () => {
    const at = holding({ 'lib/graph.mjs': TAPE, 'index.mjs': "export * from './lib/graph.mjs';" });
    const found = await described(at);
    expect(found).toMatchObject({
      entry: 'index.mjs',
      shape: 'tape',
      code: 0,
      written: ['vibegrad.config.json', 'vibegrad.adapter.mjs'],
    });
    expect(found.met).toEqual(['r0/add', 'r0/mul', 'r0/fan-out', 'r1/sin']);
  });

  it('recognises functions with a derivative, and compiles what is more than types', async () => {
    const at = holding({ 'src/index.ts': DUAL });
    const found = await described(at);
    expect(found).toMatchObject({ shape: 'functions', code: 0 });
    expect(found.met).toEqual(['r0/add', 'r0/mul', 'r0/fan-out', 'r1/neg']);
    expect(readFileSync(join(at.dir, 'vibegrad.config.json'), 'utf8')).toContain('"compiler": "esbuild"');
  });

  it('says what is to be filled in where it recognises nothing, and judges nothing', async () => {
    const at = holding({ 'index.ts': 'export const answer = 42;\nexport class Thing {}\n' });
    const found = await described(at);
    expect(found).toMatchObject({ shape: 'unknown', check: null, code: 1 });
    expect(found.open).toEqual([expect.stringMatching(/not recognised: .*It exports answer, Thing\.$/)]);
    const checked = await vibegrad(at, ['check']);
    expect([checked.code, checked.stdout]).toEqual([
      1,
      expect.stringContaining('`ops` of vibegrad.adapter.ts is still to be filled in'),
    ]);
  });

  it.skipIf(skipWithoutBubblewrap)(
    'recognises Python by its project file, and judges it',
    { timeout: 300_000 },
    async () => {
      const wrong = VALUE.replace('1 - y * y', '1 - y * y * y');
      for (const [text, code] of [
        [VALUE, 0],
        [wrong, 1],
      ] as const) {
        const at = holding({
          'pyproject.toml': '[project]\nname = "scalars"\n',
          // Of its tools.
          'package.json': '{"private":true}',
          'src/scalars/__init__.py': '"""Scalars that remember."""\n',
          'src/scalars/value.py': text,
          'tests/test_value.py': 'raise SystemExit("not to be run")\n',
        });
        const found = await described(at);
        expect(found).toMatchObject({ entry: 'src/scalars/value.py', shape: 'methods', code, open: [] });
        expect(found.ops).toEqual(['add', 'mul', 'tanh']);
        expect(found.written).toEqual(['vibegrad.config.json', 'vibegrad_adapter.py']);
        expect(JSON.parse(readFileSync(join(at.dir, 'vibegrad.config.json'), 'utf8'))).toMatchObject({
          language: 'python',
          editable: ['src/scalars/__init__.py', 'src/scalars/value.py'],
        });
        if (code === 0) expect(found.met).toEqual(['r0/add', 'r0/mul', 'r0/fan-out', 'r1/tanh']);
        else expect(found.check?.reasons[0]).toMatch(/^r1\/tanh\//);
      }
    },
  );

  it.skipIf(skipWithoutBubblewrap)(
    'finds functions of a Python module, in a module of their own too, and names what it has no use for',
    { timeout: 120_000 },
    async () => {
      const [values, methods] = [VALUE.replace(/ {4}def tanh[\s\S]*?\n\n/, ''), 'import math\n\n'];
      const functions = `
def unary(f, slope):
    def applied(x):
        return Value(f(x.data), ((x, slope(x.data)),))

    return applied


def tanh(x):
    y = math.tanh(x.data)
    return Value(y, ((x, 1 - y * y),))


exp = unary(math.exp, math.exp)
log = [1, 2]


def neg(x, *, times):
    return x


def power(x, n):
    return x


def sgd(parameters, rate=0.1):
    return parameters
`;
      for (const files of [
        { 'scalars.py': `${values}\n${functions}` },
        { 'scalars/value.py': values, 'scalars/ops.py': `${methods}from .value import Value\n${functions}` },
      ]) {
        const at = holding({ 'pyproject.toml': '[project]\nname = "scalars"\n', ...files });
        const found = await described(at);
        expect(found).toMatchObject({ entry: Object.keys(files).at(-1), shape: 'methods', open: [] });
        expect(found.ops).toEqual(['add', 'mul', 'exp', 'tanh']);
        expect(found.unused).toEqual(['unary', 'neg', 'power', 'sgd']);
        expect(found.met).toEqual(['r0/add', 'r0/mul', 'r0/fan-out', 'r1/tanh']);
      }
    },
  );

  it.skipIf(skipWithoutBubblewrap)(
    'drafts a setup for what a Python project needs',
    { timeout: 120_000 },
    async () => {
      const at = holding({
        'pyproject.toml': `[project]\ndependencies = ["numpy>=2", "scipy[all]; python_version < '4'"]\n\n[tool.x]\n`,
        'engine.py': 'import numpy as np\n\nanswer = np.float64(42)\n',
      });
      const found = await described(at);
      expect(found).toMatchObject({ entry: 'engine.py', shape: 'unknown', check: null, code: 1 });
      const { setup } = JSON.parse(readFileSync(join(at.dir, 'vibegrad.config.json'), 'utf8'));
      expect(setup.from).toEqual(['pyproject.toml']);
      expect(setup.run).toEqual([
        expect.stringContaining(
          String.raw`--target site-packages 'numpy>=2' 'scipy[all]; python_version < '\''4'\'''`,
        ),
      ]);
    },
  );

  it('writes over nothing, and needs a module', async () => {
    const at = holding({ 'index.ts': SCALAR, 'vibegrad.adapter.ts': 'mine' });
    expect((await vibegrad(at, ['init', '--here'])).code).toBe(2);
    expect(readFileSync(join(at.dir, 'vibegrad.adapter.ts'), 'utf8')).toBe('mine');
    const configured = holding({ 'index.ts': SCALAR, 'vibegrad.config.json': '{}' });
    expect((await vibegrad(configured, ['init', '--here'])).stderr).toContain(
      'vibegrad.config.json is there already',
    );
    for (const path of ['nowhere', 'index.ts']) {
      const ran = await vibegrad(at, ['init', '--here', path]);
      expect([ran.code, ran.stderr]).toEqual([2, expect.stringContaining(`${path} is no folder.`)]);
    }
    // A file where a folder could be.
    const empty = await vibegrad(holding({ src: '', engine: '' }), ['init', '--here']);
    expect([empty.code, empty.stderr]).toEqual([
      2,
      expect.stringContaining('no module that an engine could be'),
    ]);
  });
});
