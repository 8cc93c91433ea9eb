import { readFile } from 'node:fs/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Block, blocksOf, printed } from './suite/guide.ts';

const root = new URL('../../', import.meta.url);
const guide = await readFile(new URL('docs/engine/guide.md', root), 'utf8');
const blocks = blocksOf(guide);

describe('the guide', () => {
  let prints: readonly string[] = [];
  beforeAll(async () => {
    prints = await printed(blocks, new URL('engine/index.ts', root));
  });

  it('has a block of code in every chapter that shows something', () => {
    expect(blocks.length).toBeGreaterThan(10);
  });

  it.each(blocks.map((block, i): Block & { i: number } => ({ ...block, i })))(
    'prints what it says at line $line',
    ({ i, prints: said }) => {
      expect(prints[i]).toBe(said ?? '');
    },
  );

  it('names examples that there are', async () => {
    const named = [...guide.matchAll(/\(examples\/(\w+\.\w+)\)/g)].map((match) => match[1]!);
    for (const file of named) await readFile(new URL(`docs/engine/examples/${file}`, root));
    expect(named).toEqual(expect.arrayContaining(['logistic.ts', 'projectile.ts', 'mlp.ts', 'newton.ts']));
  });
});
