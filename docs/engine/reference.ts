import { readFile, writeFile } from 'node:fs/promises';
import { type Declaration, exportsOf } from './exports.ts';

/**
 * `node docs/engine/reference.ts` writes reference.md from the docstrings of the engine; with `--check` it says instead
 * whether the file is up to date.
 */
interface Chapter {
  readonly title: string;
  readonly about?: string;
  /** Files of the engine whose declarations stand here. */
  readonly files: readonly string[];
}

const ELEMENTWISE = `Functions of numbers, applied element by element. Inputs of different shapes broadcast as NumPy has it, and the result has
their joint shape. Outside its domain a function gives NaN or an infinity, as IEEE 754 has it, and never an error; plain numbers
give a plain number. float32 stays float32; integers and booleans become float64 where the function is not one of integers;
of two types the one that holds both is taken, and a plain number takes the type of the array beside it.

**Errors:** EngineError where shapes do not broadcast, or for what is no value.`;

const CHAPTERS: readonly Chapter[] = [
  {
    title: 'Transformations',
    files: [
      'transform/reverse.ts',
      'transform/forward.ts',
      'transform/matrices.ts',
      'transform/vmap.ts',
      'transform/jit.ts',
      'transform/tree.ts',
    ],
  },
  { title: 'Control flow', files: ['transform/control.ts'] },
  { title: 'Rules of your own', files: ['transform/custom.ts'] },
  {
    title: 'Programs',
    files: ['transform/stage.ts', 'passes/index.ts', 'passes/print.ts', 'visualise/index.ts'],
  },
  { title: 'Making arrays', files: ['ops/make.ts'] },
  { title: 'What a value is', files: ['ops/values.ts'] },
  { title: 'Element by element', about: ELEMENTWISE, files: ['elementwise/ops.ts'] },
  { title: 'Reductions', files: ['ops/reduce.ts'] },
  { title: 'Running sums and products', files: ['ops/cumulative.ts'] },
  { title: 'Shapes', files: ['ops/shape.ts'] },
  { title: 'Parts and joins', files: ['ops/parts.ts'] },
  { title: 'Indices, sorting', files: ['ops/indexing.ts'] },
  { title: 'Products', files: ['ops/contract.ts', 'ops/einsum.ts'] },
  { title: 'Matrices by parts', files: ['ops/matrix.ts'] },
  {
    title: 'Linear algebra',
    about: 'The last two axes are matrices; axes before them are batches.',
    files: ['ops/linalg.ts'],
  },
  { title: 'Random numbers', files: ['ops/random.ts'] },
];

/** The whole reference, as Markdown. @throws Error for a public name that no chapter has */
export function reference(): string {
  const all = exportsOf('index.ts');
  const told = new Set(CHAPTERS.flatMap(({ files }) => files));
  const homeless = all.filter(({ kind, file }) => kind !== 'type' && kind !== 'interface' && !told.has(file));
  const types = all.filter((each) => !isTold(each, told) || each.kind === 'type' || each.kind === 'class');
  const wrong = homeless.filter(({ kind }) => kind !== 'class');
  if (wrong.length > 0)
    throw new Error(`no chapter has ${wrong.map(({ name, file }) => `${name} (${file})`)}`);
  const chapters = CHAPTERS.map((chapter) => chapterText(chapter, all)).filter((text) => text !== '');
  return `${[
    '# The engine’s reference',
    'Written from the docstrings by `node docs/engine/reference.ts`; the tests hold it up to date. The [guide](guide.md) is where to\nbegin. `ops` is an object of all operations by name, for programs that look them up.',
    `${CHAPTERS.map(({ title }) => `[${title}](#${anchor(title)})`).join(' · ')} · [Types](#types)`,
    ...chapters,
    '## Types',
    ...types.filter(({ name }) => !name.endsWith('Settings')).map(typeText),
    '',
  ]
    .join('\n\n')
    .trimEnd()}\n`;
}

const isTold = ({ file, kind }: Declaration, told: ReadonlySet<string>) => told.has(file) && kind !== 'class';
const anchor = (title: string) =>
  title
    .toLowerCase()
    .replace(/[^\w ]/g, '')
    .replaceAll(' ', '-');

function chapterText({ title, about, files }: Chapter, all: readonly Declaration[]): string {
  const own = files.flatMap((file) => all.filter((each) => each.file === file));
  const functions = own.filter(({ kind }) => kind === 'function' || kind === 'const');
  if (functions.length === 0) return '';
  const short = functions.filter(
    ({ kind, signatures }) => kind === 'const' && / = (un|bin)ary\(/.test(signatures[0]!),
  );
  const rows = short.map(({ name, signatures, doc }) => {
    const inputs = signatures[0]!.includes(': Binary') ? 'a, b' : 'x';
    return `| \`${name}(${inputs})\` | ${doc.replaceAll('|', '\\|')} |`;
  });
  return [
    `## ${title}`,
    about ?? '',
    rows.length > 0 ? ['| function | what, and where |', '|---|---|', ...rows].join('\n') : '',
    ...functions.filter((each) => !short.includes(each)).map((each) => functionText(each, all)),
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

function functionText({ name, signatures, doc }: Declaration, all: readonly Declaration[]): string {
  const settings = [...new Set(signatures.join(' ').match(/\b\w+Settings\b/g))];
  const members = settings.flatMap((type) => membersOf(type, all));
  return [
    `### ${name}`,
    ['```ts', ...signatures, '```'].join('\n'),
    docText(doc),
    members
      .map(
        ({ signature, doc }) =>
          `- \`${signature.replace('readonly ', '')}\`${doc === '' ? '' : `: ${oneLine(doc)}`}`,
      )
      .join('\n'),
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

/** The settings of a type, those that it extends first. */
function membersOf(type: string, all: readonly Declaration[]): Declaration['members'] {
  const found = all.find(({ name }) => name === type);
  if (found === undefined) return [];
  const base = / extends (\w+)/.exec(found.signatures[0]!)?.[1];
  return [...(base === undefined ? [] : membersOf(base, all)), ...found.members];
}

function typeText({ kind, name, signatures, doc, members }: Declaration): string {
  const listed = members.map(
    ({ signature, doc }) => `- \`${signature}\`${doc === '' ? '' : `: ${oneLine(doc)}`}`,
  );
  return [
    `### ${name}`,
    kind === 'type' ? ['```ts', signatures[0]!, '```'].join('\n') : '',
    docText(doc),
    listed.join('\n'),
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

const oneLine = (text: string) => text.replace(/\s+/g, ' ');

/** A docstring as Markdown: examples as code, what is thrown as a line of its own. */
function docText(doc: string): string {
  const [what, ...thrown] = doc.split(/\s*@throws\s+/);
  const errors = thrown.map((text) => `**Errors:** ${oneLine(text)}`);
  return [
    what!
      .replace(/(?:^ {4}.*\n?)+/gm, (code) => `\`\`\`ts\n${code.replace(/^ {4}/gm, '').trimEnd()}\n\`\`\`\n`)
      .trim(),
    ...errors,
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

if (import.meta.main) {
  const file = new URL('reference.md', import.meta.url);
  const text = reference();
  if (!process.argv.includes('--check')) await writeFile(file, text);
  else if ((await readFile(file, 'utf8').catch(() => '')) !== text) {
    console.error('reference.md is not what the docstrings say: node docs/engine/reference.ts');
    process.exitCode = 1;
  }
}
