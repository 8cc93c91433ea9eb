import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { causesOf, withMended } from '../../agent/audit/causes.ts';
import { MENDED_JAX } from '../../agent/audit/false-alarms.ts';
import { JAX_DEFECTS } from '../../agent/audit/known-defects.ts';
import { fromHex64, toHex64 } from '../../agent/base/float64.ts';
import { drawFrom } from '../../agent/checks/draw.ts';
import { near } from '../../agent/checks/expect.ts';
import { operation } from '../../agent/checks/operations.ts';
import type { Program, ProgramAnswer, ProgramNode } from '../../agent/checks/program.ts';
import type { Case, Expected } from '../../agent/checks/types.ts';
import { compareCase } from '../../agent/judge/compare.ts';
import type { Oracle } from '../../agent/judge/oracle/index.ts';
import { openPythonLibrary } from '../../agent/judge/oracle/python.ts';
import { goalsInQuestion, heldOut, planTogether, visible } from '../../agent/judge/plan.ts';
import { composedCase } from '../../agent/targets/engine/generated.ts';
import { engineTarget } from '../../agent/targets/index.ts';
import { skipWithoutBubblewrap } from '../judge/oracle-setup.ts';
import { missing, python } from '../python/pytest.ts';

const draw = (seed: number) => drawFrom(new Uint8Array(32).fill(seed), 'jax', 'test');
const op = (name: string, ...args: number[]): ProgramNode => ({ kind: 'op', op: name, args });
const input: ProgramNode = { kind: 'input', index: 0 };
const program = (...nodes: ProgramNode[]): Program => ({
  inputs: 1,
  nodes: [input, ...nodes],
  outputs: [nodes.length],
});

/** Asks for a value that is 1, at 0. */
const one = (asked: Program): Case => ({
  ...{ label: 'one', request: { program: asked, mode: 'value', at: [toHex64(0)] } },
  expected: [near(1, 1)],
});

/** An engine that answers 1 where its program, as JSON, says so, else 2. */
const engine = (right: (text: string) => boolean) => {
  const asked: string[] = [];
  const run: Oracle['run'] = async (requests) =>
    requests.map((request): ProgramAnswer => {
      const text = JSON.stringify(request.program);
      asked.push(text);
      const values = [toHex64(right(text) ? 1 : 2)];
      return { ok: true, values, repeatable: true, inputsKept: true };
    });
  return { asked, run };
};

const named = (...ops: string[]) => JAX_DEFECTS.filter((defect) => ops.includes(defect.op));
const nested = program(
  { kind: 'grad', body: program(op('sinc', 0)), args: [0], captures: [], wrt: 0 },
  { kind: 'branch', on: 0, above: toHex64(0), over: program(op('cosh', 0)), under: program(), args: [0] },
  op('sin', 2),
);

describe('what makes a case fail', () => {
  it('is the operation without whose defect it passes, wherever that stands in its program', async () => {
    for (const name of ['sinc', 'cosh']) {
      const { run } = engine((text) => text.includes(`mended ${name}`));
      expect(await causesOf({ run }, [one(nested)], JAX_DEFECTS)).toEqual([named(name)]);
    }
  });

  it('is several where it takes them all', async () => {
    const { run } = engine((text) => text.includes('mended sinc') && text.includes('mended cosh'));
    expect(await causesOf({ run }, [one(nested)], JAX_DEFECTS)).toEqual([named('cosh', 'sinc')]);
  });

  it('is no listed operation where it fails without their defects, too', async () => {
    const { run } = engine(() => false);
    expect(await causesOf({ run }, [one(nested)], JAX_DEFECTS)).toEqual([[]]);
  });

  it('is not asked for where no listed operation stands in it', async () => {
    const { run, asked } = engine(() => true);
    expect(await causesOf({ run }, [one(program(op('sin', 0)))], JAX_DEFECTS)).toEqual([[]]);
    expect(asked).toEqual([]);
  });
});

/** Operations one after the other, at a number: failures that JAX was seen with. */
const SEEN: readonly (readonly [string, readonly string[], number])[] = [
  ['atanh', ['atanh', 'max', 'reciprocal', 'square'], -1.625],
  ['sinc', ['logaddexp', 'div', 'cube', 'sinc'], -0.6875],
  ['sinc', ['logaddexp', 'cos', 'sinc', 'sigmoid'], 0.875],
  ['sinc', ['logcosh', 'sinc', 'expm1', 'square'], -0.0625],
  ['sinc', ['logcosh', 'cube', 'sinc', 'exp'], 0.0625],
  ['sinc', ['sin', 'sinc', 'exp', 'acosh'], 0.0625],
  ['sinc', ['logaddexp', 'neg', 'sinc', 'tanh'], -0.6875],
];

/** The program of them at one number is no matter of chance: drawn until it is at this one. */
function seen(names: readonly string[], x: number): Case {
  const from = draw(0);
  const ops = names.map(operation);
  for (;;) {
    const found = composedCase(from, ops);
    const at = found.request.at as readonly string[];
    if (at.length === 1 && fromHex64(at[0]!) === x) return found;
  }
}

/** As if it had to be another number, by a billionth. */
const elsewhere = (expected: Expected): Expected =>
  expected.kind === 'near'
    ? { ...expected, value: toHex64(fromHex64(expected.value) * (1 + 1e-9)) }
    : expected;

describe.skipIf(missing || skipWithoutBubblewrap)('JAX beside itself mended', { timeout: 600_000 }, () => {
  let oracle: Oracle;
  beforeAll(async () => {
    const opened = await openPythonLibrary('jax', { python, twice: false, host: MENDED_JAX });
    if (typeof opened === 'string') throw new Error(opened);
    oracle = opened;
  }, 600_000);
  afterAll(() => oracle.close());

  it('passes what JAX was seen to fail by a listed defect', async () => {
    const cases = SEEN.map(([, names, x]) => seen(names, x));
    const answers = await oracle.run(cases.map(({ request }) => request));
    expect(cases.map((one, i) => compareCase(one, answers[i]!).pass)).toEqual(SEEN.map(() => false));
    expect(await causesOf(oracle, cases, JAX_DEFECTS)).toEqual(SEEN.map(([name]) => named(name)));
  });

  it('is no excuse where the number is wrong for another reason', async () => {
    const cases = SEEN.map(([, names, x]) => seen(names, x)).map((one) => ({
      ...one,
      expected: one.expected.map(elsewhere),
    }));
    expect(await causesOf(oracle, cases, JAX_DEFECTS)).toEqual(SEEN.map(() => []));
  });

  it.each(JAX_DEFECTS.map(({ op }) => op))('stands every check of %s', async (name) => {
    const goals = goalsInQuestion(engineTarget, []);
    const together = planTogether(engineTarget, [], goals);
    const drawn = [1, 2, 3].flatMap((seed) => {
      const forCheck = () => draw(seed);
      const tree = { record: { tree: 'jax', stage: 'full', bytes: '' }, forCheck };
      return [
        ...goals.flatMap((goal) => heldOut(goal, 'full', tree, 1)),
        ...together.heldOut('full', tree, { fresh: 1, kept: 1 }),
      ];
    });
    const cases = [...goals.flatMap(visible), ...together.visible, ...drawn]
      .filter(({ check }) => check.id.split('/').includes(name))
      .flatMap((plan) => plan.cases())
      .map((one) => withMended(one, JAX_DEFECTS));
    const answers = await oracle.run(cases.map(({ request }) => request));
    const wrong = cases.filter((one, i) => !compareCase(one, answers[i]!).pass);
    expect(wrong.map(({ label }) => label)).toEqual([]);
    expect(cases.length).toBeGreaterThan(50);
  });
});
