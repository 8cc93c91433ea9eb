import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { desk, vibegrad } from './vibegrad.ts';

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

it('a rule is tried without what only configs, other commands and models need', async () => {
  const loaded = await loadedBy(['try', 'tanh', '1 - y*y']);
  expect(loaded.filter((url) => url.includes('/agent/judge/quick.ts'))).toHaveLength(1);
  expect(loaded.filter((url) => /node_modules\/(?!commander\/|acorn\/)/.test(url))).toEqual([]);
});
