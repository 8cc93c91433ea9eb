import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ProvenanceDocument } from '../../agent/actions/schemas.ts';
import {
  type Desk,
  desk,
  expectPlainFailure,
  git,
  jsonOf,
  newestSession,
  vibegrad,
  workspaceOn,
} from './vibegrad.ts';

const patient = { timeout: 60_000 };

describe('vibegrad provenance', () => {
  let at: Desk;
  let repo: string;
  let session: { id: string; dir: string };
  const told = async (...args: string[]): Promise<ProvenanceDocument> =>
    jsonOf(await vibegrad(at, ['provenance', '--json', ...args], { cwd: repo })) as ProvenanceDocument;
  const rule = async (name: string, ...args: string[]) =>
    (await told(...args)).rules.find((one) => one.name === name);
  const edit = (change: (text: string) => string) => {
    const path = join(repo, 'engine.ts');
    const before = readFileSync(path, 'utf8');
    expect(change(before)).not.toBe(before);
    writeFileSync(path, change(before));
    return () => writeFileSync(path, before);
  };

  beforeAll(async () => {
    at = desk({}, afterAll);
    repo = await workspaceOn(at);
    const learn = ['improve', '--auto', '--model', 'embedded', '--goal', 'r1/neg', 'r1/square'];
    expect(await vibegrad(at, learn, { cwd: repo })).toMatchObject({ code: 0 });
    session = newestSession(at);
    git(at, repo, 'merge', '--quiet', '--ff-only', `vibegrad/${session.id}`);
  }, 120_000);

  it(
    'names session and receipt of a rule that an accepted tree brought, and hand-written for the rest',
    patient,
    async () => {
      const document = await told('--verify');
      expect(document.rules.map(({ name, by }) => [name, by])).toEqual([
        ['add', 'hand-written'],
        ['mul', 'hand-written'],
        ['neg', 'session'],
        ['square', 'session'],
      ]);
      expect(document.notes).toEqual([]);
      const neg = document.rules[2]!;
      expect(neg.source).toMatchObject({ session: session.id, proposal: 1 });
      expect(git(at, repo, 'log', '--format=%(trailers:key=Vibegrad-Receipt,valueonly)')).toContain(
        neg.source?.receipt,
      );
    },
  );

  it('a rule that was changed by hand is hand-written, and says what it was', patient, async () => {
    const back = edit((text) => text.replace('() => -1', '() => -1.0000001'));
    expect(await rule('neg')).toMatchObject({
      by: 'hand-written',
      source: null,
      changedSince: { session: session.id },
    });
    back();
  });

  it('a comment, or a row that says whence it is, proves nothing', patient, async () => {
    const row =
      "cube: { value: (x: number) => x * x * x, partials: [(x: Value) => ops.mul(3, ops.mul(x, x))], session: 'x' },";
    const back = edit((text) =>
      text.replace('  neg:', `  // Vibegrad-Session: ${session.id}, receipt of neg\n  ${row}\n  neg:`),
    );
    expect(await rule('cube')).toMatchObject({ by: 'hand-written', changedSince: null, claim: null });
    expect(await rule('neg')).toMatchObject({ by: 'session' });
    back();
  });

  it('without the session, what its commit says is a claim, and no more', patient, async () => {
    const elsewhere = join(at.dir, 'elsewhere');
    const ran = await vibegrad(at, ['provenance', '--json'], {
      cwd: repo,
      env: { VIBEGRAD_HOME: elsewhere },
    });
    const { rules } = jsonOf(ran) as ProvenanceDocument;
    expect(rules.map(({ by }) => by)).toEqual(['hand-written', 'hand-written', 'claimed', 'claimed']);
    expect(rules[2]?.claim).toMatchObject({ session: session.id });

    const plain = join(at.dir, 'plain');
    cpSync(repo, plain, { recursive: true, filter: (path) => !path.endsWith('.git') });
    const bare = await vibegrad(at, ['provenance', '--json', plain], { env: { VIBEGRAD_HOME: elsewhere } });
    const document = jsonOf(bare) as ProvenanceDocument;
    expect(new Set(document.rules.map(({ by }) => by))).toEqual(new Set(['hand-written']));
    expect(document.notes.join()).toMatch(/no git history/);
  });

  it('a session whose receipt was tampered with does not count, and says so', patient, async () => {
    const copy = join(at.dir, 'tampered');
    cpSync(at.home, copy, { recursive: true });
    const blobs = join(copy, 'sessions', session.id, 'blobs');
    for (const name of readdirSync(blobs)) rmSync(join(blobs, name));
    const ran = await vibegrad(at, ['provenance', '--json'], { cwd: repo, env: { VIBEGRAD_HOME: copy } });
    const document = jsonOf(ran) as ProvenanceDocument;
    expect(document.rules.some(({ by }) => by === 'session')).toBe(false);
    expect(document.notes.join()).toMatch(/Not counted: /);
  });

  it('of a folder without an engine says so', patient, async () => {
    expectPlainFailure(await vibegrad(at, ['provenance', at.dir]), 2, /holds no engine/);
  });
});
