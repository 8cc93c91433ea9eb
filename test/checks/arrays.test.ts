import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import type { ProgramNode, ProgramRequest } from '../../agent/checks/program.ts';
import { reference } from '../../agent/checks/program-reference.ts';
import { folder, INSTALL, librariesWanted } from '../engine/agreement/libraries.ts';
import { errorIn } from './decimal.ts';
import { drawnArrays, drawnNumbers } from './fixtures/programs.ts';

type Found = readonly { readonly shape: readonly number[]; readonly data: readonly string[] }[];
type Row = readonly [request: ProgramRequest, found: Found];

const fixture = (name: string) => fileURLToPath(new URL(`./fixtures/${name}`, import.meta.url));
const written: readonly Row[] = JSON.parse(readFileSync(fixture('programs.json'), 'utf8'));

/** What the reference gives that is not what the other implementation gives, to 1e-27 of the running-error scale. */
function differences([request, found]: Row): string[] {
  const own = reference(request);
  const shapes = own.map(({ shape }) => shape);
  if (JSON.stringify(shapes) !== JSON.stringify(found.map(({ shape }) => shape))) return ['other shapes'];
  return own.flatMap(({ data }, i) =>
    data.flatMap((got, j) => {
      const exact = found[i]!.data[j]!;
      if (!Number.isFinite(got.err)) return [];
      const error = errorIn(got, exact, Math.max(got.err, Math.abs(got.hi), 1e-280));
      return error < 1e-27 ? [] : [`${request.mode}, number ${j} of value ${i}: ${got.hi} for ${exact}`];
    }),
  );
}

const kinds = (nodes: readonly ProgramNode[]): string[] =>
  nodes.flatMap((node) => [
    node.kind === 'op' ? node.op : node.kind,
    ...(node.kind === 'grad' ? kinds(node.body.nodes) : []),
    ...(node.kind === 'branch' ? [...kinds(node.over.nodes), ...kinds(node.under.nodes)] : []),
  ]);

test('the programs hold every array operation in every mode, branches, nesting and empty, single and 0-d arrays', () => {
  for (const mode of ['value', 'grad', 'jvp', 'hvp']) {
    const used = new Set(written.filter(([r]) => r.mode === mode).flatMap(([r]) => kinds(r.program.nodes)));
    const all = ['sum', 'matmul', 'transpose', 'reshape', 'slice', 'softmax', 'logsumexp', 'branch'];
    expect([...used], mode).toEqual(expect.arrayContaining(all));
  }
  expect(written.flatMap(([r]) => kinds(r.program.nodes))).toContain('grad');
  const shapes = new Set(written.flatMap(([, found]) => found.map(({ shape }) => JSON.stringify(shape))));
  expect([...shapes]).toEqual(expect.arrayContaining(['[]', '[1]', '[0]', '[2,0]', '[1,1]']));
});

test('references of programs are those of NumPy over 200-digit numbers: values, gradients, tangents, second derivatives', () => {
  expect(written.length).toBeGreaterThan(200);
  expect(written.flatMap(differences)).toEqual([]);
});

describe.skipIf(!librariesWanted())(
  `NumPy and mpmath themselves, really asked (install with ${INSTALL})`,
  () => {
    test('agree on programs of another draw', { timeout: 180_000 }, async () => {
      const requests = [...drawnArrays(2, 1), ...drawnNumbers(2, 3)];
      const python = spawn(join(folder(), 'bin', 'python'), ['-B', fixture('programs.py')]);
      const said = Promise.all([text(python.stdout), text(python.stderr)]);
      python.stdin.end(JSON.stringify(requests));
      const [out, errors] = await said;
      expect(errors).toBe('');
      const rows: readonly Row[] = JSON.parse(out);
      expect(rows.map(([request]) => request)).toEqual(JSON.parse(JSON.stringify(requests)));
      expect(rows.flatMap(differences)).toEqual([]);
    });
  },
);
