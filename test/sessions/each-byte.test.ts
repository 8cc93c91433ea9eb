import { execFileSync } from 'node:child_process';
import { cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { UserError } from '../../agent/base/errors.ts';
import { canonical, digest, type Json } from '../../agent/base/json.ts';
import { createJudge } from '../../agent/judge/index.ts';
import { damages } from '../../agent/judge/integrity.ts';
import { ReceiptSchema } from '../../agent/judge/receipt.ts';
import { heldBy } from '../../agent/kernel/blobs.ts';
import { readPrefix } from '../../agent/kernel/chain.ts';
import { readBlob, readJournal } from '../../agent/kernel/index.ts';
import { openLedger } from '../../agent/review/ledger.ts';
import {
  type Desk,
  desk,
  expectPlainFailure,
  newestSession,
  vibegrad,
  workspaceOn,
} from '../cli/vibegrad.ts';
import { context, file, request, tree } from '../judge/engines.ts';

/** A small session as a person would have it: one rule learnt, landed, and kept. */
let at: Desk;
let repo: string;
let session: string;
const ends: (() => void)[] = [];
afterAll(() => {
  for (const end of ends) end();
});

beforeAll(async () => {
  at = desk({}, (end) => ends.push(end));
  repo = await workspaceOn(at);
  const improve = ['improve', '--auto', '--model', 'embedded', '--goal', 'r1/neg'];
  expect(await vibegrad(at, improve, { cwd: repo })).toMatchObject({ code: 0 });
  expect(await vibegrad(at, ['review', 'last', '--keep', '1'], { cwd: repo })).toMatchObject({ code: 0 });
  session = newestSession(at).dir;
}, 120_000);

/** Every byte of a text flipped in turn, in some of its bits. */
function* flips(bytes: Buffer): Generator<Buffer> {
  for (let i = 0; i < bytes.length; i++) {
    const flipped = Buffer.from(bytes);
    flipped[i]! ^= 1 + ((i * 37) % 255);
    yield flipped;
  }
}

function fails(act: () => unknown): boolean {
  try {
    act();
    return false;
  } catch (error) {
    if (error instanceof UserError) return error.exit === 'session';
    throw error;
  }
}

describe('one flipped byte', () => {
  it('of the journal shows, wherever it is', () => {
    const bytes = readFileSync(join(session, 'journal.jsonl'));
    let silent = 0;
    for (const flipped of flips(bytes)) if (readPrefix(flipped).damage === null) silent++;
    expect(silent).toBe(0);
  }, 180_000);

  it('of a blob shows when it is read, or leaves what it holds as it was', () => {
    let tried = 0;
    for (const name of readdirSync(join(session, 'blobs'))) {
      const kept = readFileSync(join(session, 'blobs', name));
      const held = readBlob(session, name);
      for (const flipped of flips(kept)) {
        tried++;
        const now = heldBy(flipped, name, (part) => readBlob(session, part));
        if (now !== null && !now.equals(held)) throw new Error(`${name}: other bytes of the same name`);
      }
    }
    expect(tried).toBeGreaterThan(20_000);
  }, 180_000);

  it('of the review’s decisions shows', () => {
    const anchor = readJournal(session).lines[0]!.hash;
    const bytes = readFileSync(join(session, 'review.jsonl'));
    expect(openLedger(session, anchor).entries.length).toBeGreaterThan(0);
    const copy = join(at.dir, 'reviewed');
    cpSync(session, copy, { recursive: true });
    let silent = 0;
    for (const flipped of flips(bytes)) {
      writeFileSync(join(copy, 'review.jsonl'), flipped);
      if (!fails(() => openLedger(copy, anchor))) silent++;
    }
    expect(silent).toBe(0);
  }, 60_000);

  it('of a receipt shows, or is another way to write the same', async () => {
    const judge = createJudge();
    const tiny = (text: string) => ({ ...tree(text), files: [file('engine.ts', text)] });
    const base = tree('export const ops = {};\n');
    const asked = { ...request(tiny('import "fs";\n'), ['r1/neg'], base), shrink: false };
    const { receipt, stage } = await judge.judge(asked, context());
    await judge.close();
    expect(stage).toBe('static');
    const text = JSON.stringify(receipt);
    const whole = digest(receipt);
    let silent = 0;
    for (const flipped of flips(Buffer.from(text))) {
      let read: Json;
      try {
        read = JSON.parse(flipped.toString('utf8')) as Json;
      } catch {
        continue;
      }
      const parsed = ReceiptSchema.safeParse(read);
      if (!parsed.success || damages(parsed.data).length > 0) continue;
      if (canonical(parsed.data as unknown as Json) !== canonical(receipt) || digest(read) !== whole)
        silent++;
    }
    expect(silent).toBe(0);
  }, 60_000);
});

describe('a tail that was cut off', () => {
  const cut = (lines: number): string => {
    const copy = join(at.dir, `cut-${lines}`);
    cpSync(session, copy, { recursive: true });
    const texts = readFileSync(join(session, 'journal.jsonl'), 'utf8').split('\n');
    writeFileSync(join(copy, 'journal.jsonl'), `${texts.slice(0, lines).join('\n')}\n`);
    return copy;
  };

  it('is found by whatever reads the session, through the commit that names a line of it', async () => {
    const { lines } = readJournal(session);
    const landing = lines.findLastIndex((line) => line.type === 'intent' && line.kind === 'workspace') + 1;
    expect(await vibegrad(at, ['replay', session])).toMatchObject({ code: 0 });
    expect(await vibegrad(at, ['replay', cut(landing)])).toMatchObject({ code: 0 });
    const short = cut(landing - 1);
    const last = lines[landing - 2]!.seq;
    const told = new RegExp(
      `its journal ends with line ${last}, and 1 commit of vibegrad/\\S+ \\(the first is `,
    );
    const readers = [['replay'], ['replay', '--level', 'render'], ['review'], ['finish']];
    for (const [command = '', ...options] of readers) {
      expectPlainFailure(await vibegrad(at, [command, short, ...options]), 6, told);
    }
  }, 120_000);

  it('is gone on with by nobody: what came after would fit neither the commits nor a copy of the journal', async () => {
    const { lines } = readJournal(session);
    const landing = lines.findLastIndex((line) => line.type === 'intent' && line.kind === 'workspace') + 1;
    const short = cut(landing - 1);
    const before = readFileSync(join(short, 'journal.jsonl'));
    expectPlainFailure(await vibegrad(at, ['resume', short]), 6, /1 commit of vibegrad\/\S+ .* was made/);
    expect(readFileSync(join(short, 'journal.jsonl'))).toEqual(before);
  }, 60_000);

  it('after the last commit is found by a render through the transcript', async () => {
    const { lines } = readJournal(session);
    const landed = lines.findLastIndex((line) => line.type === 'intent' && line.kind === 'workspace') + 1;
    const ran = await vibegrad(at, ['replay', '--level', 'render', cut(landed)]);
    expect(ran).toMatchObject({ code: 3, stdout: expect.stringContaining('renders differently') });
  }, 60_000);
});

it('a blob that no command has asked for is read by replay, too', async () => {
  const copy = join(at.dir, 'blob');
  cpSync(session, copy, { recursive: true });
  const { lines } = readJournal(session);
  const names = readdirSync(join(copy, 'blobs'));
  const named = canonical(lines as unknown as Json);
  const unread = names.find((name) => !named.includes(name)) ?? names[0]!;
  writeFileSync(join(copy, 'blobs', unread), 'something else');
  expectPlainFailure(await vibegrad(at, ['replay', copy]), 6, /not those that were recorded/);
}, 60_000);

it('a proposal is not kept and dropped at once', async () => {
  const both = ['review', session, '--keep', '1', '--drop', '1'];
  expectPlainFailure(await vibegrad(at, both), 2, /Proposal 1 is to be kept and dropped/);
});

describe('a session whose branch is not here', () => {
  const sent = (): string => {
    const copy = join(at.dir, 'sent');
    cpSync(session, copy, { recursive: true, force: true });
    const branch = execFileSync('git', ['for-each-ref', '--format=%(refname)', 'refs/heads/vibegrad'], {
      cwd: repo,
    });
    execFileSync('git', ['update-ref', '-d', branch.toString().trim()], { cwd: repo });
    return copy;
  };

  it('is shown, and nothing of it can be merged, kept or dropped', async () => {
    const copy = sent();
    const review = await vibegrad(at, ['review', copy]);
    expect(review).toMatchObject({ code: 0, stdout: expect.stringContaining('+  neg: {') });
    expect(review.stdout).toMatch(/is not on this machine .*: nothing can be kept or dropped\./);
    const finished = await vibegrad(at, ['finish', copy]);
    expect(finished).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/: there is nothing to merge here\. `vibegrad review \S+` shows/),
    });
    expect(finished.stdout).not.toContain('git merge');
    expectPlainFailure(
      await vibegrad(at, ['review', copy, '--drop', '1']),
      2,
      /nothing can be kept or dropped/,
    );
  }, 60_000);
});

it('of a journal that is damaged in its middle the lines before go on in a new session, where that is asked for', async () => {
  const copy = join(at.dir, 'damaged');
  cpSync(session, copy, { recursive: true });
  const journal = join(copy, 'journal.jsonl');
  const texts = readFileSync(journal, 'utf8').split('\n');
  const lost = readJournal(session).lines.findLast(({ type }) => type === 'draw')!.seq;
  writeFileSync(journal, texts.toSpliced(lost - 1, 1).join('\n'));
  const damaged = readFileSync(journal);
  expectPlainFailure(await vibegrad(at, ['resume', copy]), 6, /line \d+: it is missing[\s\S]*resume --fork/);
  const ran = await vibegrad(at, ['resume', '--fork', copy]);
  expect(ran, ran.stderr).toMatchObject({ code: 0 });
  const [, fork = ''] = /; (\S+) goes on from its last intact line\.\n/.exec(ran.stdout) ?? [];
  expect(ran.stdout).toContain(`Accepted commits are on vibegrad/${fork}.`);
  expect(await vibegrad(at, ['replay', fork])).toMatchObject({ code: 0 });
  expect(readFileSync(journal)).toEqual(damaged);
}, 120_000);
