import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { checkTool } from '../../agent/judge/gradbench/check.ts';
import { bubblewrapLayer } from '../../agent/judge/sandbox/index.ts';

const { on } = await bubblewrapLayer();
const root = join(import.meta.dirname, '../..');
const node = process.execPath;
const folder = mkdtempSync(join(tmpdir(), 'vibegrad-gradbench-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A tool that has log-sum-exp: `gradient` is its text, from x, their largest, and the sum of exp(x − largest). */
function toolWith(gradient: string, before = ''): string {
  const name = `tool-${Math.abs(hash(gradient + before))}.mjs`;
  writeFileSync(
    join(folder, name),
    `import { createInterface } from 'node:readline';
${before}
let calls = 0;
for await (const line of createInterface({ input: process.stdin })) {
  const { id, kind, module, function: f, input } = JSON.parse(line);
  calls++;
  const say = (more) => process.stdout.write(JSON.stringify({ id, ...more }) + '\\n');
  if (kind === 'define') say({ success: module === 'lse', error: 'no such module' });
  else if (kind !== 'evaluate') say({ tool: 'planted' });
  else {
    const { x } = input;
    const top = Math.max(...x);
    const sum = x.map((v) => Math.exp(v - top)).reduce((a, b) => a + b);
    say({ success: true, output: f === 'primal' ? top + Math.log(sum) : ${gradient} });
  }
}
`,
  );
  return `${node} ${name}`;
}
const hash = (text: string): number => [...text].reduce((h, c) => (h * 31 + c.charCodeAt(0)) | 0, 7);

const RIGHT = 'x.map((v) => Math.exp(v - top) / sum)';
const LSE = ['gradbench/lse'];

describe.skipIf(!on)("a tool that speaks GradBench's protocol is judged as it is", () => {
  it('our own entrant is right in every module that is asked', async () => {
    const result = await checkTool(`${node} bench/gradbench/entrant.ts`, root);
    expect(result.reasons).toEqual([]);
    expect(result.goals.map(({ state }) => state)).toEqual(['met', 'met', 'met', 'met']);
  });

  it('a tool with one module is judged by that one', async () => {
    const result = await checkTool(toolWith(RIGHT), folder);
    expect(result.reasons).toEqual([]);
    expect(result.goals.map(({ state }) => state)).toEqual(['absent', 'met', 'absent', 'absent']);
  });

  it.each([
    ['zeros', 'x.map(() => 0)'],
    ['NaN, as JSON has it', 'x.map(() => NaN)'],
    ['0.05 % too much', `${RIGHT}.map((g) => g * 1.0005)`],
    [
      'overflow where numbers are large',
      'x.map((v) => Math.exp(v) / x.map(Math.exp).reduce((a, b) => a + b))',
    ],
    ['one number too few', `${RIGHT}.slice(1)`],
    ['another answer the second time', `${RIGHT}.map((g) => (calls % 2 ? g : g * (1 + 1e-12)))`],
    [
      'central differences',
      'x.map((v, i) => { const f = (h) => { const y = x.map((u, k) => Math.exp(u - top + (k === i ? h : 0))); return Math.log(y.reduce((a, b) => a + b)); }; return (f(1e-6) - f(-1e-6)) / 2e-6; })',
    ],
  ])('%s is refused', async (_, gradient) => {
    const result = await checkTool(toolWith(gradient), folder, LSE);
    expect(result.ok).toBe(false);
    expect(result.reasons[0]).toContain('gradbench/lse');
  });

  it('NaN written as Python writes it is a number, and a wrong one', async () => {
    const python = `const { stringify } = JSON; JSON.stringify = (v) => stringify(v, (_, x) => (x !== x ? 'NaN' : x)).replaceAll('"NaN"', 'NaN');`;
    const result = await checkTool(toolWith('x.map(() => NaN)', python), folder, LSE);
    expect(result.counterexample).toMatchObject({
      check: 'gradbench/lse/grad',
      got: expect.stringContaining('NaN'),
    });
  });

  it.each([
    ['ends', 'process.exit(0);', /failed \(exit\)/],
    [
      'floods',
      "const { writeSync } = await import('node:fs'); for (;;) writeSync(1, 'x'.repeat(1 << 20));",
      /failed \(flood\)/,
    ],
    [
      'answers before it is asked',
      'process.stdout.write(\'{"id":0}\\n{"id":1,"success":true}\\n\');',
      /failed \((?:wrong id|unasked|malformed)\)/,
    ],
  ])('one that %s fails, and says how', async (_, before, how) => {
    const result = await checkTool(toolWith(RIGHT, before), folder, LSE);
    expect(result.ok).toBe(false);
    expect(result.reasons[0]).toMatch(how);
  });

  it('sees no file but its own, and writes none', async () => {
    const nosy = `import { existsSync, writeFileSync } from 'node:fs';
let wrote = false;
try { writeFileSync(${JSON.stringify(join(folder, 'left'))}, 'x'); wrote = true; } catch {}
if (wrote || existsSync(${JSON.stringify(import.meta.filename)}) || Object.keys(process.env).some((name) => /KEY|TOKEN/.test(name))) process.exit(3);`;
    expect((await checkTool(toolWith(RIGHT, nosy), folder, LSE)).reasons).toEqual([]);
  });

  it('a tool that has nothing, or is not there, is told so', async () => {
    const nothing = await checkTool(toolWith(RIGHT), folder, ['gradbench/det']);
    expect(nothing.reasons.join()).toContain('no module det');
    await expect(checkTool('no-such-program', folder)).rejects.toMatchObject({ exit: 'usage' });
    await expect(checkTool(toolWith(RIGHT), folder, ['gradbench/nope'])).rejects.toMatchObject({
      exit: 'usage',
    });
  });
});
