import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';
import { describe, expect, it } from 'vitest';

const module = fileURLToPath(new URL('../../engine/index.ts', import.meta.url));

/** The names of primitives in what a page gets that imports these functions. */
async function primitivesFor(imports: readonly string[]): Promise<Set<string>> {
  const page = `export { ${imports.join(', ')} } from ${JSON.stringify(module)};`;
  const bundle = await rolldown({
    input: 'page',
    platform: 'browser',
    plugins: [
      {
        name: 'page',
        resolveId: (id) => (id === 'page' ? id : null),
        load: (id) => (id === 'page' ? page : null),
      },
    ],
  });
  const { output } = await bundle.generate({ format: 'esm' });
  await bundle.close();
  return new Set([...output[0].code.matchAll(/\bname: "(\w+)",\s*many:/g)].map(([, name]) => name!));
}

/** What rules need whatever is imported: they move, choose and sum elements. */
const ALWAYS = ['broadcast', 'convert', 'reduceSum', 'reshape', 'select', 'transpose'];

describe('a page holds the primitives that its functions apply', () => {
  it('and no others', async () => {
    expect([...(await primitivesFor(['grad', 'add', 'mul']))].sort()).toEqual(ALWAYS);
  });

  it('with those that their derivatives are made of', async () => {
    const held = await primitivesFor(['grad', 'cholesky', 'take']);
    const expected = [...ALWAYS, 'cholesky', 'dot', 'gather', 'index', 'scatterAdd', 'triangularSolve'];
    expect([...held].sort()).toEqual(expected.sort());
  });

  it('and control flow only where it is imported', async () => {
    expect(await primitivesFor(['grad', 'jit', 'vmap'])).not.toContain('scan');
    // A step is counted without derivatives, and an example of a batch that has ended gives way to one that has not.
    const steps = ['stopGradient', 'argmax', 'index', 'gather', 'scatterAdd'];
    expect(await primitivesFor(['whileLoop'])).toEqual(
      new Set([...ALWAYS, 'while', 'scan', 'cond', ...steps]),
    );
  });
});
