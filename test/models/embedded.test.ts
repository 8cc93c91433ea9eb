import { describe, expect, test } from 'vitest';
import { createEmbedded } from '../../agent/models/embedded/index.ts';
import type { ProposeGoal, Task } from '../../agent/models/types.ts';
import { parseRules, showRule } from '../../agent/targets/engine/rule.ts';
import { ask } from './embedded-ladder.ts';

const INPUTS = [-3, -1.5, -1, -0.5, 0, 0.25, 0.75, 1, 2, 3.5];

function unary(
  op: string,
  f: (x: number) => number,
  df: (x: number) => number,
  definition: string | null = null,
) {
  const points = INPUTS.map((x) => ({ at: [x], value: f(x), partials: [df(x)] }));
  return { id: `r1/${op}`, op, arity: 1, definition, points } satisfies ProposeGoal;
}

const tanh = unary('tanh', Math.tanh, (x) => 1 - Math.tanh(x) ** 2);
const sin = unary('sin', Math.sin, Math.cos);
const cos = unary('cos', Math.cos, (x) => -Math.sin(x));
const noise = unary(
  'noise',
  (x) => Math.sin(1e5 * x ** 3 + 1),
  (x) => Math.cos(1e7 * x ** 3 + 2),
);

const task = (goals: readonly ProposeGoal[], refused: readonly string[] = []): Task => ({
  kind: 'propose',
  goals,
  ops: ['add', 'mul'],
  refused,
});

function rules(text: string): string[] {
  const parsed = parseRules(text);
  return parsed.ok ? parsed.rules.map(showRule) : [];
}

describe('the embedded search', () => {
  test('says what it is, costs nothing, and explains nothing', async () => {
    const model = createEmbedded();
    expect(model.kind).toBe('search, not a language model');
    const request = {
      system: '',
      messages: [],
      maxTokens: 100,
      task: { kind: 'explain', topic: 'tanh' },
    } as const;
    const reply = await model.complete(request, { signal: new AbortController().signal });
    expect(reply).toMatchObject({ cost: 0, stop: 'end', usage: { input: 0, output: 0 } });
    expect(reply.text).toContain('I explain nothing');
  });

  test('finds the rule of tanh in some hundreds of evaluations, and says in how many', async () => {
    const text = await ask(task([tanh]));
    expect(rules(text)).toEqual(['tanh: 1 - y*y']);
    expect(Number(/# (\d+) evaluations/.exec(text)?.[1])).toBeLessThan(1000);
  });

  test('proposes rules that need each other together', async () => {
    expect(rules(await ask(task([sin, cos])))).toEqual(['sin: cos(x)', 'cos: -sin(x)']);
  });

  test('proposes no rule that calls an op which the engine lacks and nobody adds', async () => {
    expect(rules(await ask(task([sin])))).toEqual([]);
  });

  test('goes on to the next rule when one was refused, and never repeats it', async () => {
    const refused: string[] = [];
    const seen = new Set<string>();
    for (let i = 0; i < 4; i++) {
      const text = await ask(task([tanh], refused));
      const [rule] = rules(text);
      expect(rule).toBeDefined();
      expect(seen).not.toContain(rule);
      seen.add(rule!);
      refused.push(text);
    }
  });

  test('proposes one goal at a time when the rules for all were refused together', async () => {
    const both = await ask(task([tanh, unary('exp', Math.exp, Math.exp)]));
    expect(rules(both)).toEqual(['tanh: 1 - y*y', 'exp: y']);
    const next = await ask(task([tanh, unary('exp', Math.exp, Math.exp)], [both]));
    expect(rules(next)).toEqual(['tanh: 1 - y*y']);
  });

  test('finds a choice where one formula does not do', async () => {
    const slope = (x: number) => (x > 0 ? 2 : 2 * x);
    const hinge = unary('hinge', (x) => (x > 0 ? 2 * x : x * x), slope, 'where(x > 0, 2*x, x*x)');
    const points = hinge.points.filter((point) => point.at[0] !== 0);
    expect(rules(await ask(task([{ ...hinge, points }])))).toEqual([
      'hinge = where(x > 0, 2*x, x*x): where(x > 0, 2, 2*x)',
    ]);
  });

  test('states a value where there is no standard one', async () => {
    const half = unary(
      'half',
      (x) => x / 2,
      () => 0.5,
      'x/2',
    );
    expect(rules(await ask(task([half])))).toEqual(['half = x/2: 0.5']);
  });

  test('proposes nothing where it has nothing, and says how long it looked', async () => {
    expect(await ask(task([noise]))).toMatch(/^nothing found after \d{6,} evaluations$/);
    expect(await ask(task([]))).toMatch(/^nothing to search for: /);
  }, 60_000);

  test('lets others work meanwhile, and stops when told', async () => {
    const control = new AbortController();
    let turns = 0;
    const count = () => {
      if (++turns === 3) control.abort();
      else setImmediate(count);
    };
    setImmediate(count);
    await expect(ask(task([noise]), control.signal)).rejects.toMatchObject({ failure: 'aborted' });
    expect(turns).toBe(3);
    await expect(ask(task([tanh]), control.signal)).rejects.toMatchObject({ failure: 'aborted' });
  });

  test('holds a rule to the edges it is told of', async () => {
    const cbrt = unary('cbrt', Math.cbrt, (x) => 1 / (3 * Math.cbrt(x) ** 2));
    const goal = { ...cbrt, points: cbrt.points.filter((point) => point.at[0] !== 0) };
    const atZero = { at: ['0000000000000000'], value: '0000000000000000' };
    const INFINITY = '7ff0000000000000';
    const known = { ...task([]), ops: ['add', 'mul', 'div'] } as Extract<Task, { kind: 'propose' }>;
    const free = rules(await ask({ ...known, goals: [goal] }))[0]!;
    const held = rules(
      await ask({ ...known, goals: [{ ...goal, edges: [{ ...atZero, partials: [[INFINITY, INFINITY]] }] }] }),
    )[0]!;
    // y/(3x) is NaN at 0; 1/(3y²) is not.
    expect(free).toContain('x');
    expect(held).not.toContain('x');
  });
});
