import { afterAll, describe, expect, test } from 'vitest';
import { edited, knownGoodText, treeOf } from '../../agent/audit/known-good.ts';
import { nodeCount } from '../../agent/checks/program-edits.ts';
import { programText } from '../../agent/checks/program-text.ts';
import { checkWith } from '../../agent/judge/check.ts';
import { compareCase } from '../../agent/judge/compare.ts';
import type { Answers } from '../../agent/judge/evaluate.ts';
import { openBench } from '../../agent/judge/open.ts';
import { smallestProgram } from '../../agent/judge/smallest-program.ts';
import { program } from '../../agent/targets/engine/build.ts';
import { referenceCase, request } from '../../agent/targets/engine/case.ts';
import * as engine from '../../engine/known-good/engine.ts';
import { interpret } from '../checks/interpret.ts';

const { bench, close } = openBench();
afterAll(close);

const good: Answers = { run: async (requests) => requests.map((r) => interpret(engine as never, r)) };

/** The known-good engine, but wrong by a hundredth where a program holds so many operations of a name. */
const wrongWith = (name: string, times: number): Answers => ({
  run: async (requests) =>
    requests.map((r) => {
      const answer = interpret(engine as never, r);
      const count = JSON.stringify(r.program).split(`"op":"${name}"`).length - 1;
      if (count < times || !answer.ok) return answer;
      return { ...answer, values: answer.values.map(() => '0000000000000001') };
    }),
});

describe('a program that fails becomes the smallest that does', () => {
  const large = request(
    program(3, (b, x, y, z) => {
      const slope = b.grad(0, [x], [y], (i, p, q) => i.op('mul', i.op('sin', p), i.op('mul', q, p)));
      const choice = b.branch(
        y,
        10,
        [x, z],
        (i, p, q) => i.op('add', p, q),
        (i, p, q) => i.op('mul', i.op('tanh', p), q),
      );
      const sum = b.op('add', b.op('mul', slope, choice), b.op('exp', z));
      return b.op('add', b.op('mul', sum, sum), b.op('cos', b.op('mul', x, y)));
    }),
    'grad',
    [0.8125, -1.4375, 0.6875],
  );
  const found = { case: referenceCase('large', large) };

  test.each([
    ['cos', 1, 'cos(x0)'],
    ['tanh', 1, 'tanh(x0)'],
    ['sin', 1, '∂/∂y0 [sin(y0)]'],
  ])('wrong wherever %s stands', async (name, times, text) => {
    const oracle = wrongWith(name, times);
    const [answer] = await oracle.run([large]);
    const { case: smallest } = await smallestProgram(oracle, { ...found, answer: answer! });
    expect(programText(smallest.request.program)).toContain(text);
    expect(nodeCount(smallest.request.program)).toBeLessThanOrEqual(6);
    expect(smallest.request.at.length).toBeLessThan(3);
    expect(compareCase(smallest, (await oracle.run([smallest.request]))[0]!).pass).toBe(false);
  });

  test('and stays as it is where no smaller one fails', async () => {
    const small = request(
      program(1, (b, x) => b.op('cos', x)),
      'grad',
      [1],
    );
    const oracle = wrongWith('cos', 1);
    const [answer] = await oracle.run([small]);
    const one = { case: referenceCase('small', small), answer: answer! };
    expect(await smallestProgram(oracle, one)).toBe(one);
  });

  test('where the engine is right, nothing is refused', async () => {
    const [answer] = await good.run([large]);
    expect(compareCase(found.case, answer!)).toMatchObject({ pass: true, steady: true });
  });
});

/** Mistakes in what two operations do together; each is right by itself. */
const PLANTED: readonly (readonly [
  what: string,
  edits: readonly (readonly [string, string])[],
  text: RegExp,
  nodes: number,
])[] = [
  [
    'hyperbolic tangents of one value times itself',
    [
      [
        '/** The plain number, or array, under a value. */',
        `const tanhOf = ops.tanh!;
ops.tanh = (x) => {
  const [first, second] = x instanceof Trace ? x.back : [];
  const alone = second !== undefined && first![0] === second[0] && first![0].back.length === 1;
  const squared = alone && (plain(first![0]) as number) ** 2 === plain(x!);
  return tanhOf(squared ? ops.add!(x!, ops.mul!(0.01, ops.sub!(x!, plain(x!) as never))) : x!);
};

/** The plain number, or array, under a value. */`,
      ],
    ],
    /tanh\(mul\((\w+\(.*\)), \1\)\)/,
    7,
  ],
  [
    'logsumexp of slices',
    [
      [
        "      return gather(\n        x!,\n        list(a, 'stop')",
        "      return cut(\n        x!,\n        list(a, 'stop')",
      ],
      [
        'const GELU =',
        'const slices = new WeakSet<object>();\nconst cut: typeof gather = (...all) => {\n  const made = gather(...all);\n  slices.add(made);\n  return made;\n};\nconst GELU =',
      ],
      [
        '    const m = largest(x!, axisOf(a));',
        '    if (slices.has(plain(x!) as object)) x = ops.add!(x!, ops.mul!(0.001, ops.sub!(x!, plain(x!) as never)));\n    const m = largest(x!, axisOf(a));',
      ],
    ],
    /logsumexp\(slice\(/,
    7,
  ],
];

describe('what only drawn programs find is refused with a small program', { timeout: 120_000 }, () => {
  test.each(PLANTED)('%s', async (_, edits, text, nodes) => {
    const wrong = edits.reduce((now, [from, to]) => edited(now, from, to), knownGoodText());
    const context = { draw: async () => new Uint8Array(32).fill(7), signal: new AbortController().signal };
    const { ok, checks, smallest } = await checkWith(bench, treeOf(wrong), null, [], context);
    expect(ok).toBe(false);
    expect(new Set(checks.filter((c) => !c.pass).map((c) => c.family))).toEqual(new Set(['generated']));
    expect(smallest!.label).toMatch(text);
    expect(smallest!.label.match(/\w+\(/g)!.length).toBeLessThanOrEqual(nodes);
  });
});
