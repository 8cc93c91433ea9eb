import { afterAll, describe, expect, test } from 'vitest';
import { fromHex64 } from '../../agent/base/float64.ts';
import type { Program } from '../../agent/checks/program.ts';
import { createJudge } from '../../agent/judge/index.ts';
import type { Verdict } from '../../agent/judge/types.ts';
import { goalById } from '../../agent/targets/index.ts';
import { context, file, RIGHT, request, seed, tree, withRow, withRules } from './engines.ts';

const judge = createJudge();
afterAll(() => judge.close());

const TANH = 'r1/tanh';
const row = (value: string, partial: string): string =>
  `  tanh: { value: ${value}, partials: [(x, y) => ${partial}] },`;
const right = row('Math.tanh', 'ops.add(1, ops.mul(-1, ops.mul(y, y)))').replace('(x, y)', '(_, y)');

function judged(engine: string, goals: readonly string[] = [TANH], base = seed): Promise<Verdict> {
  return judge.judge(request(tree(engine), goals, tree(base)), context());
}

describe('what is right is accepted', () => {
  test('a rule of one operation, with the goal it meets and the tree that may land', async () => {
    const candidate = tree(withRow(right));
    const verdict = await judge.judge(request(candidate, [TANH]), context());
    expect(verdict.reasons).toEqual([]);
    expect(verdict).toMatchObject({
      accepted: true,
      stage: 'accept',
      counterexample: null,
      tree: candidate.id,
    });
    expect(verdict.goals).toContainEqual({ id: TANH, before: false, after: true });
    expect(verdict.goals).toContainEqual({ id: 'r0/mul', before: true, after: true });
    expect(verdict.checks.every((check) => check.pass)).toBe(true);
  });

  test('right rules one after the other, each the base of the next', async () => {
    let base = seed;
    for (const rules of RIGHT.slice(0, 12)) {
      const goals = rules.split('\n').map((line) => `r1/${line.split(':')[0]}`);
      const next = withRules(base, rules);
      const verdict = await judged(next, goals, base);
      // 1/(3·cbrt(x)²) would do at 0, where y/(3x) is 0/0.
      const expected = !rules.startsWith('cbrt');
      expect([rules, verdict.accepted, verdict.accepted ? [] : verdict.reasons]).toEqual([
        rules,
        expected,
        expected ? [] : expect.any(Array),
      ]);
      if (verdict.accepted) base = next;
    }
  }, 120_000);

  test('a goal that was not named and is newly met counts', async () => {
    const verdict = await judged(withRules(withRow(right), 'neg: -1'), [TANH]);
    expect(verdict.accepted).toBe(true);
    expect(verdict.goals.filter((g) => g.after && !g.before).map((g) => g.id)).toEqual(['r1/neg', TANH]);
  });
});

describe('what is wrong is refused with the smallest input that refutes it', () => {
  const wrong: readonly [name: string, engine: string][] = [
    ['the sign', withRow(row('Math.tanh', 'ops.add(-1, ops.mul(y, y))'))],
    ['a factor', withRow(row('Math.tanh', 'ops.mul(2, ops.add(1, ops.mul(-1, ops.mul(y, y))))'))],
    ['0.05 %', withRow(row('Math.tanh', 'ops.mul(1.0005, ops.add(1, ops.mul(-1, ops.mul(y, y))))'))],
    [
      'central finite differences',
      withRow(row('Math.tanh', '(Math.tanh(primal(x) + 1e-6) - Math.tanh(primal(x) - 1e-6)) / 2e-6')),
    ],
    [
      'the value',
      withRow(row('(x) => Math.tanh(x) * (1 + 1e-12)', 'ops.add(1, ops.mul(-1, ops.mul(y, y)))')),
    ],
  ];
  test.each(wrong)('%s', async (_name, engine) => {
    const verdict = await judged(engine);
    expect(verdict).toMatchObject({ accepted: false, stage: 'smoke' });
    const { counterexample } = verdict;
    expect(counterexample?.check).toMatch(/^r1\/tanh\//);
    expect(Number(counterexample?.got)).not.toBe(Number(counterexample?.expected));
    expect(verdict.reasons.join('\n')).toContain(counterexample!.expected);
    expect(verdict.goals).toContainEqual({ id: TANH, before: false, after: false });
  });

  test('of the inputs that fail, the smallest is shown', async () => {
    const verdict = await judged(withRow(row('Math.tanh', 'ops.add(-1, ops.mul(y, y))')));
    expect(verdict.counterexample).toMatchObject({ inputs: ['0'], expected: '1', got: '-1' });
  });

  test('a table of the visible gradients', async () => {
    const known = goalById(TANH)!.checks.flatMap((check) => check.visible());
    const alone = known.filter((c) => c.request.mode === 'grad' && c.request.program.nodes.length === 2);
    const table = new Map(
      alone.flatMap(({ request: { at }, expected: [e] }) =>
        e?.kind === 'near' ? [[fromHex64(at[0] as string), fromHex64(e.value)]] : [],
      ),
    );
    expect(table.size).toBeGreaterThan(10);
    const engine = withRow(row('Math.tanh', 'table.get(primal(x)) ?? 0')).replace(
      'const primitives:',
      `const table = new Map<number, number>(${JSON.stringify([...table])});\nconst primitives:`,
    );
    const verdict = await judged(engine);
    // Alone, tanh is right wherever anybody can look; inside other programs it is asked at other points.
    expect(verdict.accepted).toBe(false);
    expect(verdict.checks).toContainEqual(expect.objectContaining({ id: 'r1/tanh/grad', pass: true }));
    expect(verdict.checks).toContainEqual(expect.objectContaining({ id: 'r1/tanh/generated', pass: false }));
  });

  test('a rule that is right on the whole visible pool and wrong elsewhere is named without numbers', async () => {
    const pool = goalById(TANH)!.checks.flatMap((check) => check.visible());
    const seen = new Set<number>();
    // Every input of tanh anywhere in the public pool, found by running the pool on a watching engine.
    const engine = withRow(row('Math.tanh', 'seen.has(primal(x)) ? exact(y) : ops.mul(1 + 1e-9, exact(y))'));
    for (const { request: asked } of pool)
      watch(
        asked.program,
        asked.at.map((h) => fromHex64(h as string)),
        seen,
      );
    const text = engine.replace(
      'const primitives:',
      `const exact = (y: Value): Value => ops.add(1, ops.mul(-1, ops.mul(y, y)));\n` +
        `const seen = new Set<number>([${[...seen].filter(Number.isFinite).join(', ')}]);\nconst primitives:`,
    );
    const verdict = await judged(text);
    expect(verdict).toMatchObject({ accepted: false, stage: 'full', counterexample: null });
    expect(verdict.reasons).toContain('r1/tanh/grad: passes the visible pool and fails on held-out inputs.');
    for (const check of verdict.checks.filter((c) => c.id === 'r1/tanh/grad'))
      expect(check.worstRatio).toBeLessThanOrEqual(1);
  });

  test('a goal that is not there yet, in the words of the engine', async () => {
    const verdict = await judged(`${seed}\n// nothing\n`);
    expect(verdict).toMatchObject({ accepted: false, stage: 'smoke' });
    expect(verdict.reasons[0]).toContain('r1/tanh: not there yet; TypeError: the engine has no op `tanh`');
  });

  test('a wrong operation beside a right one', async () => {
    const engine = withRow(`${right}\n  neg: { value: (x) => -x, partials: [() => 1] },`);
    const verdict = await judged(engine, [TANH]);
    expect(verdict.accepted).toBe(false);
    expect(verdict.reasons.join('\n')).toContain('r1/neg');
  });

  test('a goal that the base meets and the candidate breaks', async () => {
    const engine = withRow(right).replace('partials: [() => 1, () => 1]', 'partials: [() => 1, () => 2]');
    const verdict = await judged(engine);
    expect(verdict.accepted).toBe(false);
    expect(verdict.reasons.join('\n')).toContain('The base meets r0/add.');
    expect(verdict.goals).toContainEqual({ id: 'r0/add', before: true, after: false });
  });

  test('an operation that the base has and the candidate lacks', async () => {
    const verdict = await judged(withRules(seed, 'exp: y'), ['r1/exp'], withRules(seed, 'neg: -1'));
    expect(verdict.accepted).toBe(false);
    expect(verdict.reasons.join('\n')).toContain('The base meets r1/neg.');
  });

  test('answers that change from call to call', async () => {
    const engine = withRow(
      row('Math.tanh', '(calls++ % 2 === 0 ? exact(y) : ops.mul(1 + 1e-15, exact(y)))'),
    ).replace(
      'const primitives:',
      'let calls = 0;\nconst exact = (y: Value): Value => ops.add(1, ops.mul(-1, ops.mul(y, y)));\nconst primitives:',
    );
    const verdict = await judged(engine);
    expect(verdict.accepted).toBe(false);
    expect(verdict.checks).toContainEqual(expect.objectContaining({ family: 'repeat', pass: false }));
  });

  test('types and format hold, or it is not accepted', async () => {
    const typed = await judged(
      withRow(right.replace('Math.tanh', '(x) => Math.tanh(x) as unknown as string')),
    );
    expect(typed).toMatchObject({ accepted: false, stage: 'types' });
    expect(typed.reasons[0]).toMatch(/engine\.ts line \d+: .*string/);
    const formatted = await judged(withRow(right.replace('value: Math', 'value:   Math')));
    expect(formatted).toMatchObject({ accepted: false, stage: 'format' });
    expect(formatted.reasons[0]).toContain('`biome format` writes');
  });
});

describe('what breaks its process is a refusal, not an error', () => {
  test.each([
    ['throws when loaded', `${seed}\nthrow new TypeError('no');\n`, /does not load: TypeError: no/],
    ['exports nothing', 'export {};\n', /does not load/],
    ['runs for ever', withRow(row('(x) => { for (;;) x++; }', '1')), /process failed \(timeout\)/],
    [
      'takes all memory',
      `${seed}\nconst hoard: Float64Array[] = [];\nfor (;;) hoard.push(new Float64Array(1e7).fill(1));\n`,
      /process failed|does not load/,
    ],
  ])(
    '%s',
    async (_name, engine, reason) => {
      const verdict = await judged(engine);
      expect(verdict.accepted).toBe(false);
      expect(verdict.reasons.join('\n')).toMatch(reason);
    },
    60_000,
  );
});

describe('freeze, then draw', () => {
  test('nothing is drawn for a candidate that the static or the smoke stage refuses', async () => {
    const drawn = context();
    await judge.judge(request(tree(`${seed}\nprocess.exit(0);\n`), [TANH]), drawn);
    const wrong = tree(withRow(row('Math.tanh', 'y')));
    await judge.judge(request(wrong, [TANH]), drawn);
    expect(drawn.asked.filter((key) => key.startsWith(wrong.id))).toEqual([]);
  });

  test('a candidate is drawn for by its own id, once for each stage', async () => {
    const drawn = context();
    const candidate = tree(withRow(right));
    await judge.judge(request(candidate, [TANH]), drawn);
    expect(drawn.asked.filter((key) => key.startsWith(candidate.id))).toEqual([
      `${candidate.id} full`,
      `${candidate.id} confirm`,
    ]);
  });

  test('the same draws give the same verdict and the same evidence', async () => {
    const fresh = createJudge();
    try {
      const again = (): Promise<Verdict> => fresh.judge(request(tree(withRow(right)), [TANH]), context(7));
      const first = await again();
      const second = await again();
      const essence = ({ receipt, seconds, receiptId, ...rest }: Verdict): unknown => [
        rest,
        (receipt as { evidence: unknown }).evidence,
      ];
      expect(essence(second)).toEqual(essence(first));
    } finally {
      await fresh.close();
    }
  });
});

test('verdicts that run side by side do not disturb each other', async () => {
  const engines = [
    withRow(right),
    withRow(row('Math.tanh', 'y')),
    withRules(seed, 'neg: -1'),
    'export {};\n',
  ];
  const verdicts = await Promise.all(engines.map((engine, i) => judged(engine, [i === 2 ? 'r1/neg' : TANH])));
  expect(verdicts.map((v) => v.accepted)).toEqual([true, false, true, false]);
});

test('an aborted verdict rejects with the reason, and the judge goes on', async () => {
  const stop = new AbortController();
  const running = judge.judge(request(tree(withRow(right)), [TANH]), {
    ...context(),
    signal: stop.signal,
    onProgress: ({ stage }) => {
      if (stage === 'full') stop.abort(new Error('enough'));
    },
  });
  await expect(running).rejects.toThrow('enough');
  expect((await judged(withRow(right))).accepted).toBe(true);
});

test('a goal that does not exist is the caller’s mistake', async () => {
  await expect(judged(seed, ['r9/nothing'])).rejects.toThrow('There is no goal "r9/nothing"');
});

test('other files of the repository are of no concern, changed ones are', async () => {
  const readme = file('README.md', 'mine');
  const base = tree(seed, [readme]);
  const good = tree(withRow(right), [readme]);
  expect((await judge.judge(request(good, [TANH], base), context())).accepted).toBe(true);
  const touched = tree(withRow(right), [file('README.md', 'yours')]);
  const verdict = await judge.judge(request(touched, [TANH], base), context());
  expect(verdict.reasons).toEqual(['README.md was changed; only engine.ts, engine/ may change.']);
});

/** Inputs that tanh gets while a program of scalars runs, forwards. */
function watch(program: Program, at: readonly number[], seen: Set<number>): number {
  const values: number[] = [];
  for (const node of program.nodes) {
    if (node.kind === 'input') values.push(at[node.index]!);
    else if (node.kind === 'const') values.push(fromHex64(node.value as string));
    else if (node.kind === 'op') {
      const args = node.args.map((i) => values[i]!);
      if (node.op === 'tanh') seen.add(args[0]!);
      const ops: { [name: string]: (...xs: number[]) => number } = {
        add: (a, b) => a! + b!,
        mul: (a, b) => a! * b!,
        tanh: (x) => Math.tanh(x!),
      };
      values.push((ops[node.op] ?? (() => Number.NaN))(...args));
    } else if (node.kind === 'branch') {
      const taken = values[node.on]! > fromHex64(node.above) ? node.over : node.under;
      const args = node.args.map((i) => values[i]!);
      values.push(watch(taken, args, seen));
    } else throw new Error('no nesting in rung 1');
  }
  return values[program.outputs[0]!]!;
}
