/**
 * Records references: `node ask.ts | python3 reference.py | node ask.ts record` writes fixtures/references.json
 * (needs Python with mpmath). Without an argument it prints the questions.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { domains, type Measured } from './domains.ts';
import { points } from './points.ts';

/** How many inputs are recorded: most for what no other reference of this project covers. */
function count(name: Measured): number {
  if (['erf', 'erfc', 'erfinv', 'lgamma', 'digamma', 'polygamma'].includes(name)) return 600;
  return domains[name].unit === 'ulp' ? 40 : 110;
}

const questions = (Object.keys(domains) as Measured[]).flatMap((name) =>
  points(name, count(name)).map((at) => ({ name, at })),
);

const hex = (x: number) => {
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleBE(x);
  return bytes.toString('hex');
};
const unhex = (text: string) => Buffer.from(text, 'hex').readDoubleBE();

if (process.argv[2] !== 'record') {
  process.stdout.write(`${questions.map(({ name, at }) => [name, ...at.map(hex)].join(' ')).join('\n')}\n`);
} else {
  const answers = readFileSync(0, 'utf8').trim().split('\n');
  if (answers.length !== questions.length)
    throw new Error(`${answers.length} answers to ${questions.length}`);
  const numbers = new Map<string, number[]>();
  questions.forEach(({ name, at }, i) => {
    const list = numbers.get(name) ?? [];
    numbers.set(name, list);
    if (answers[i] !== 'pole') list.push(...at, ...answers[i]!.split(' ').map(unhex));
  });
  const text = JSON.stringify(
    Object.fromEntries(
      [...numbers].map(([name, list]) => [
        name,
        Buffer.from(Float64Array.from(list).buffer).toString('base64'),
      ]),
    ),
    null,
    1,
  );
  mkdirSync(new URL('fixtures/', import.meta.url), { recursive: true });
  writeFileSync(new URL('fixtures/references.json', import.meta.url), `${text}\n`);
}
