import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { drawFrom } from '../agent/checks/draw.ts';
import type { Case } from '../agent/checks/types.ts';
import { createJudge, type Judge } from '../agent/judge/index.ts';
import { type Oracle, type OraclePool, openPool } from '../agent/judge/oracle/index.ts';
import { type Launcher, openLauncher } from '../agent/judge/sandbox/index.ts';
import { engineTarget } from '../agent/targets/index.ts';
import { context, type Grown, grown, requestFor } from './grown.ts';
import { median, type Row, row, seconds } from './measure.ts';

export const name = 'verdict';

/** Pairs of (verdicts, one cold Vitest run). */
const PAIRS = 7;
const VERDICTS = 4;
/** Verdicts of the throughput run, two at a time. */
const MANY = 60;

const root = join(import.meta.dirname, '..');

/**
 * One verdict on a new rule, from a frozen tree to the receipt: two draws, a regression run over all that the base meets, type
 * check, format, shrinking, each in single-use oracles under every layer that the machine has. The judge is warm, as in a
 * session, where a model was asked before: two oracles and a compiler wait, and what the base meets is known.
 *
 * Beside it a cold `vitest run` (its own entry point, without npx) of as many cases of the same checks as the verdict asked, in
 * one file with one test a check, calling the same engine in Vitest's own process. Vitest is spared the references, which lie
 * ready in a file, and all isolation, types, format and shrinking.
 */
export async function run(): Promise<readonly Row[]> {
  const engines = grown();
  const asked = { requests: 0, verdicts: 0 };
  const launcher = openLauncher();
  const pool = openPool(2, launcher);
  const judge = createJudge({ pool: counting(pool, asked) });
  const folder = await mkdtemp(join(tmpdir(), 'vibegrad-bench-'));
  try {
    const verdict = async (i: number) => {
      const candidate = engines.candidates[i % engines.candidates.length]!;
      await pool.warm();
      const started = performance.now();
      const verdict = await judge.judge(requestFor(engines, candidate), context);
      if (!verdict.accepted) throw new Error(`${candidate.goal} was refused: ${verdict.reasons.join(' ')}`);
      asked.verdicts++;
      return { goals: verdict.goals, seconds: (performance.now() - started) / 1000 };
    };
    const { goals } = await verdict(0);
    for (let i = 1; i < engines.candidates.length; i++) await verdict(i);
    asked.requests = 0;
    asked.verdicts = 0;
    for (let i = 0; i < VERDICTS; i++) await verdict(i);
    const cases = Math.round(asked.requests / asked.verdicts);
    const met = goals.filter(({ after }) => after).map(({ id }) => id);
    await writeVitest(folder, engines, met, cases);
    await vitest(folder);

    const verdicts: number[] = [];
    const colds: number[] = [];
    const ratios: number[] = [];
    for (let pair = 0; pair < PAIRS; pair++) {
      const some: number[] = [];
      const judging = async () => {
        for (let i = 0; i < VERDICTS; i++) some.push((await verdict(i)).seconds);
      };
      // Which goes first alternates, so that a drift of the machine favours neither.
      if (pair % 2 === 0) await judging();
      const cold = await seconds(() => vitest(folder));
      if (pair % 2 === 1) await judging();
      verdicts.push(...some);
      colds.push(cold);
      ratios.push(median(some) / cold);
    }
    return [
      row(
        name,
        `a new rule on an engine of ${engines.rules} ÷ cold vitest run of the same checks`,
        median(ratios),
        '',
        {
          most: 0.15,
        },
      ),
      row(name, 'one verdict, frozen tree to receipt, p50', median(verdicts), 's'),
      row(name, `cold vitest run of ${cases} cases, p50`, median(colds), 's'),
      ...(await stages(judge, engines)),
      ...(await throughput(judge, engines, 'with what layers there are')),
      ...(await unwrapped(engines, launcher)),
    ];
  } finally {
    await judge.close();
    await pool.close();
    launcher.close();
    await rm(folder, { recursive: true, force: true });
  }
}

/** Parts of a verdict in their order; types and format are checked beside the draws, and what is left of them is waited for. */
const PARTS = ['static', 'smoke', 'full', 'confirm', 'waiting for types and format', 'receipt'] as const;

/** Where the time of one verdict goes, one at a time: from the first sign of one stage to that of the next. */
async function stages(judge: Judge, engines: Grown): Promise<readonly Row[]> {
  const parts = PARTS.map((): number[] => []);
  const whole: number[] = [];
  for (let i = 0; i < MANY; i++) {
    const candidate = engines.candidates[i % engines.candidates.length]!;
    const began = new Map<string, number>();
    let last = 0;
    const started = performance.now();
    await judge.judge(requestFor(engines, candidate), {
      ...context,
      onProgress: ({ stage, done, of }) => {
        const now = performance.now();
        if (!began.has(stage)) began.set(stage, now);
        if (stage === 'confirm' && done === of) last = now;
      },
    });
    const ended = performance.now();
    const marks = [
      ...['static', 'smoke', 'full', 'confirm'].map((stage) => began.get(stage)!),
      ...[last, began.get('accept')!, ended],
    ];
    for (const [k, list] of parts.entries()) list.push((marks[k + 1]! - marks[k]!) / 1000);
    whole.push((ended - started) / 1000);
  }
  const rows = (part: string, list: readonly number[]): Row[] => [
    row(name, `${part}, p50`, median(list), 's'),
    row(name, `${part}, p95`, list.toSorted((a, b) => a - b)[Math.ceil(0.95 * list.length) - 1]!, 's'),
  ];
  return [...rows('a verdict', whole), ...PARTS.flatMap((part, k) => rows(`  ${part}`, parts[k]!))];
}

/** Verdicts a minute, two at a time, on whatever the machine gives us beside its other work. */
async function throughput(judge: Judge, engines: Grown, layers: string): Promise<readonly Row[]> {
  let next = 0;
  const worker = async () => {
    while (next < MANY) {
      const candidate = engines.candidates[next++ % engines.candidates.length]!;
      await judge.judge(requestFor(engines, candidate), context);
    }
  };
  const taken = await seconds(() => Promise.all([worker(), worker()]));
  const title = `verdicts a minute, two at a time, ${availableParallelism()} cores, ${layers}`;
  return [row(name, title, (60 * MANY) / taken, '/min', { least: 1200 })];
}

/** The same where bubblewrap is not there. */
async function unwrapped(engines: Grown, { spawn }: Launcher): Promise<readonly Row[]> {
  const pool = openPool(2, { spawn, bubblewrap: false });
  const judge = createJudge({ pool });
  try {
    for (const candidate of engines.candidates) await judge.judge(requestFor(engines, candidate), context);
    return await throughput(judge, engines, 'without bubblewrap');
  } finally {
    await judge.close();
    await pool.close();
  }
}

/** A pool whose oracles count what they are asked. */
function counting(pool: OraclePool, asked: { requests: number }): OraclePool {
  return {
    ...pool,
    take: async (): Promise<Oracle> => {
      const oracle = await pool.take();
      return {
        ...oracle,
        run: (requests) => {
          asked.requests += requests.length;
          return oracle.run(requests);
        },
      };
    },
  };
}

/** Cases of goals: the whole visible pools, then held-out ones until there are enough. */
function casesOf(goals: readonly string[], count: number): Map<string, Case[]> {
  const checks = engineTarget.goals.filter(({ id }) => goals.includes(id)).flatMap((goal) => goal.checks);
  const byCheck = new Map<string, Case[]>();
  let left = count;
  const take = (id: string, cases: readonly Case[]) => {
    const taken = cases.slice(0, left);
    left -= taken.length;
    if (taken.length > 0) byCheck.set(id, [...(byCheck.get(id) ?? []), ...taken]);
  };
  for (const check of checks) take(check.id, check.visible());
  while (left > 0) {
    const bytes = randomBytes(32);
    for (const check of checks)
      if (left > 0) take(check.id, check.heldOut(drawFrom(bytes, 'bench', check.id), 8));
  }
  return byCheck;
}

async function writeVitest(
  folder: string,
  engines: Grown,
  met: readonly string[],
  count: number,
): Promise<void> {
  for (const { path, bytes } of engines.candidates[0]!.tree.files) await writeFile(join(folder, path), bytes);
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'));
  await writeFile(join(folder, 'package.json'), '{"type":"module"}');
  await writeFile(join(folder, 'cases.json'), JSON.stringify([...casesOf(met, count)]));
  await writeFile(
    join(folder, 'engine.test.ts'),
    `import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { compareCase } from '${join(root, 'agent/judge/compare.ts')}';
import { interpret } from '${join(root, 'test/checks/interpret.ts')}';
import * as engine from './engine.ts';

const checks = JSON.parse(readFileSync(new URL('./cases.json', import.meta.url), 'utf8'));
test.each(checks)('%s', (_, cases) => {
  const failed = cases.filter((one) => !compareCase(one, interpret(engine, one.request)).pass);
  expect(failed.map((one) => one.label)).toEqual([]);
});
`,
  );
}

/** One cold run. @throws Error unless every test passed. */
function vitest(folder: string): Promise<void> {
  const entry = join(root, 'node_modules', 'vitest', 'vitest.mjs');
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [entry, 'run', '--root', folder], {
      stdio: ['ignore', 'pipe', 'pipe'],
      cwd: folder,
    });
    let said = '';
    child.stdout.on('data', (data) => (said += data));
    child.stderr.on('data', (data) => (said += data));
    child.on('error', reject);
    child.on('close', (code) =>
      code === 0 ? resolve() : reject(new Error(`vitest ended with ${code}: ${said}`)),
    );
  });
}
