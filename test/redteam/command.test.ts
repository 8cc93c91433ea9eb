import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { redteamSchema } from '../../agent/actions/schemas.ts';
import { desk, expectPlainFailure, jsonOf, vibegrad } from '../cli/vibegrad.ts';

/** A desk whose temporary files lie in a folder of its own. */
function deskWithTmp() {
  const at = desk();
  const tmp = join(at.dir, 'tmp');
  mkdirSync(tmp);
  return { at, tmp, env: { TMPDIR: tmp } };
}

describe('vibegrad redteam', () => {
  it('prints a line for each candidate and way, and what came of them', { timeout: 120_000 }, async () => {
    const { at, tmp, env } = deskWithTmp();
    const ran = await vibegrad(at, ['redteam', 'reply/absolute', '--no-bubblewrap'], { env });
    expect(ran).toMatchObject({ code: 0, stderr: '' });
    expect(ran.stdout).toMatch(/^✓ {2}reply\/absolute .* plain .* apply: outside the editable paths/m);
    expect(ran.stdout).toMatch(/^1 candidate, 0 accepted, 0 escapes, 0 refused for another reason/m);
    expect(readdirSync(tmp)).toEqual([]);
  });

  it('gives candidates, accepted and escapes as numbers', { timeout: 120_000 }, async () => {
    const { at, env } = deskWithTmp();
    const args = ['redteam', 'text/enum', 'machine/kill-a-process', '--no-bubblewrap', '--json'];
    const document = redteamSchema.parse(jsonOf(await vibegrad(at, args, { env })));
    expect(document).toMatchObject({ ok: true, candidates: 1, accepted: 0, escapes: 0, unexpected: 0 });
    expect(document.ways).toMatchObject([
      { bubblewrap: false, taken: 1, notTried: ['machine/kill-a-process'] },
    ]);
  });

  it('says what there is where a name is wrong', async () => {
    const { at, env } = deskWithTmp();
    const ran = await vibegrad(at, ['redteam', 'nothing'], { env });
    expectPlainFailure(ran, 2, /There is no category nothing\.\s+There are: numbers, rules/);
  });

  it('leaves nothing when it is interrupted', { timeout: 120_000 }, async () => {
    const { at, tmp, env } = deskWithTmp();
    let told = false;
    const ran = await vibegrad(at, ['redteam', 'text/enum', 'exhaustion/loop-at-load', 'python/loop'], {
      env,
      watch: (output, kill) => {
        if (told || !output.includes('text/enum')) return;
        told = true;
        kill('SIGINT');
      },
    });
    expect(ran).toMatchObject({ code: 130, stderr: '' });
    expect(readdirSync(tmp)).toEqual([]);
  });
});
