import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import type { Bench, Row } from './measure.ts';

/**
 * `npm run bench [NAME…]`: runs the benchmarks of this folder (all, or those named), one after the other, prints a
 * table, and writes results/latest.json. Exit code 1 when one failed to run, 2 for an unknown name; a bar that does
 * not hold is reported and is no failure, as other work on the machine may be the reason.
 */
const folder = new URL('./', import.meta.url);

async function benches(): Promise<Bench[]> {
  const files = (await readdir(folder)).filter((file) => file.endsWith('.bench.ts')).sort();
  return Promise.all(files.map(async (file) => (await import(new URL(file, folder).href)) as Bench));
}

function table(rows: readonly Row[]): string {
  const cells = [
    ['what', 'value', 'unit', 'bar', ''],
    ...rows.map((r) => [
      r.name,
      shown(r.value),
      r.unit,
      r.bar ?? '',
      r.holds === null ? '' : r.holds ? 'holds' : 'MISSED',
    ]),
  ];
  const widths = cells[0]!.map((_, i) => Math.max(...cells.map((line) => line[i]!.length)));
  const set = (cell: string, i: number) => (i === 1 ? cell.padStart(widths[i]!) : cell.padEnd(widths[i]!));
  return cells.map((line) => line.map(set).join('  ').trimEnd()).join('\n');
}

function shown(value: number): string {
  return Number.isInteger(value) ? String(value) : value.toPrecision(3);
}

const { positionals: names } = parseArgs({ allowPositionals: true });
const all = await benches();
const unknown = names.filter((name) => !all.some((bench) => bench.name === name));
if (unknown.length > 0) {
  process.stderr.write(
    `no benchmark ${unknown.join(', ')}; there are ${all.map((b) => b.name).join(', ')}\n`,
  );
  process.exit(2);
}

const rows: Row[] = [];
for (const bench of all) {
  if (names.length > 0 && !names.includes(bench.name)) continue;
  process.stderr.write(`${bench.name} …\n`);
  try {
    rows.push(...(await bench.run()));
  } catch (error) {
    process.stderr.write(`${bench.name} failed: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  }
}
process.stdout.write(`${table(rows)}\n`);

const results = new URL('results/', folder);
await mkdir(results, { recursive: true });
const machine = { node: process.version, cpu: cpus()[0]?.model ?? 'unknown', cores: cpus().length };
const document = { date: new Date().toISOString(), machine, rows };
await writeFile(new URL('latest.json', results), `${JSON.stringify(document, null, 2)}\n`);
