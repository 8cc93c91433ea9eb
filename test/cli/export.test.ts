import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { desk, expectPlainFailure, vibegrad, workspaceOn } from './vibegrad.ts';

const patient = { timeout: 60_000 };
const chat = 'Chat Question: Why \u2202?\r\n\r\nAnswer: Because.\r\n\tIndented, and no last line end';

describe('export --original', () => {
  it.each([
    ['with CRLF, a byte order mark, tabs and no last line end', Buffer.from(`\ufeff${chat}`)],
    ['that is not UTF-8', Buffer.concat([Buffer.from(chat), Buffer.from([0xff, 0xc3, 0x28, 0x00])])],
  ])('gives a file %s back byte for byte', patient, async (_, bytes) => {
    const at = desk();
    const file = join(at.dir, 'chat.md');
    writeFileSync(file, bytes);
    expect(await vibegrad(at, ['import', file])).toMatchObject({ code: 0, stderr: '' });

    const back = join(at.dir, 'back.md');
    const exported = await vibegrad(at, ['export', '--original', '-o', back]);
    expect(exported, exported.stderr).toMatchObject({ code: 0, stdout: `Written: ${back}\n`, stderr: '' });
    expect(readFileSync(back).equals(bytes)).toBe(true);

    const again = await vibegrad(at, ['export', '--original', '-o', back]);
    expectPlainFailure(again, 2, /it is there already/);
    const printed = await vibegrad(at, ['export', '--original']);
    expect(printed.stdout).toBe(bytes.toString('utf8'));
  });

  it('of a session that was not imported says so', patient, async () => {
    const at = desk();
    const repo = await workspaceOn(at);
    const learn = ['improve', '--auto', '--model', 'embedded', '--goal', 'r1/neg'];
    expect(await vibegrad(at, learn, { cwd: repo })).toMatchObject({ code: 0 });
    expectPlainFailure(await vibegrad(at, ['export', '--original']), 2, /was not imported/);
  });
});

describe('options that exclude each other', () => {
  it.each([
    ['export', '--html', '--original'],
    ['export', '--html', '--markdown'],
    ['replay', '--watch', '--json'],
    ['show', '--transcript', '--json'],
  ])('%s %s %s', patient, async (...args) => {
    expectPlainFailure(await vibegrad(desk(), args), 2, /cannot be used with/);
  });
});
