import { afterAll, expect, test } from 'vitest';
import { createJudge } from '../../agent/judge/index.ts';
import { stripTypes } from '../../agent/judge/oracle/index.ts';
import { context, request, tree, withRow } from './engines.ts';

// Node's stripper is WebAssembly: a text that takes more stack than it has can break it for good.
const judge = createJudge();
afterAll(() => judge.close());

const neg = '  neg: { value: (x) => -x, partials: [() => -1] },';
const deep = (n: number): string => `${'['.repeat(n)}${']'.repeat(n)}`;

test('engines nested too deep are refused, and those after them are judged', async () => {
  for (const n of [2500, 2600, 2700]) {
    const nested = await judge.judge(
      request(tree(withRow(`${neg}\n  deep: ${deep(n)},`)), ['r1/neg']),
      context(),
    );
    expect(nested).toMatchObject({ accepted: false, stage: 'static' });
    expect(nested.reasons[0]).toContain('engine.ts does not parse: it is nested too deep to be read.');
  }
  const honest = await judge.judge(request(tree(withRow(neg)), ['r1/neg']), context());
  expect(honest).toMatchObject({ accepted: true });
});

test('what is stripped after that is the same as before', () => {
  expect(stripTypes(deep(2500))).toEqual({ ok: false, error: 'it is nested too deep to be read' });
  expect(stripTypes('const ü: string = "ö";\n')).toEqual({ ok: true, text: 'const ü         = "ö";\n' });
  expect(stripTypes('enum A { B }')).toEqual({
    ok: false,
    error: 'line 1: TypeScript enum is not supported in strip-only mode',
  });
  expect(stripTypes('\n\nconst = 1;')).toMatchObject({
    ok: false,
    error: expect.stringMatching(/^line 3: Unexpected/),
  });
});
