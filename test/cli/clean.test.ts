import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { cleanSchema } from '../../agent/actions/schemas.ts';
import { desk, jsonOf, newestSession, vibegrad, workspaceOn } from './vibegrad.ts';

it('clean says where what it may remove lies and how big it is, removes it when told, and keeps sessions', {
  timeout: 60_000,
}, async () => {
  const at = desk();
  const repo = await workspaceOn(at);
  const learn = ['improve', '--auto', '--model', 'embedded', '--goal', 'r1/neg'];
  expect(await vibegrad(at, learn, { cwd: repo })).toMatchObject({ code: 0 });

  const shown = await vibegrad(at, ['clean']);
  expect(shown.stdout).toMatch(/^there +cache +\d+\.\d MB +\S+$/m);
  expect(shown.stdout).toContain('vibegrad clean --remove removes them');
  const { found, removed } = cleanSchema.parse(jsonOf(await vibegrad(at, ['clean', '--json'])));
  expect(found.every(({ path, bytes }) => existsSync(path) && bytes > 0)).toBe(true);
  expect(removed).toEqual([]);

  const cleaned = await vibegrad(at, ['clean', '--remove']);
  expect(cleaned.stdout).toMatch(/^removed +cache/m);
  expect(cleaned.stdout).not.toContain('there');
  expect(existsSync(join(newestSession(at).dir, 'journal.jsonl'))).toBe(true);
  expect(await vibegrad(at, ['replay'])).toMatchObject({ code: 0 });
});
