import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { desk, expectPlainFailure, vibegrad, workspaceOn } from './vibegrad.ts';

it.each([
  [
    'does not parse',
    (text: string) => `${text}\nconst = ;\n`,
    /The engine itself fails.*engine\.ts does not parse/,
  ],
  [
    'has a wrong mul',
    (text: string) => text.replace('(a, b) => a * b', '(a, b) => a / b'),
    /itself fails.*r0\/\w+\//,
  ],
])('a right rule is not blamed for an engine that %s', { timeout: 60_000 }, async (_, change, says) => {
  const at = desk();
  const cwd = await workspaceOn(at);
  const file = join(cwd, 'engine.ts');
  const whole = readFileSync(file, 'utf8');
  writeFileSync(file, change(whole));
  expectPlainFailure(await vibegrad(at, ['try', 'square', '2*x'], { cwd }), 2, says);
  // A wrong rule on a right engine stays the rule's own fault.
  writeFileSync(file, whole);
  expect(await vibegrad(at, ['try', 'square', '3*x'], { cwd })).toMatchObject({ code: 1, stderr: '' });
});
