import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { z } from 'zod';
import * as schemas from '../../agent/actions/schemas.ts';
import { type Desk, desk, jsonOf, vibegrad, workspaceOn } from './vibegrad.ts';

describe('--json prints one document that its exported schema accepts', () => {
  let at: Desk;
  let repo: string;
  beforeAll(async () => {
    at = desk({}, afterAll);
    repo = await workspaceOn(at);
    const learn = ['improve', '--auto', '--model', 'embedded', '--goal', 'r1/neg'];
    expect(await vibegrad(at, learn, { cwd: repo })).toMatchObject({ code: 0 });
    writeFileSync(join(repo, 'chat.md'), '## Q\n\nWhy?\n\n## A\n\nSo:\n\n```ts\nconsole.log(1);\n```\n');
  }, 120_000);

  const cases: readonly (readonly [readonly string[], z.ZodType, number])[] = [
    [['list'], schemas.listSchema, 0],
    [['show'], schemas.showSchema, 0],
    [['kinds'], schemas.kindsSchema, 0],
    [['observe'], schemas.observeSchema, 0],
    [['goals'], schemas.goalsSchema, 0],
    [['check'], schemas.checkSchema, 0],
    [['audit', '--class', 'complex step inside', '--draws', '1'], schemas.auditSchema, 0],
    [['check', '--goal', 'r1/neg'], schemas.checkSchema, 1],
    [['replay'], schemas.replaySchema, 0],
    [['replay', '--level', 'render'], schemas.replaySchema, 0],
    [['verify', 'last#1'], schemas.verifySchema, 0],
    [['verify', '--fresh', 'last#1'], schemas.verifySchema, 0],
    [['doctor'], schemas.doctorSchema, 0],
    [['review'], schemas.reviewSchema, 0],
    [['review', '--drop', '1'], schemas.reviewSchema, 0],
    [['review', '--undo'], schemas.reviewSchema, 0],
    [['finish'], schemas.finishSchema, 0],
    [['provenance'], schemas.provenanceSchema, 0],
    [['provenance', '--verify'], schemas.provenanceSchema, 0],
    [['clean'], schemas.cleanSchema, 0],
    [['clean', '--remove'], schemas.cleanSchema, 0],
    [['import', 'chat.md'], schemas.importSchema, 0],
    [['import', 'chat.md', '--run'], schemas.importSchema, 0],
    [['redteam', 'text/reference', 'reply/upwards'], schemas.redteamSchema, 0],
    [['try', 'neg', '-1'], schemas.trySchema, 0],
    [['try', 'neg', '1'], schemas.trySchema, 1],
    // Its value is no one call of Math: the goal's own meaning stands in.
    [['try', 'huber', 'where(x < -1, -1, where(x > 1, 1, x))'], schemas.trySchema, 0],
    // Last: from here on the repository says itself what it is.
    [['init', '--here'], schemas.initHereSchema, 0],
  ];
  it.each(cases)('%j', { timeout: 60_000 }, async (args, schema, code) => {
    const ran = await vibegrad(at, [...args, '--json'], { cwd: repo });
    expect(ran, ran.stderr).toMatchObject({ code, stderr: '' });
    const document = jsonOf(ran);
    // Nothing but what is documented: an object that knows no other keys would have dropped them.
    expect(schema.parse(document)).toEqual(document);
  });

  it('is tried of every command that has it', { timeout: 60_000 }, async () => {
    const help = (await vibegrad(at, ['--help'])).stdout;
    const commands = [...help.matchAll(/^ {2}([a-z]+) /gm)].map((match) => match[1] ?? '');
    const reporting: string[] = [];
    for (const command of commands) {
      const own = await vibegrad(at, [command, '--help']);
      if (own.stdout.includes('--json')) reporting.push(command);
    }
    expect(reporting).toContain('clean');
    expect(new Set(reporting)).toEqual(new Set(cases.map(([[command]]) => command)));
  });

  it('also where something is damaged', { timeout: 60_000 }, async () => {
    const file = join(at.dir, 'receipt.json');
    writeFileSync(file, '{}');
    const ran = await vibegrad(at, ['verify', file, '--json']);
    expect([2, 6]).toContain(ran.code);
    const document = jsonOf(ran);
    const parsed = [schemas.verifySchema, schemas.errorSchema].some((one) => one.safeParse(document).success);
    expect(parsed).toBe(true);
  });
});
