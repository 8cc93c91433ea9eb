import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { check, type FrozenFile, verifyReceipt } from '../../agent/judge/public.ts';
import { bubblewrapLayer } from '../../agent/judge/sandbox/index.ts';
import { cleanWorkspaces } from '../../agent/workspace/index.ts';
import { file } from './engines.ts';

const home = mkdtempSync(join(tmpdir(), 'vibegrad-home-'));
process.env.VIBEGRAD_HOME = home;
afterAll(() => rm(home, { recursive: true, force: true }));

const example = join(import.meta.dirname, '../../examples/tape');

/** The example's files, some of them changed. */
function tape(changes: Readonly<Record<string, (text: string) => string>> = {}): FrozenFile[] {
  const paths = readdirSync(example, { recursive: true, encoding: 'utf8' }).filter((path) =>
    /\.(ts|json)$/.test(path),
  );
  return paths.map((path) => {
    const text = readFileSync(join(example, path), 'utf8');
    return file(path, changes[path]?.(text) ?? text);
  });
}

const RULES = 'src/rules.ts';
const CONFIG = 'vibegrad.config.json';
const settings = (change: object) => (text: string) => JSON.stringify({ ...JSON.parse(text), ...change });
const untested = settings({ tests: undefined });
const met = ({ goals }: Awaited<ReturnType<typeof check>>) =>
  goals.filter((goal) => goal.state === 'met').map((goal) => goal.id);

describe('an engine with an API of its own, behind an adapter', () => {
  it('is right, in its folder, and its receipt recomputes', async () => {
    const result = await check(example);
    expect(result.reasons).toEqual([]);
    expect(met(result)).toContain('r1/tanh');
    expect(result.goals.every(({ id }) => /^r[01]\//.test(id))).toBe(true);
    expect(await verifyReceipt(result.receipt)).toMatchObject({ class: 'bit-equal' });
    expect(await verifyReceipt(result.receipt, { fresh: true })).toMatchObject({ verdictSame: true });
  });

  it('with a wrong rule planted in it is refused, and so is that receipt', async () => {
    const wrong = tape({ [CONFIG]: untested, [RULES]: (text) => text.replace('0.5 / y', '0.50001 / y') });
    const result = await check({ files: wrong });
    expect(result.ok).toBe(false);
    expect(result.reasons[0]).toMatch(/^r1\/sqrt\//);
    expect(await verifyReceipt(result.receipt)).toMatchObject({
      class: 'bit-equal',
      now: { accepted: false },
    });
  });

  it('is judged as its base says: config, adapter and tests of the base stay', async () => {
    const base = tape({ [CONFIG]: untested });
    for (const path of [CONFIG, 'vibegrad.adapter.ts', 'test/tape.test.ts']) {
      const changed = base.map((one) =>
        one.path === path ? { ...one, bytes: Buffer.from(`${one.bytes} `) } : one,
      );
      expect((await check({ files: changed, base })).reasons).toEqual([
        `${path} is pinned; its bytes must stay as they are.`,
      ]);
    }
    const without = base.filter(({ path }) => path !== CONFIG);
    expect((await check({ files: base, base: without })).reasons).toContain(
      `${CONFIG} is pinned, and the base does not hold it.`,
    );
    expect((await check({ files: without, base })).reasons).toEqual([
      `${CONFIG} is pinned and may not be removed.`,
    ]);
  });

  it('may pin what lies in a folder that may change', async () => {
    const config = { tests: undefined, editable: ['src/'], pinned: ['src/tape.ts'] };
    const base = tape({ [CONFIG]: settings(config) });
    const alone = await check({ files: base });
    expect(alone.reasons).toEqual([]);
    expect(await verifyReceipt(alone.receipt)).toMatchObject({ class: 'bit-equal' });
    const changed = tape({ [CONFIG]: settings(config), 'src/tape.ts': (text) => `${text}\n` });
    expect((await check({ files: changed, base })).reasons).toEqual([
      'src/tape.ts is pinned; its bytes must stay as they are.',
    ]);
  });

  it('names only what is there, or is told where it does not', async () => {
    const at = mkdtempSync(join(home, 'named-'));
    for (const { path, bytes } of tape()) {
      mkdirSync(dirname(join(at, path)), { recursive: true });
      writeFileSync(join(at, path), bytes);
    }
    const saying = (config: object): Promise<unknown> => {
      const text = JSON.stringify({
        adapter: 'vibegrad.adapter.ts',
        editable: ['src/'],
        goals: ['r0'],
        ...config,
      });
      writeFileSync(join(at, CONFIG), text.replace('[', '[\n'));
      return check(at);
    };
    await expect(saying({ editable: ['src/ruels.ts'] })).rejects.toThrow(
      `${CONFIG}:2:1: \`editable.0\` "src/ruels.ts" names no file that is there.`,
    );
    await expect(saying({ editable: ['src'] })).rejects.toMatchObject({
      message: `${CONFIG}:2:1: \`editable.0\` "src" is a folder.`,
      mend: 'Write it "src/".',
    });
    await expect(saying({ pinned: ['spec/'] })).rejects.toThrow('`pinned.0` "spec/" names no folder');
    expect(await saying({})).toMatchObject({ reasons: [] });
    await expect(check(join(at, 'src'))).rejects.toMatchObject({
      mend: expect.stringContaining(`lies in ${at}: `),
    });
  });

  it('is told what is thrown where a goal is met in part', async () => {
    const bent = tape({
      [CONFIG]: untested,
      'vibegrad.adapter.ts': (text) =>
        text.replace(
          '...args: Value[]): Value => {',
          "$& if (name === 'mul') throw new RangeError('too many');",
        ),
    });
    const { ok, goals } = await check({ files: bent });
    expect(goals.find(({ id }) => id === 'r0/add')).toMatchObject({
      state: 'partial',
      error: 'RangeError: too many',
    });
    expect([ok, goals.filter(({ state }) => state === 'met')]).toEqual([true, []]);
  });

  it('may import as compilers and bundlers do, without an ending or with .js', async () => {
    const bundled = tape({
      [CONFIG]: untested,
      'vibegrad.adapter.ts': (text) =>
        text.replace('./src/rules.ts', './src/rules').replace('tape.ts', 'tape.js'),
    });
    expect((await check({ files: bundled })).reasons).toEqual([]);
    const lost = tape({ [CONFIG]: untested, 'src/tape.ts': (text) => text.replace('./rules.ts', './ruels') });
    expect((await check({ files: lost })).reasons.join()).toContain(
      "src/tape.ts imports './ruels'; no module",
    );
    const packaged = tape({ [CONFIG]: untested, 'src/tape.ts': (text) => `import 'left-pad';\n${text}` });
    expect((await check({ files: packaged })).reasons.join()).toContain(
      "imports 'left-pad'; the base does not",
    );
  });
});

describe("a candidate that gets at the adapter's realm first gains nothing", () => {
  const wrong = (text: string): string => text.replace('0.5 / y', '1 / y');
  // Each runs before the adapter does, in its realm.
  const attacks: Readonly<Record<string, string>> = {
    'map, find and flatMap that answer for others': `
      Array.prototype.map = function () { return [...this].fill(0.5); };
      Array.prototype.find = () => undefined;
      Array.prototype.flatMap = () => [];`,
    'Object.fromEntries that hands out ops of its own': `
      Object.fromEntries = () => new Proxy({}, { get: () => () => 0, ownKeys: () => [], has: () => true });`,
    'instanceof that takes nothing for a variable': `
      Object.defineProperty(Function.prototype, Symbol.hasInstance, { value: () => false });`,
    'setters and getters on Object.prototype': `
      Object.defineProperty(Object.prototype, 'then', { get() { throw 1; } });
      Object.defineProperty(Object.prototype, 'value', { get: () => 0.5, set() {}, configurable: true });`,
    'numbers that compare as anything': `
      Number.prototype.valueOf = () => 0.5; Object.is = () => true; Number.isNaN = () => false;`,
    'Math that is right for whoever asks first': `
      const { sqrt } = Math; let asked = 0; Math.sqrt = (x) => (asked++ % 2 === 0 ? sqrt(x) : sqrt(x) / 2);`,
  };

  it.each(Object.entries(attacks))('%s', async (_, attack) => {
    const files = tape({ [CONFIG]: untested, [RULES]: (text) => `${wrong(text)}\n{${attack}\n}\n` });
    const result = await check({ files, base: tape({ [CONFIG]: untested }) });
    expect(result.ok).toBe(false);
    expect(met(result)).not.toContain('r1/sqrt');
  });
});

describe('dependencies come from the base', () => {
  // A package that a setup puts in place; as CommonJS, so that it needs esbuild to become a module.
  const half = "exports.half = process.env.NODE_ENV === 'production' ? 0.5 : NaN;";
  const setup = {
    run: ['mkdir -p node_modules/half', 'cp vendor/half.cjs node_modules/half/index.js'],
    from: ['vendor/half.cjs'],
  };
  const base = (config: object = {}, vendor = half): FrozenFile[] => [
    ...tape({
      [CONFIG]: settings({ tests: undefined, setup, ...config }),
      [RULES]: (text) => `import share from 'half';\n${text.replace('0.5 / y', 'share.half / y')}`,
    }),
    file('vendor/half.cjs', vendor),
  ];

  it('are installed once, linked as text, and named in the receipt, which recomputes without them', async () => {
    const result = await check({ files: base() });
    expect(result.reasons).toEqual([]);
    expect(met(result)).toContain('r1/sqrt');
    const { own } = result.receipt as { own: { setup: string; modules: { specifier: string }[] } };
    expect(own).toMatchObject({ compiler: 'strip', modules: [{ specifier: 'half' }] });
    expect(own.setup).toMatch(/^[0-9a-f]{64}$/);
    const { found } = await cleanWorkspaces({ cacheDir: join(home, 'cache') });
    expect(found.map(({ kind }) => kind)).toEqual(['environment']);
    await rm(join(home, 'cache'), { recursive: true });
    expect(await verifyReceipt(result.receipt)).toMatchObject({ class: 'bit-equal' });
  });

  it('cannot be changed by a candidate, nor added to', async () => {
    const vendored = base({}, half.replace('0.5', '0.7'));
    expect((await check({ files: vendored, base: base() })).reasons[0]).toContain(
      'vendor/half.cjs is pinned',
    );
    const more = base().map((one) =>
      one.path === RULES ? { ...one, bytes: Buffer.from(`import 'other';\n${one.bytes}`) } : one,
    );
    expect((await check({ files: more, base: base() })).reasons[0]).toContain(
      "imports 'other'; the base does not",
    );
  });

  it('a setup that fails says where and why', async () => {
    const failing = base({ setup: { ...setup, run: ['echo no such luck >&2; exit 3'] } });
    await expect(check({ files: failing })).rejects.toMatchObject({
      exit: 'usage',
      message: expect.stringContaining('no such luck'),
    });
  });

  it('TypeScript that type stripping cannot run goes through esbuild where the config says so', async () => {
    const modern = (text: string): string =>
      `enum Share { Half = 'half' }\nclass Part { constructor(readonly of: Share, readonly size = 0.5) {} }\n${text.replace('0.5 / y', 'new Part(Share.Half).size / y')}`;
    const files = (compiler: string) =>
      tape({ [CONFIG]: settings({ tests: undefined, compiler }), [RULES]: modern });
    expect((await check({ files: files('strip') })).reasons.join()).toMatch(
      /line 1: .*enum.*"compiler": "esbuild"/,
    );
    const broken = tape({
      [CONFIG]: settings({ tests: undefined, compiler: 'esbuild' }),
      [RULES]: (text) => `${modern(text)}\nconst = 3;`,
    });
    expect((await check({ files: broken })).reasons.join()).toMatch(
      /src\/rules\.ts does not parse: line \d\d+: Expected identifier/,
    );
    const result = await check({ files: files('esbuild') });
    expect(result.reasons).toEqual([]);
    expect(met(result)).toContain('r1/sqrt');
    expect(await verifyReceipt(result.receipt)).toMatchObject({ class: 'bit-equal' });
  });
});

const { on: boxed } = await bubblewrapLayer();

describe.skipIf(!boxed)("a repository's own tests", () => {
  const failing = { 'test/tape.test.ts': (text: string) => text.replace('4 * Math.cos(4)', '4') };

  it('refuse what they find, and are told', async () => {
    const result = await check({ files: tape(failing) });
    expect(result).toMatchObject({ ok: false, tests: { result: 'failed' } });
    expect(result.reasons).toHaveLength(1);
    expect(result.reasons[0]).toContain("The repository's own tests fail");
    expect(await verifyReceipt(result.receipt)).toMatchObject({
      class: 'bit-equal',
      now: { accepted: false },
    });
  });

  it('accept nothing: a wrong rule stays wrong whatever they say, and they are not asked', async () => {
    const result = await check({ files: tape({ [RULES]: (text) => text.replace('0.5 / y', '1 / y') }) });
    expect(result.ok).toBe(false);
    expect(result.tests).toBeUndefined();
  });

  it('run nowhere but inside bubblewrap', async () => {
    process.env.VIBEGRAD_NO_BWRAP = '1';
    try {
      expect((await check({ files: tape(failing) })).tests).toEqual({
        result: 'not run',
        why: 'needs bubblewrap',
      });
    } finally {
      delete process.env.VIBEGRAD_NO_BWRAP;
    }
  });

  it('reach no network, no file of the user, and leave nothing behind', async () => {
    const leak = join(tmpdir(), `vibegrad-leak-${process.pid}`);
    const nosy = `
import { existsSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
test('nosy', async () => {
  try { writeFileSync(${JSON.stringify(leak)}, 'x'); } catch {}
  assert.equal(existsSync(${JSON.stringify(import.meta.filename)}), false);
  assert.deepEqual(Object.keys(process.env).filter((name) => /KEY|TOKEN|VIBEGRAD/.test(name)), []);
  await assert.rejects(new Promise((done, failed) => connect(80, '1.1.1.1').on('connect', done).on('error', failed)));
});`;
    const result = await check({ files: tape({ 'test/tape.test.ts': (text) => text + nosy }) });
    expect(result).toMatchObject({ reasons: [], tests: { result: 'passed' } });
    expect(existsSync(leak)).toBe(false);
  });
});
