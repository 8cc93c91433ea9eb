import { describe, expect, it } from 'vitest';
import { reviewSchema } from '../../agent/actions/schemas.ts';
import { verifySchema } from '../../agent/actions/verify.ts';
import { desk, expectPlainFailure, jsonOf, vibegrad, workspaceOn } from './vibegrad.ts';

describe('a receipt by its id, as commits, pull requests and pages name it', { timeout: 120_000 }, () => {
  it('is found in the session that holds it, by a beginning of the id, too', async () => {
    const at = desk();
    const repo = await workspaceOn(at);
    const improve = ['improve', '--model', 'embedded', '--goal', 'r1/neg', 'r1/abs'];
    expect(await vibegrad(at, improve, { cwd: repo })).toMatchObject({ code: 0 });
    const [diff, later] = reviewSchema.parse(jsonOf(await vibegrad(at, ['review', '--json']))).diffs;
    const id = diff?.receiptId ?? '';
    for (const name of [id, id.slice(0, 12)]) {
      const document = verifySchema.parse(jsonOf(await vibegrad(at, ['verify', name, '--json'])));
      expect(document).toMatchObject({ receipt: id, class: 'bit-equal', exit: 0 });
    }
    const fresh = verifySchema.parse(jsonOf(await vibegrad(at, ['verify', id, '--fresh', '--json'])));
    expect(fresh).toMatchObject({ receipt: id, fresh: true, verdictSame: true, exit: 0 });

    // What is judged again, since another was dropped, has a receipt of its own.
    const dropped = await vibegrad(at, ['review', '--drop', '1', '--json']);
    const again = reviewSchema.parse(jsonOf(dropped)).diffs.find(({ state }) => state === 'undecided');
    expect(again?.receiptId).not.toBe(later?.receiptId);
    const judgedAgain = await vibegrad(at, ['verify', again?.receiptId ?? '', '--json']);
    expect(verifySchema.parse(jsonOf(judgedAgain))).toMatchObject({ receipt: again?.receiptId, exit: 0 });
  });

  it('that no session here holds is named, and so is one that says too little', async () => {
    const at = desk();
    const unknown = await vibegrad(at, ['verify', 'f'.repeat(64)]);
    expectPlainFailure(unknown, 2, /there is no such file, and no session here holds one of that id/);
    expectPlainFailure(await vibegrad(at, ['verify', 'f']), 2, /there is no such file/);
  });
});
