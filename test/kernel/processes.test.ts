import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UserError } from '../../agent/base/errors.ts';
import type { Json } from '../../agent/base/json.ts';
import {
  type Devices,
  judge,
  loadStored,
  memoryGet,
  memorySet,
  note,
  now,
  type Program,
  type ProgramEntry,
  readJournal,
  receive,
  runSession,
  type SessionOptions,
  send,
  sleep,
  spawn,
  tool,
  wait,
  waitAny,
} from '../../agent/kernel/index.ts';
import { folder } from './folder.ts';
import { devicesWith, startOf, unlimited, verdict } from './world.ts';

type Programs = { readonly [name: string]: (args: Json) => Program<Json> };

function run(
  dir: string,
  programs: Programs,
  devices: Partial<Devices> = {},
  more: Partial<SessionOptions> = {},
) {
  const entries = Object.entries(programs).map(([name, program]): [string, ProgramEntry] => [
    name,
    { digest: name, run: program },
  ]);
  return runSession({
    dir,
    programs: Object.fromEntries(entries),
    devices: devicesWith(devices),
    budget: unlimited,
    start: startOf('main'),
    ...more,
  });
}

describe('processes', () => {
  it('run beside each other, are waited for, and share the memory of their session', async () => {
    let together = 0;
    let most = 0;
    const result = await run(
      folder(),
      {
        *main() {
          const pids: string[] = [];
          for (const name of ['a', 'b', 'c']) pids.push(yield* spawn('child', name));
          const outcomes: Json[] = [];
          for (const pid of pids) outcomes.push((yield* wait(pid)).outcome);
          return [pids, outcomes, yield* memoryGet('c'), yield* memoryGet('nothing')];
        },
        *child(name) {
          yield* tool('work', name);
          yield* memorySet(name as string, `${name} was here`);
          return `${name} done`;
        },
      },
      {
        tool: async () => {
          together += 1;
          most = Math.max(most, together);
          await new Promise((resolve) => setImmediate(resolve));
          together -= 1;
          return null;
        },
      },
    );
    expect(result.outcome).toEqual([
      ['1.1', '1.2', '1.3'],
      ['a done', 'b done', 'c done'],
      'c was here',
      null,
    ]);
    expect(most).toBe(3);
  });

  it('tell how they ended: one that fails does not take its parent along', async () => {
    const failed = {
      pid: '1.1',
      reason: 'failed',
      outcome: {
        error: { name: 'UserError', code: 'missing', message: 'There is no Python.', mend: 'Install it.' },
      },
    };
    const result = await run(folder(), {
      *main() {
        const child = yield* spawn('child', null);
        return [yield* wait(child), yield* waitAny([child])] as unknown as Json;
      },
      *child() {
        yield* note('before', null);
        throw new UserError('missing', 'There is no Python.', 'Install it.');
      },
    });
    expect(result).toMatchObject({ reason: 'done', outcome: [failed, failed] });
  });

  it('are stopped when the one that started them ends, their calls too', async () => {
    const dir = folder();
    let stopped = false;
    const result = await run(
      dir,
      {
        *main() {
          const pids = [yield* spawn('slow', null), yield* spawn('quick', null)];
          return (yield* waitAny(pids)).outcome;
        },
        *quick() {
          return yield* tool('quick', null);
        },
        *slow() {
          yield* spawn('slower', null);
          return yield* tool('slow', null);
        },
        *slower() {
          yield* sleep(2 ** 30);
          return null;
        },
      },
      {
        tool: (name, _args, context) =>
          name === 'quick'
            ? new Promise((resolve) => setImmediate(() => resolve('first')))
            : new Promise((_resolve, reject) => {
                context.signal.addEventListener('abort', () => {
                  stopped = true;
                  reject(context.signal.reason);
                });
              }),
      },
    );
    expect(result.outcome).toBe('first');
    expect(stopped).toBe(true);
    const exits = readJournal(dir).lines.flatMap((line) =>
      line.type === 'exit' ? [[line.pid, line.reason]] : [],
    );
    expect(exits).toEqual([
      ['1.2', 'done'],
      ['1.1.1', 'interrupted'],
      ['1.1', 'interrupted'],
      ['1', 'done'],
    ]);
  });

  it('refuse, in words, what names no process or no program', async () => {
    const said: string[] = [];
    const tried: (() => Program<unknown>)[] = [
      () => spawn('nobody', null),
      () => wait('1.7'),
      () => wait('1'),
      () => waitAny([]),
      () => send('1.7', null),
      () => sleep(-1),
    ];
    await run(folder(), {
      *main() {
        for (const attempt of tried) {
          try {
            yield* attempt();
          } catch (error) {
            said.push(error instanceof UserError ? error.message : `not a UserError: ${error}`);
          }
        }
        return null;
      },
    });
    expect(said).toEqual([
      'There is no program named nobody.',
      'There is no process 1.7.',
      'A process cannot wait for itself.',
      'There is no process to wait for.',
      'There is no process 1.7.',
      'A sleep lasts 0 to 2147483647 ms, not -1.',
    ]);
  });

  it('that all wait for each other end the run instead of hanging', async () => {
    const result = await run(folder(), {
      *main() {
        yield* spawn('child', null);
        return (yield* receive()).message;
      },
      *child() {
        return (yield* receive()).message;
      },
    });
    expect(result).toMatchObject({
      reason: 'failed',
      error: { message: 'every process waits for another one: 1 in receive, 1.1 in receive' },
    });
  });

  it('that judge the same tree at the same time share one verdict; if it fails, the next one judges', async () => {
    let judged = 0;
    const result = await run(
      folder(),
      {
        *main() {
          const pids = [yield* spawn('child', 1), yield* spawn('child', 2), yield* spawn('child', 3)];
          const outcomes: Json[] = [];
          for (const pid of pids) outcomes.push((yield* wait(pid)).outcome);
          return outcomes;
        },
        *child() {
          const call = { base: 'base', candidate: 'tree', goals: [], attempts: {}, shrink: false };
          try {
            return (yield* judge(call)).receipt;
          } catch {
            return 'no oracle';
          }
        },
      },
      {
        judge: async (call) => {
          judged += 1;
          await new Promise((resolve) => setImmediate(resolve));
          if (judged === 1) throw new UserError('missing', 'The oracle did not start.');
          return verdict(call, true, judged);
        },
      },
    );
    expect(result.outcome).toEqual(['no oracle', 2, 2]);
    expect(result.spent.iterations).toBe(1);
  });

  it('are given what is JSON only: another argument fails where it is used, at every replay alike', async () => {
    const result = await run(folder(), {
      *main() {
        try {
          yield* note('ratio', Number.NaN);
        } catch (error) {
          return (error as Error).message;
        }
        return null;
      },
    });
    expect(result.outcome).toBe('call 1 is not JSON: canonical JSON holds no NaN');
  });
});

/** What a random child does. */
type Step = 'tool' | 'note' | 'now' | 'to parent' | 'to sink';

const steps = fc.array(fc.constantFrom<Step>('tool', 'note', 'now', 'to parent', 'to sink'), {
  maxLength: 6,
});

/** Children that talk to their parent and to a sink, with a parent that takes them as they come. */
function talking(plans: readonly (readonly Step[])[], see: (pid: string, value: unknown) => void): Programs {
  const count = (step: Step) => plans.flat().filter((one) => one === step).length;
  return {
    *main() {
      const order: string[] = [];
      const got: [string, Json][] = [];
      const open = new Set([yield* spawn('sink', null)]);
      for (const [index, plan] of plans.entries()) open.add(yield* spawn('child', [index, [...plan]]));
      for (let left = count('to parent'); left > 0; left -= 1) {
        const mail = yield* receive();
        see('1', mail);
        got.push([mail.from, mail.message]);
      }
      let sum: Json = null;
      while (open.size > 0) {
        const ended = yield* waitAny([...open]);
        see('1', ended);
        open.delete(ended.pid);
        order.push(ended.pid);
        if (ended.pid === '1.1') sum = ended.outcome;
      }
      return { order, got, sum } as unknown as Json;
    },
    *sink() {
      const got: [string, Json][] = [];
      for (let left = count('to sink'); left > 0; left -= 1) {
        const mail = yield* receive();
        got.push([mail.from, mail.message]);
      }
      return got;
    },
    *child(args) {
      const [index, plan] = args as unknown as [number, Step[]];
      for (const [at, step] of plan.entries()) {
        switch (step) {
          case 'tool':
            see(`1.${index + 2}`, yield* tool('work', [index, at]));
            break;
          case 'note':
            yield* note('at', at);
            break;
          case 'now':
            see(`1.${index + 2}`, yield* now());
            break;
          case 'to parent':
            yield* send('1', at);
            break;
          case 'to sink':
            yield* send('1.1', at);
            break;
        }
      }
      return index;
    },
  };
}

describe('processes that are interleaved at random and killed on the way', () => {
  it('see what was recorded, lose no message, and keep the order of each sender', async () => {
    const plans = fc.array(steps, { minLength: 1, maxLength: 4 });
    const delays = fc.array(fc.nat(5), { minLength: 1, maxLength: 10 });
    const deaths = fc.array(fc.integer({ min: 1, max: 120 }), { maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(plans, delays, deaths, async (plan, delay, died) => {
        const dir = folder();
        const seen: Map<string, unknown[]>[] = [];
        let clock = 0;
        let works = 0;
        const devices: Partial<Devices> = {
          now: () => clock++,
          tool: async () => {
            works += 1;
            const mine = works;
            const ticks = delay[mine % delay.length] ?? 0;
            for (let tick = 0; tick < ticks; tick += 1) await new Promise((resolve) => setImmediate(resolve));
            return mine;
          },
        };
        const once = (crashPoints?: (name: string) => void) => {
          const here = new Map<string, unknown[]>();
          seen.push(here);
          const programs = talking(plan, (pid, value) => here.set(pid, [...(here.get(pid) ?? []), value]));
          return run(dir, programs, devices, crashPoints === undefined ? {} : { crashPoints });
        };
        for (const death of died) {
          let met = 0;
          const dying = once(() => {
            met += 1;
            if (met >= death) throw new Error('killed');
          });
          await dying.catch(() => null);
        }
        const result = await once();
        expect(result.reason).toBe('done');

        // Whatever a killed run was given, the last run was given too, if that process had to run again.
        const last = seen.at(-1) ?? new Map();
        for (const earlier of seen.slice(0, -1)) {
          for (const [pid, values] of earlier) {
            const now = last.get(pid);
            if (now !== undefined) expect(now.slice(0, values.length)).toEqual(values);
          }
        }
        const { order, got, sum } = result.outcome as unknown as {
          order: string[];
          got: [string, number][];
          sum: [string, number][];
        };
        expect([...order].sort()).toEqual(['1.1', ...plan.map((_, index) => `1.${index + 2}`)].sort());
        for (const [index, one] of plan.entries()) {
          const sent = (step: Step) => one.flatMap((what, at) => (what === step ? [at] : []));
          const from = (mail: [string, number][]) =>
            mail.flatMap(([pid, at]) => (pid === `1.${index + 2}` ? [at] : []));
          expect(from(got)).toEqual(sent('to parent'));
          expect(from(sum)).toEqual(sent('to sink'));
        }
        // Mail arrives in the order in which the journal says that it was sent.
        const { lines } = readJournal(dir);
        const posted = lines.flatMap((line) => {
          if (line.type !== 'result' || line.kind !== 'send') return [];
          const { to, message } = loadStored(dir, line.args) as { to: string; message: Json };
          return to === '1' ? [[line.pid, message]] : [];
        });
        expect(got).toEqual(posted);
      }),
      { numRuns: 150 },
    );
  }, 120_000);
});
