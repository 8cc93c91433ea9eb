import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { desk, vibegrad, workspaceOn } from './vibegrad.ts';

/** The files that a command loads as modules. */
async function loadedBy(args: readonly string[]): Promise<string[]> {
  const at = desk({}, onTestFinished);
  const [hook, log] = [join(at.dir, 'hook.mjs'), join(at.dir, 'loaded')];
  writeFileSync(
    hook,
    `import { appendFileSync } from 'node:fs';
    import { registerHooks } from 'node:module';
    const load = (url, context, next) => {
      appendFileSync(${JSON.stringify(log)}, url + '\\n');
      return next(url, context);
    };
    registerHooks({ load });`,
  );
  const env = { NODE_OPTIONS: `--import=${hook}` };
  expect(await vibegrad(at, args, { env })).toMatchObject({ code: 0 });
  return readFileSync(log, 'utf8').split('\n');
}

/** What `try` prints, with the figures left out that differ from draw to draw and from run to run. */
const steady = (stdout: string) => stdout.replace(/, worst \S+ ulp/, '').replace(/, \S+ s$/m, '');

it('a rule is judged the same on an engine whose types were taken off before', async () => {
  const at = desk();
  const engine = await workspaceOn(at);
  const tries = [
    ['neg', '-1', 0],
    ['neg', '1', 1],
    ['huber', 'where(x < -1, -1, where(x > 1, 1, x))', 0],
  ] as const;
  const tryAll = async () => {
    const told: string[] = [];
    for (const [op, rule, code] of tries) {
      const ran = await vibegrad(at, ['try', op, rule], { cwd: engine });
      expect(ran).toMatchObject({ code, stderr: '' });
      told.push(steady(ran.stdout));
    }
    return told;
  };
  const first = await tryAll();
  expect(await tryAll()).toEqual(first);
  // What was kept belongs to the text that it was made of.
  const file = join(engine, 'engine.ts');
  writeFileSync(file, readFileSync(file, 'utf8').replace('(a, b) => a * b', '(a, b) => a / b'));
  expect(await vibegrad(at, ['try', 'square', '2*x'], { cwd: engine })).toMatchObject({ code: 2 });
}, 60_000);

it('a rule is tried without what only configs, other commands and models need', async () => {
  const loaded = await loadedBy(['try', 'tanh', '1 - y*y']);
  expect(loaded.filter((url) => url.includes('/agent/judge/quick.ts'))).toHaveLength(1);
  expect(loaded.filter((url) => /node_modules\/(?!commander\/|acorn\/)/.test(url))).toEqual([]);
});
