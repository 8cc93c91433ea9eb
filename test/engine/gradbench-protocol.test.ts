import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { respond } from '../../bench/gradbench/protocol.ts';

const entrant = join(import.meta.dirname, '../../bench/gradbench/entrant.ts');

interface Timing {
  readonly name: string;
  readonly nanoseconds: number;
}

interface Response {
  readonly id: number;
  readonly success?: boolean;
  readonly output?: unknown;
  readonly error?: string;
  readonly timings?: readonly Timing[];
}

/** Every look at this clock is half a second after the one before: each evaluation takes so long. */
function slowClock(): () => number {
  let now = 0;
  return () => {
    now += 5e8;
    return now;
  };
}

const answer = (message: unknown, clock = slowClock()): Response =>
  JSON.parse(respond(JSON.stringify(message), clock)) as Response;

const evaluate = (module: string, name: string, input: unknown) =>
  answer({ id: 7, kind: 'evaluate', module, function: name, input });

/** What a real entrant writes, and how it ends, given these lines. */
async function session(lines: readonly string[]) {
  const child = spawn(process.execPath, [entrant], { stdio: ['pipe', 'pipe', 'pipe'] });
  const output = Promise.all([text(child.stdout), text(child.stderr)]);
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  child.stdin.end(lines.map((line) => `${line}\n`).join(''));
  const [out, err] = await output;
  return { out, err, code: await ended };
}

const twelve = [
  'hello',
  'lse',
  'llsq',
  'det',
  'ode',
  'gmm',
  'lstm',
  'ba',
  'ht',
  'kmeans',
  'saddle',
  'particle',
];

describe('a session with a real entrant', () => {
  it('answers each message with one line that has its id, and ends with its input', async () => {
    const messages = [
      { id: 0, kind: 'start', eval: 'lse' },
      { id: 1, kind: 'define', module: 'lse' },
      {
        id: 2,
        kind: 'evaluate',
        module: 'lse',
        function: 'gradient',
        input: { x: [5], min_runs: 3, min_seconds: 0 },
      },
      { id: 3, kind: 'analysis', of: 2, valid: true },
      { id: 4, kind: 'evaluate', module: 'lse', function: 'hessian', input: { x: [5] } },
      { id: 5, kind: 'analysis', of: 4, valid: false, error: 'for a test' },
    ];
    const { out, err, code } = await session(messages.map((message) => JSON.stringify(message)));
    expect(err).toBe('');
    expect(code).toBe(0);
    const lines = out.trimEnd().split('\n');
    const responses = lines.map((line) => JSON.parse(line) as Response);
    expect(responses.map(({ id }) => id)).toEqual([0, 1, 2, 3, 4, 5]);
    expect(responses[0]).toEqual({ id: 0, tool: 'vibegrad' });
    expect(responses[1]).toEqual({ id: 1, success: true });
    expect(responses[2]).toMatchObject({ success: true, output: [1] });
    expect(responses[3]).toEqual({ id: 3 });
    expect(responses[4]).toMatchObject({ success: false });
    expect(responses[5]).toEqual({ id: 5 });
    const evaluations = responses[2]!.timings!.filter(({ name }) => name === 'evaluate');
    expect(evaluations).toHaveLength(3);
    for (const { nanoseconds } of responses[2]!.timings!) {
      expect(Number.isSafeInteger(nanoseconds) && nanoseconds >= 0).toBe(true);
    }
  });

  it.each(['{ "id": 0,', '[]', '{ "kind": "start" }', 'null'])(
    'a line that is no message, %s, ends it with the reason, after the answers that were due',
    async (line) => {
      const { out, err, code } = await session(['{"id":0,"kind":"start"}', line, '{"id":2,"kind":"start"}']);
      expect(out).toBe('{"id":0,"tool":"vibegrad"}\n');
      expect(err).toMatch(/^a line is no /);
      expect(code).toBe(1);
    },
  );
});

describe('messages', () => {
  it.each(twelve)('%s is defined', (module) => {
    expect(answer({ id: 3, kind: 'define', module })).toEqual({ id: 3, success: true });
  });

  it.each(['', 'nothing', '__proto__', 'constructor', 7, null])('module %j is not', (module) => {
    const response = answer({ id: 3, kind: 'define', module });
    expect(response).toMatchObject({ id: 3, success: false });
    expect(response.error).toContain('hello, lse');
  });

  it('a kind that it does not know is acknowledged', () => {
    expect(answer({ id: 9, kind: 'end' })).toEqual({ id: 9 });
  });

  it.each(['nothing', 'constructor', '__proto__', 7])(
    'function %j is an error that names those there are',
    (name) => {
      const response = answer({ id: 4, kind: 'evaluate', module: 'gmm', function: name, input: {} });
      expect(response).toMatchObject({ id: 4, success: false });
      expect(response.error).toContain('objective, jacobian');
    },
  );
});

describe('how often an evaluation runs', () => {
  const runs = (input: object) => {
    const { timings } = evaluate('lse', 'primal', { x: [1, 2], ...input });
    return timings!.map(({ name, nanoseconds }) => `${name} ${nanoseconds / 1e9}`);
  };
  const once = 'evaluate 0.5';

  it('once where nothing is said', () => {
    expect(runs({})).toEqual(['prepare 0.5', once]);
  });

  it('at least `min_runs` times', () => {
    expect(runs({ min_runs: 4, min_seconds: 1 })).toEqual(['prepare 0.5', once, once, once, once]);
  });

  it('and until `min_seconds` are over', () => {
    expect(runs({ min_runs: 1, min_seconds: 1.6 })).toEqual(['prepare 0.5', once, once, once, once]);
  });
});

describe('inputs that are none are answered with what is wrong', () => {
  const lists = { x: [1, 2], min_runs: 1, min_seconds: 0 };
  it.each([
    ['lse', 'primal', {}, '`x` wants numbers'],
    ['lse', 'primal', 3, '`input` wants an object'],
    ['lse', 'primal', { ...lists, min_runs: 0 }, '`min_runs` wants'],
    ['lse', 'primal', { ...lists, min_seconds: 'long' }, '`min_seconds` wants'],
    ['lse', 'gradient', { x: [1, 'two'] }, '`x` wants numbers'],
    ['hello', 'double', { x: 1 }, 'one number'],
    ['llsq', 'primal', { x: [1], n: 2.5 }, '`n` wants a whole number'],
    ['det', 'primal', { A: [1, 2, 3], ell: 2 }, '`A` wants'],
    ['kmeans', 'dir', { points: [[1, 2], [3]], centroids: [[1, 2]] }, '`points` wants'],
    ['kmeans', 'dir', { points: [[1, 2]], centroids: [[1]] }, '`centroids` wants'],
    ['lstm', 'jacobian', { state: [[1]], sequence: [[1], [0]] }, 'two rows for each layer'],
    ['ht', 'objective', { theta: [], us: [], data: 4 }, '`data` wants an object'],
  ])('%s.%s %#', (module, name, input, why) => {
    const response = evaluate(module, name, input);
    expect(response).toMatchObject({ id: 7, success: false });
    expect(response.error).toMatch(new RegExp(why));
    expect(response.output).toBeUndefined();
  });

  it('a result that JSON cannot say is a failure, not null', () => {
    const response = evaluate('kmeans', 'dir', { points: [[1], [2]], centroids: [[1], [50]] });
    expect(response).toMatchObject({ success: false });
    expect(response.error).toMatch(/not finite/);
  });
});
