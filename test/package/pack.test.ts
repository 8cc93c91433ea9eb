import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { leastNode, nodeAt, npm, pack, type Ran, registryAnswers, run } from './installed.ts';

const folder = mkdtempSync(join(tmpdir(), 'vibegrad-pack-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const online = process.env.VIBEGRAD_REQUIRE_ALL === '1' || (await registryAnswers());
const unlessOffline = online ? '' : ' (skipped: the package registry does not answer)';

let files: readonly string[];
let tarball: string;

beforeAll(async () => {
  ({ files, tarball } = await pack(folder));
}, 180_000);

it('the package holds what runs and what is read, and nothing else', () => {
  const kinds = [
    /^(?:package\.json|README\.md|LICENSE|ARCHITECTURE\.md|SECURITY\.md|bin\/vibegrad\.mjs)$/,
    /^dist\/judge-digest\.json$/,
    /^dist\/(?:agent|engine)\/.*\.(?:js|d\.ts|json)$/,
    /^engine\/(?:seed|known-good)\/\w+\.ts$/,
    /^agent\/audit\/against\/\w+\.py$/,
    /^python\/vibegrad\/(?:oracle\/\w+|version)\.py$/,
    /^prompts\/.*\.md$/,
    /^schemas\/vibegrad\.config\.schema\.json$/,
    /^docs\/engine\/\w+\.md$/,
    /^sessions\//,
  ];
  expect(files.filter((file) => !kinds.some((kind) => kind.test(file)))).toEqual([]);
  expect(files).toContain('dist/agent/cli/main.js');
  expect(files).toContain('dist/judge-digest.json');
  expect(files).toContain('engine/seed/engine.ts');
  expect(files).toContain('prompts/propose.md');
  expect(files).toContain('python/vibegrad/oracle/candidate.py');
});

describe.skipIf(!online)(`the installed package${unlessOffline}`, () => {
  const installed = join(folder, 'empty');

  beforeAll(async () => {
    mkdirSync(installed);
    await npm(['install', '--prefer-offline', tarball], installed);
  }, 300_000);

  describe.each([
    ['the Node of the checkout', async () => process.execPath],
    [`Node ${leastNode()}, the least that is stated`, () => nodeAt(leastNode())],
  ])('under %s', (_, find) => {
    let node: string;
    let engine: string;
    let vibegrad: (args: readonly string[], cwd?: string) => Promise<Ran>;

    beforeAll(async () => {
      node = await find();
      const own = mkdtempSync(join(installed, 'engines-'));
      engine = join(own, 'mine');
      const env = { VIBEGRAD_HOME: join(own, 'home') };
      vibegrad = (args, cwd = own) => run('npx', ['--no', '--', 'vibegrad', ...args], cwd, { node, env });
    }, 300_000);

    it('says its version', async () => {
      expect(await vibegrad(['--version'])).toMatchObject({
        code: 0,
        stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/),
      });
    });

    it('makes an engine, improves it, and replays what happened', async () => {
      expect(await vibegrad(['init', 'mine'])).toMatchObject({ code: 0 });
      const improved = await vibegrad(
        ['improve', '--model', 'embedded', '--goal', 'r1/neg', '--auto'],
        engine,
      );
      expect(improved).toMatchObject({ code: 0, stdout: expect.stringContaining('✓ r1/neg') });
      const replayed = await vibegrad(['replay', '--level', 'verdict', 'last'], engine);
      expect(replayed).toMatchObject({
        code: 0,
        stdout: expect.stringContaining('1 of 1 verdicts the same'),
      });
    }, 120_000);

    it('judges a typed rule', async () => {
      expect(await vibegrad(['try', 'tanh', '1 - y*y'])).toMatchObject({ code: 0 });
      expect(await vibegrad(['try', 'tanh', '1 - y'])).toMatchObject({
        code: 1,
        stdout: expect.stringContaining('expected'),
      });
    }, 60_000);

    it('audits its judge, and says that its own sources are not there to be mutated', async () => {
      const some = ['audit', '--class', 'complex step inside', '--draws', '1'];
      expect(await vibegrad(some)).toMatchObject({
        code: 0,
        stdout: expect.stringContaining('4 of 4 planted mutants killed'),
      });
      expect(await vibegrad([...some, '--automatic'])).toMatchObject({ code: 5 });
    }, 60_000);

    it('is imported by a program', async () => {
      const program = `
        import { grad, ops } from 'vibegrad/engine';
        import { check } from 'vibegrad/judge';
        import { goalsSchema } from 'vibegrad/schemas';
        const { ok, reasons } = await check(process.argv[2]);
        console.log(JSON.stringify([ok, reasons, grad((x) => ops.mul(x, x))(3), typeof goalsSchema.parse]));`;
      writeFileSync(join(installed, 'use.mjs'), program);
      const seed = join(installed, 'node_modules', 'vibegrad', 'engine', 'seed');
      const { stdout, stderr } = await run(node, ['use.mjs', seed], installed, { node });
      expect([stdout.trim(), stderr]).toEqual(['[true,[],[6],"function"]', '']);
    }, 60_000);
  });

  it('prints documents that its own schemas accept', async () => {
    const program = `
      import { execFileSync } from 'node:child_process';
      import * as schemas from 'vibegrad/schemas';
      for (const name of ['goals', 'check', 'list', 'doctor', 'clean']) {
        const args = ['node_modules/vibegrad/bin/vibegrad.mjs', name, '--json'];
        if (name === 'goals' || name === 'check') args.push('node_modules/vibegrad/engine/seed');
        const document = JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8' }));
        const { success } = schemas[name + 'Schema'].safeParse(document);
        const strange = schemas[name + 'Schema'].safeParse({ ...document, [Object.keys(document)[0]]: Symbol() });
        console.log(name, success, strange.success);
      }`;
    writeFileSync(join(installed, 'read.mjs'), program);
    const env = { VIBEGRAD_HOME: join(installed, 'reading') };
    const { stdout, stderr } = await run(process.execPath, ['read.mjs'], installed, { env });
    expect([stdout, stderr]).toEqual([
      ['goals', 'check', 'list', 'doctor', 'clean'].map((name) => `${name} true false\n`).join(''),
      '',
    ]);
  }, 60_000);

  describe('a receipt', () => {
    const root = join(import.meta.dirname, '..', '..');
    const checkout = join(root, 'bin', 'vibegrad.mjs');
    const place = join(installed, 'node_modules', 'vibegrad');
    const own = join(place, 'bin', 'vibegrad.mjs');
    const env = { VIBEGRAD_HOME: join(folder, 'receipts') };
    const vibegrad = (bin: string, ...args: string[]): Promise<Ran> =>
      run(process.execPath, [bin, ...args], folder, { env });

    it.each([
      ['of the checkout is recomputed by the package', checkout, own],
      ['of the package is recomputed by the checkout', own, checkout],
    ])(
      '%s, as by the same judge',
      async (_, maker, verifier) => {
        const receipt = join(mkdtempSync(join(folder, 'receipt-')), 'receipt.json');
        const made = await vibegrad(maker, 'check', join(root, 'engine', 'seed'), '--receipt', receipt);
        expect(made, made.stderr).toMatchObject({ code: 0 });
        const verified = await vibegrad(verifier, 'verify', receipt, '--json');
        expect(verified, verified.stderr).toMatchObject({ code: 0 });
        expect(JSON.parse(verified.stdout)).toMatchObject({ class: 'bit-equal', verdictSame: true });
      },
      60_000,
    );

    it('of the checkout is another judge’s to a package that was changed since it was built', async () => {
      const receipt = join(folder, 'receipt.json');
      expect(
        await vibegrad(checkout, 'check', join(root, 'engine', 'seed'), '--receipt', receipt),
      ).toMatchObject({ code: 0 });
      const file = join(place, 'dist', 'agent', 'judge', 'limits.js');
      const text = readFileSync(file, 'utf8');
      try {
        appendFileSync(file, '// Changed.\n');
        const verified = await vibegrad(own, 'verify', receipt, '--json');
        expect(verified, verified.stderr).toMatchObject({ code: 4 });
        expect(JSON.parse(verified.stdout)).toMatchObject({ class: 'judge changed' });
      } finally {
        writeFileSync(file, text);
      }
    }, 60_000);
  });

  it('has types that a strict compiler takes without anything else installed', async () => {
    const program = `
      import { array, grad, hvp, jit, ops, type Engine, type Value } from 'vibegrad/engine';
      import { visualise } from 'vibegrad/engine/visualise';
      import { check, type Checked } from 'vibegrad/judge';
      import { type CheckDocument, checkSchema } from 'vibegrad/schemas';
      const f = (x: Value): Value => ops.sum(ops.sin(ops.mul(x, x)));
      export const slope: Value = jit(grad(f))(array([1, 2]))[0];
      export const bent: readonly Value[] = hvp(f, [2], [1]);
      export const drawn: string = visualise(f)(2);
      export const own = (engine: Engine): Engine['grad'] => engine.grad;
      export const result: Promise<Checked> = check({ path: '.', goals: ['r1/neg'] });
      export const read = (text: string): CheckDocument => checkSchema.parse(JSON.parse(text));
      // @ts-expect-error A path is a string.
      check({ path: 1 });`;
    writeFileSync(join(installed, 'use.mts'), program);
    const flags = ['--noEmit', '--strict', '--module', 'nodenext', '--target', 'es2024', '--types', ''];
    expect(await run('npx', ['--no', '--', 'tsc', ...flags, 'use.mts'], installed)).toMatchObject({
      code: 0,
      stdout: '',
    });
  }, 60_000);
});
