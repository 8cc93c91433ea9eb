import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { rolldown } from 'rolldown';
import * as engine from '../engine/index.ts';
import { type Row, row } from './measure.ts';

export const name = 'bundle';

const LINEAR_ALGEBRA = ['cholesky', 'det', 'inverse', 'logdet', 'slogdet', 'solve', 'triangularSolve'];
/** What a page needs that trains a small network. */
const NETWORK = [
  ...[
    'grad',
    'jit',
    'treeMap',
    'array',
    'item',
    'add',
    'sub',
    'mul',
    'div',
    'sqrt',
    'square',
    'relu',
    'matmul',
  ],
  ...['sum', 'mean', 'argmax', 'equal', 'logSoftmax', 'oneHot', 'take', 'randomKey', 'splitKey', 'normal'],
];

/** How many kilobytes (of 1000 bytes) of the engine come to a page, by what the page imports: minified, gzipped. */
export async function run(): Promise<readonly Row[]> {
  const all = Object.keys(engine);
  // `ops` holds every operation, so a page that imports it imports linear algebra.
  const without = all.filter((each) => each !== 'ops' && !LINEAR_ALGEBRA.includes(each));
  return [
    row(name, 'every function but linear algebra', await kilobytes(without), 'kB', { most: 40 }),
    row(name, 'everything', await kilobytes(all), 'kB'),
    row(name, 'what trains a small network', await kilobytes(NETWORK), 'kB'),
    row(name, 'grad and four operations', await kilobytes(['grad', 'add', 'mul', 'sin', 'exp']), 'kB'),
  ];
}

async function kilobytes(imports: readonly string[]): Promise<number> {
  const module = fileURLToPath(new URL('../engine/index.ts', import.meta.url));
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
  try {
    const { output } = await bundle.generate({ format: 'esm', minify: true, comments: false });
    return gzipSync(output[0].code, { level: 9 }).length / 1000;
  } finally {
    await bundle.close();
  }
}
