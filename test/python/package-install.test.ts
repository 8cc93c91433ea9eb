import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { missing, python, run, source } from './pytest.ts';

const PATIENCE = 300_000;
const readme = readFileSync(join(source, 'README.md'), 'utf8');
const blocks = [...readme.matchAll(/```python\n(.*?)```/gs)].map((match) => match[1] ?? '');

/** Where everything is started: a folder that holds no module that could stand in for another. */
const empty = mkdtempSync(join(tmpdir(), 'vibegrad-empty-'));
afterAll(() => rmSync(empty, { recursive: true, force: true }));

async function said(command: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<string> {
  const ran = await run(command, args, { cwd: empty, env });
  expect(ran.code, ran.said).toBe(0);
  return ran.said;
}

it('the package has the version of package.json', () => {
  const { version } = JSON.parse(readFileSync(join(source, '..', 'package.json'), 'utf8')) as {
    version: string;
  };
  expect(readFileSync(join(source, 'vibegrad', 'version.py'), 'utf8')).toContain(`VERSION = "${version}"`);
});

describe.skipIf(missing)('the package in an empty environment, offline', () => {
  let folder = '';
  let installed = '';
  /** PyTorch, JAX and pytest of the tests' own environment; the package is not among them. */
  let libraries: NodeJS.ProcessEnv = {};

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'vibegrad-wheel-'));
    // Building leaves files beside the sources.
    cpSync(source, join(folder, 'python'), { recursive: true });
    const wheels = join(folder, 'wheels');
    const offline = ['--no-deps', '--no-index', '--disable-pip-version-check', '--quiet'];
    const build = ['wheel', '--no-build-isolation', ...offline, '-w', wheels, join(folder, 'python')];
    await said(python, ['-m', 'pip', ...build]);
    const [wheel = ''] = readdirSync(wheels);
    await said(python, ['-m', 'venv', join(folder, 'venv')]);
    installed = join(folder, 'venv', 'bin', 'python');
    await said(installed, ['-m', 'pip', 'install', ...offline, join(wheels, wheel)]);
    const where = await said(python, ['-c', 'import sysconfig; print(sysconfig.get_path("platlib"))']);
    libraries = { PYTHONPATH: where.trim() };
  }, PATIENCE);

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('imports without any of the libraries that it checks', { timeout: PATIENCE }, async () => {
    const names =
      'import sys; sys.modules["torch"] = sys.modules["jax"] = None; import vibegrad; print(vibegrad.__version__)';
    expect(await said(installed, ['-c', names], libraries)).toMatch(/^\d+\.\d+\.\d+\n/);
  });

  it("runs the README's example", { timeout: PATIENCE }, async () => {
    const example = join(folder, 'example.py');
    writeFileSync(example, blocks[0] ?? '');
    expect(await said(installed, ['-W', 'ignore', example], libraries)).toMatch(
      /^Softplus\.apply \(torch, float64, cpu\): all \d+ checks hold/,
    );
  });

  it("runs the README's test with the plugin that it brings", { timeout: PATIENCE }, async () => {
    const test = join(folder, 'test_readme.py');
    writeFileSync(test, blocks[1] ?? '');
    const printed = await said(installed, ['-m', 'pytest', '-q', '-p', 'no:cacheprovider', test], libraries);
    expect(printed).toContain('1 passed');
    expect(printed).toContain('vibegrad: 1 checks of ops, 0 failed');
  });

  it('holds its types and no tests', { timeout: PATIENCE }, async () => {
    const list = 'import importlib.metadata as m; print("\\n".join(str(f) for f in m.files("vibegrad")))';
    const files = (await said(installed, ['-c', list])).split('\n');
    expect(files).toContain('vibegrad/py.typed');
    expect(files.filter((file) => file.startsWith('tests') || file.startsWith('bench'))).toEqual([]);
  });
});
