import { existsSync, mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { check, type FrozenFile, verifyReceipt } from '../../agent/judge/public.ts';
import { missing, python } from '../python/pytest.ts';
import { file } from './engines.ts';
import { skipWithoutBubblewrap } from './oracle-setup.ts';

const home = mkdtempSync(join(tmpdir(), 'vibegrad-home-'));
process.env.VIBEGRAD_HOME = home;
afterAll(() => rm(home, { recursive: true, force: true }));

const PATIENCE = 600_000;
const CONFIG = 'vibegrad.config.json';

type Checked = Awaited<ReturnType<typeof check>>;
const inState = ({ goals }: Checked, state: string): string[] =>
  goals.filter((goal) => goal.state === state).map((goal) => goal.id);

/** An engine of dual numbers in the standard library's Python alone: it needs no setup. */
const DUAL = `
import math

class Dual:
    def __init__(self, value, slope):
        self.value, self.slope = value, slope

def lift(x):
    return x if isinstance(x, Dual) else Dual(x, 0.0)

def times(slope, by):
    return 0.0 if slope == 0 else slope * by

def add(a, b):
    a, b = lift(a), lift(b)
    return Dual(a.value + b.value, a.slope + b.slope)

def mul(a, b):
    a, b = lift(a), lift(b)
    return Dual(a.value * b.value, times(a.slope, b.value) + times(b.slope, a.value))

def tanh(x):
    x = lift(x)
    y = math.tanh(x.value)
    return Dual(y, x.slope * (1 - y * y))
`;
const ADAPTER = `
from duals.core import Dual, add, mul, tanh

def op(apply):
    def applied(*xs):
        y = apply(*xs)
        return y if any(isinstance(x, Dual) for x in xs) else y.value
    return applied

ops = {"add": op(add), "mul": op(mul), "tanh": op(tanh)}

def primal(x):
    return x.value if isinstance(x, Dual) else x

def grad(f):
    def slope(xs, i):
        y = f(*[Dual(x, 1.0) if i == j else x for j, x in enumerate(xs)])
        return y.slope if isinstance(y, Dual) else 0.0
    return lambda *xs: [slope(xs, i) for i in range(len(xs))]
`;
const settings = {
  language: 'python',
  adapter: 'adapter.py',
  editable: ['src/'],
  goals: ['r0/add', 'r0/mul', 'r1/tanh'],
};

/** The engine of dual numbers, its core changed. */
function duals(change: (text: string) => string = (text) => text, more: object = {}): FrozenFile[] {
  return [
    file(CONFIG, JSON.stringify({ ...settings, ...more })),
    file('adapter.py', ADAPTER),
    file('src/duals/core.py', change(DUAL)),
  ];
}

describe.skipIf(skipWithoutBubblewrap)('an engine in Python, without a library', () => {
  it('is right, and its receipt recomputes', async () => {
    const result = await check({ files: duals() });
    expect(result.reasons).toEqual([]);
    expect(inState(result, 'met')).toEqual(['r0/add', 'r0/mul', 'r1/tanh']);
    const { own, sandbox } = result.receipt as {
      own: object;
      sandbox: { name: string; on: boolean }[];
    };
    expect(own).toMatchObject({ python: expect.stringMatching(/^3\.\d+\.\d+$/), setup: null, modules: [] });
    expect(sandbox.map(({ name }) => name)).toContain('system calls');
    expect(await verifyReceipt(result.receipt)).toMatchObject({ class: 'bit-equal' });
    expect(await verifyReceipt(result.receipt, { fresh: true })).toMatchObject({ verdictSame: true });
  });

  const wrong: Readonly<Record<string, readonly [edit: (text: string) => string, reason: RegExp]>> = {
    'a rule that is off by 0.05 %': [
      (text) => text.replace('(1 - y * y)', '(1 - y * y) * 1.0005'),
      /^r1\/tanh\/grad: /,
    ],
    'finite differences in place of a rule': [
      (text) => text.replace('(1 - y * y)', '(math.tanh(x.value + 1e-6) - y) / 1e-6'),
      /^r1\/tanh\/grad: /,
    ],
    'an answer that changes from call to call': [
      (text) =>
        `calls = []\n${text}`
          .replace('y = math.tanh', 'calls.append(0)\n    y = math.tanh')
          .replace('(1 - y * y)', '(1 - y * y) * (1 + 1e-16 * (len(calls) % 9))'),
      /^r1\/tanh\/repeat: |same/,
    ],
    'a module that does not parse': [(text) => `${text}\ndef (`, /does not load: SyntaxError/],
    'a module that ends the process': [
      (text) => `import os\nos._exit(0)\n${text}`,
      /process failed \(exit\)/,
    ],
    'a library of the user’s': [(text) => `import numpy\n${text}`, /does not load: ModuleNotFoundError/],
  };
  it.each(Object.entries(wrong))('is refused for %s', async (_, [edit, reason]) => {
    const result = await check({ files: duals(edit), base: duals() });
    expect(result.ok).toBe(false);
    expect(result.reasons[0]).toMatch(reason);
  });

  it('is judged as its base says', async () => {
    const base = duals();
    const adapted = base.map((one) =>
      one.path === 'adapter.py' ? file(one.path, `${ADAPTER}\n# mine\n`) : one,
    );
    expect((await check({ files: adapted, base })).reasons).toEqual([
      'adapter.py is pinned; its bytes must stay as they are.',
    ]);
    const data = [...base, file('src/duals/data.txt', 'x')];
    expect((await check({ files: data, base })).reasons).toEqual([
      'src/duals/data.txt was added; an engine is made of modules.',
    ]);
  });

  it('runs nowhere but inside bubblewrap', async () => {
    process.env.VIBEGRAD_NO_BWRAP = '1';
    try {
      await expect(check({ files: duals() })).rejects.toMatchObject({
        exit: 'missing',
        message: 'A Python engine needs bubblewrap: nothing else holds Python.',
      });
    } finally {
      delete process.env.VIBEGRAD_NO_BWRAP;
    }
  });

  it('its own tests refuse, and see the engine and its packages', async () => {
    const setup = { run: ['mkdir -p site-packages', 'cp half.py site-packages/'], from: ['half.py'] };
    const files = (share: string): FrozenFile[] => [
      ...duals((text) => `from half import HALF\n${text}`, {
        setup,
        tests:
          'PYTHONPATH=$PYTHONPATH:src python3 -c "import half; from duals.core import tanh; assert half.HALF == 0.5"',
      }),
      file('half.py', `HALF = ${share}\n`),
    ];
    const passed = await check({ files: files('0.5') });
    expect(passed).toMatchObject({ reasons: [], tests: { result: 'passed' } });
    const failed = await check({ files: files('0.7') });
    expect(failed).toMatchObject({ ok: false, tests: { result: 'failed' } });
    // What was installed is hashed into the receipt, and stands in no receipt itself.
    const { own } = passed.receipt as { own: { setup: string } };
    expect(own.setup).toMatch(/^[0-9a-f]{64}$/);
    expect(await verifyReceipt(passed.receipt)).toMatchObject({ class: 'bit-equal' });
    await rm(join(home, 'cache'), { recursive: true });
    await expect(verifyReceipt(passed.receipt)).rejects.toMatchObject({ exit: 'missing' });
  });
});

/** What `examples/autograd` is known to answer wrongly, as its README says. */
const FINDINGS = ['r1/abs', 'r2/logaddexp', 'r2/sinc', 'r4/logsumexp'];
const PARTIAL = ['r3/jvp'];

describe.skipIf(missing || skipWithoutBubblewrap)('the autograd package, in examples/autograd', () => {
  const example = join(import.meta.dirname, '../../examples/autograd');
  /** The packages that its requirements name, from the tests' own Python: no test needs the network. */
  const installed = join(python, '..', '..', 'lib');
  const [version = ''] = existsSync(installed) ? readdirSync(installed) : [];
  const packages = ['autograd', 'numpy', 'numpy.libs', 'scipy', 'scipy.libs'];
  const copies = packages.map((name) => join(installed, version, 'site-packages', name));

  function autograd(changes: Readonly<Record<string, (text: string) => string>> = {}): FrozenFile[] {
    const paths = readdirSync(example, { recursive: true, encoding: 'utf8' }).filter(
      (path) => /\.(py|json|txt)$/.test(path) && !path.includes('site-packages'),
    );
    return paths.map((path) => {
      const text = readFileSync(join(example, path), 'utf8');
      return file(path, (changes[path] ?? (path === CONFIG ? offline : String))(text));
    });
  }
  const offline = (text: string, more: object = {}): string => {
    const config = JSON.parse(text);
    return JSON.stringify({
      ...config,
      ...more,
      setup: {
        ...config.setup,
        run: ['mkdir site-packages', ...copies.map((from) => `cp -RL ${from} site-packages/`)],
      },
    });
  };

  it('answers what it is known to answer wrongly, and all else rightly', { timeout: PATIENCE }, async () => {
    const result = await check({ files: autograd() });
    expect(inState(result, 'wrong')).toEqual(FINDINGS);
    expect(inState(result, 'partial')).toEqual(PARTIAL);
    expect(inState(result, 'met').length).toBeGreaterThan(45);
    const readme = readFileSync(join(example, 'README.md'), 'utf8');
    const told = [...readme.matchAll(/^\| `(r\d\/\w+)`/gm)].map((match) => match[1]);
    expect(told).toEqual(FINDINGS);
  });

  it('a rule planted in it is refused, and a right one is not', { timeout: PATIENCE }, async () => {
    const fewer = { [CONFIG]: (text: string) => offline(text, { goals: ['r0', 'r1/cbrt', 'r1/abs'] }) };
    const base = autograd(fewer);
    const path = 'engine/operations.py';
    const planted = autograd({
      ...fewer,
      [path]: (text) => text.replace('3 * y * y', '3 * y'),
    });
    const wrong = await check({ files: planted, base });
    expect(wrong.reasons.join('\n')).toMatch(/r1\/cbrt/);
    const mended = autograd({
      ...fewer,
      [path]: (text) => text.replace('"abs": np.abs,', '"abs": lambda x: np.where(x < 0, -1.0, 1.0) * x,'),
    });
    const right = await check({ files: mended, base, goals: ['r1/abs'] });
    expect(inState(right, 'wrong')).not.toContain('r1/abs');
  });
});
