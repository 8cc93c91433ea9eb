import { drawFrom } from '../checks/draw.ts';
import type { Draw } from '../checks/types.ts';
import type { JudgeContext } from './types.ts';

/** A draw as receipts keep it. */
export interface DrawRecord {
  readonly tree: string;
  readonly stage: string;
  /** 32 bytes in hex. */
  readonly bytes: string;
}

/** The bytes of one (tree, stage), opened anew for each check, or goal. */
export interface TreeDraw {
  readonly record: DrawRecord;
  forCheck(check: { readonly id: string }): Draw;
}

/** Asks for the draw of a frozen tree; whoever runs the judge has recorded it when this returns. */
export async function drawFor(
  context: Pick<JudgeContext, 'draw'>,
  tree: string,
  stage: 'full' | 'confirm',
): Promise<TreeDraw> {
  const bytes = await context.draw(tree, stage);
  return {
    record: { tree, stage, bytes: Buffer.from(bytes).toString('hex') },
    forCheck: (check) => drawFrom(bytes, tree, check.id),
  };
}
