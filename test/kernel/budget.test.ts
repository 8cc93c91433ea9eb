import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Json } from '../../agent/base/json.ts';
import {
  type Budget,
  type Devices,
  estimateReserve,
  judge,
  type KernelEvent,
  model,
  note,
  now,
  type Program,
  readJournal,
  runSession,
  type SessionOptions,
  sleep,
  spawn,
  tool,
  wait,
} from '../../agent/kernel/index.ts';
import { ModelError } from '../../agent/models/types.ts';
import { folder } from './folder.ts';
import { devicesWith, reply, request, startOf, unlimited, verdict } from './world.ts';

/** Proposes and judges so many trees, and says what it was told. */
function* loop(count: number): Program<Json> {
  const said: Json[] = [];
  for (let i = 0; i < count; i += 1) {
    const answer = yield* model('propose', request(`proposal ${i}`));
    const call = { base: 'base', candidate: answer.text, goals: [], attempts: {}, shrink: false };
    said.push((yield* judge(call)).tree);
    yield* note('judged', i);
  }
  return said;
}

const answering: Partial<Devices> = {
  model: async (asked) => reply(`tree of ${asked.messages[0]?.content}`),
  judge: async (call) => verdict(call, true),
  tool: async () => null,
};

function run(
  dir: string,
  budget: Partial<Budget>,
  program: () => Program<Json>,
  more: Partial<SessionOptions> = {},
) {
  return runSession({
    dir,
    programs: {
      main: { digest: '1', run: program },
      child: {
        digest: '1',
        run: function* (prompt) {
          return (yield* model('explain', request(prompt as string))).text;
        },
      },
    },
    devices: devicesWith(answering),
    budget: { ...unlimited, ...budget },
    start: startOf('main'),
    ...more,
  });
}

const three = () => loop(3);
const trees = ['tree of proposal 0', 'tree of proposal 1', 'tree of proposal 2'];

describe('a budget', () => {
  it('of iterations stops before anything is paid for one too many; a larger one goes on from there', async () => {
    const dir = folder();
    const first = await run(dir, { maxIterations: 1 }, three);
    expect(first).toMatchObject({
      reason: 'budget',
      stop: { limit: 'iterations', pid: '1', call: 4 },
      spent: { iterations: 1, tokens: 15, cost: 0.01 },
      remaining: { iterations: 0, tokens: null },
    });
    const second = await run(dir, { maxIterations: 2 }, three);
    expect(second).toMatchObject({ reason: 'budget', stop: { call: 7 }, spent: { iterations: 2 } });
    const third = await run(dir, { maxIterations: 3 }, three);
    expect(third).toMatchObject({ reason: 'done', outcome: trees, stop: null });
  });

  it('that is as small as before stops at the same place, and the journal does not grow', async () => {
    const dir = folder();
    await run(dir, { maxIterations: 1 }, three);
    const before = readFileSync(join(dir, 'journal.jsonl'));
    expect(await run(dir, { maxIterations: 1 }, three)).toMatchObject({ reason: 'budget' });
    expect(readFileSync(join(dir, 'journal.jsonl'))).toEqual(before);
  });

  it('of tokens holds what a call may use at most, before it is begun', async () => {
    const dir = folder();
    const reserve = estimateReserve(request('proposal 0')).tokens;
    expect(reserve).toBeGreaterThan(100);
    const enough = 15 + reserve;
    expect(await run(dir, { maxTokens: enough - 1 }, three)).toMatchObject({
      reason: 'budget',
      stop: { limit: 'tokens', call: 4 },
      spent: { tokens: 15 },
      remaining: { tokens: enough - 16 },
    });
    expect(await run(dir, { maxTokens: enough }, three)).toMatchObject({
      stop: { limit: 'tokens', call: 7 },
      spent: { tokens: 30 },
    });
  });

  it('counts what a failed call had used, and what failed before a reply came, now and when it is read again', async () => {
    const dir = folder();
    const used = { usage: { input: 10, cachedInput: 0, output: 4 }, cost: 0.02 };
    function* twice(): Program<Json> {
      try {
        yield* model('explain', request('first'));
      } catch (error) {
        const { message, used: told } = error as ModelError;
        return [message, told as unknown as Json, (yield* model('explain', request('second'))).text];
      }
      return null;
    }
    const devices = devicesWith({
      model: async (asked) => {
        if (asked.messages[0]?.content === 'first') throw new ModelError('stopped', 'so far', null, { used });
        return reply('whole', { lost: used });
      },
    });
    const total = { tokens: 14 + 15 + 14, cost: 0.05 };
    const first = await run(dir, {}, twice, { devices });
    expect(first).toMatchObject({ outcome: ['so far', used, 'whole'], spent: { tokens: total.tokens } });
    expect(first.spent.cost).toBeCloseTo(total.cost, 12);
    const again = await run(dir, { maxTokens: 100 }, twice, { devices: devicesWith({}) });
    expect(again).toMatchObject({ outcome: ['so far', used, 'whole'], spent: { tokens: total.tokens } });
  });

  it('of cost uses the price that it is told', async () => {
    const priced = { estimate: () => ({ tokens: 0, cost: 0.02 }) };
    const result = await run(folder(), { maxCost: 0.035 }, three, priced);
    expect(result).toMatchObject({
      reason: 'budget',
      stop: { limit: 'cost', call: 7 },
      spent: { cost: 0.02 },
    });
  });

  it('of time counts the seconds of all runs, not those between them', async () => {
    const dir = folder();
    let clock = 0;
    const slow = {
      clock: () => clock,
      devices: devicesWith({
        ...answering,
        model: async () => {
          clock += 1000;
          return reply(`tree ${clock}`);
        },
      }),
    };
    const first = await run(dir, { maxTime: 2 }, three, slow);
    expect(first).toMatchObject({ reason: 'budget', stop: { limit: 'time' }, spent: { seconds: 2 } });
    clock += 3_600_000;
    const second = await run(dir, { maxTime: 2.5 }, three, slow);
    expect(second).toMatchObject({ reason: 'budget', spent: { seconds: 3 } });
    const third = await run(dir, { maxTime: 3.5 }, three, slow);
    expect(third).toMatchObject({ reason: 'done', spent: { seconds: 3 } });
  });

  it('of time is not slept away', async () => {
    const result = await run(folder(), { maxTime: 60 }, function* () {
      yield* sleep(61_000);
      return null;
    });
    expect(result).toMatchObject({ reason: 'budget', stop: { limit: 'time', call: 1 } });
  });

  it('that is reserved by calls in flight makes others wait, not fail', async () => {
    const reserve = estimateReserve(request('why')).tokens;
    let together = 0;
    let most = 0;
    const devices = devicesWith({
      model: async () => {
        together += 1;
        most = Math.max(most, together);
        await new Promise((resolve) => setImmediate(resolve));
        together -= 1;
        return reply('so');
      },
    });
    const program = function* (): Program<Json> {
      const pids = [yield* spawn('child', 'why'), yield* spawn('child', 'how')];
      const said: Json[] = [];
      for (const pid of pids) said.push((yield* wait(pid)).outcome);
      return said;
    };
    const result = await run(folder(), { maxTokens: reserve + 20 }, program, { devices });
    expect(result).toMatchObject({ reason: 'done', outcome: ['so', 'so'], spent: { tokens: 30 } });
    expect(most).toBe(1);
  });

  it('that one process has used up lets the calls of the others come back first', async () => {
    const dir = folder();
    let answer = () => {};
    const program = function* (): Program<Json> {
      const child = yield* spawn('child', 'slow');
      yield* tool('until the child has asked', null);
      const call = { base: 'base', candidate: 'tree', goals: [], attempts: {}, shrink: false };
      yield* judge(call);
      const second = yield* judge({ ...call, candidate: 'other tree' });
      return [second.tree, (yield* wait(child)).outcome];
    };
    const devices = devicesWith({
      ...answering,
      tool: () => new Promise((resolve) => setImmediate(() => resolve(null))),
      model: () =>
        new Promise((resolve) => {
          answer = () => resolve(reply('paid'));
        }),
      judge: async (call) => {
        setImmediate(answer);
        return verdict(call, true);
      },
    });
    const first = await run(dir, { maxIterations: 1 }, program, { devices });
    expect(first).toMatchObject({ reason: 'budget', stop: { limit: 'iterations' }, spent: { tokens: 15 } });
    const second = await run(dir, {}, program, {
      devices: devicesWith({ judge: async (call) => verdict(call, true) }),
    });
    expect(second).toMatchObject({ reason: 'done', outcome: ['other tree', 'paid'], repaid: 0 });
  });

  it('counts what a killed call had reserved: the money may be gone', async () => {
    const dir = folder();
    const priced = { estimate: () => ({ tokens: 100, cost: 0.5 }) };
    const controller = new AbortController();
    const stopping = devicesWith({
      model: (_request, context) =>
        new Promise((_resolve, reject) => {
          context.signal.addEventListener('abort', () => reject(context.signal.reason));
          controller.abort();
        }),
    });
    await run(dir, {}, three, { ...priced, devices: stopping, signal: controller.signal });
    const result = await run(dir, { maxCost: 0.9 }, three, priced);
    expect(result).toMatchObject({
      reason: 'budget',
      stop: { limit: 'cost', call: 1 },
      repaid: 1,
      spent: { lost: 1, tokens: 100, cost: 0.5 },
    });
    const resumed = readJournal(dir).lines.filter((line) => line.type === 'resume');
    expect(resumed).toMatchObject([{ repaid: 1, budget: { maxCost: 0.9 } }]);
    expect(await run(dir, {}, three, priced)).toMatchObject({ reason: 'done', repaid: 0, outcome: trees });
  });

  it('is told while the session runs', async () => {
    const events: KernelEvent[] = [];
    await run(folder(), { maxIterations: 2, maxTokens: 1000 }, three, {
      onEvent: (event) => events.push(event),
    });
    const told = events.flatMap((event) => (event.type === 'budget' ? [event.remaining] : []));
    expect(told.map(({ tokens, iterations }) => [tokens, iterations])).toEqual([
      [1000, 2],
      [985, 2],
      [985, 1],
      [970, 1],
      [970, 0],
    ]);
  });

  it('of no iterations lets a program do what costs nothing', async () => {
    const result = await run(folder(), { maxIterations: 0, maxTokens: 0, maxCost: 0 }, function* () {
      yield* note('free', null);
      return yield* now();
    });
    expect(result).toMatchObject({ reason: 'done', outcome: 0 });
  });
});

describe('time', () => {
  it('stops a model call that runs, which has no result then and is made again by a resume', async () => {
    const dir = folder();
    const asked: boolean[] = [];
    const patient: Partial<Devices> = {
      ...answering,
      model: (_, { signal, again }) =>
        new Promise((resolve, reject) => {
          asked.push(again === true);
          if (again === true) resolve(reply('tree'));
          signal.addEventListener('abort', () => reject(signal.reason as Error));
        }),
    };
    const devices = devicesWith(patient);
    const stopped = await run(dir, { maxTime: 0.05 }, () => loop(1), { devices });
    expect(stopped).toMatchObject({ reason: 'budget', stop: { limit: 'time', pid: '1', call: 1 } });
    const { lines } = readJournal(dir);
    expect(lines.map(({ type }) => type)).toEqual(['start', 'intent', 'end']);
    const resumed = await run(dir, {}, () => loop(1), { devices });
    expect(resumed).toMatchObject({ reason: 'done', repaid: 1 });
    expect(asked).toEqual([false, true]);
  });
});
