import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { UserError } from '../../agent/base/errors.ts';
import type { Json } from '../../agent/base/json.ts';
import {
  type Devices,
  divergenceOf,
  forkJournal,
  journalHead,
  judge,
  type KernelEvent,
  model,
  note,
  now,
  type Program,
  type ProgramEntry,
  random,
  readJournal,
  runSession,
  type SessionOptions,
  type SessionResult,
  spawn,
  tool,
  workspace,
} from '../../agent/kernel/index.ts';
import { ModelError } from '../../agent/models/types.ts';
import { folder } from './folder.ts';
import { devicesWith, noise, reply, request, startOf, unlimited, verdict } from './world.ts';

/** Runs one program, named `main`, in a folder. */
function run(
  dir: string,
  program: (args: Json) => Program<Json>,
  devices: Partial<Devices> = {},
  more: Partial<SessionOptions> & { digest?: string } = {},
): Promise<SessionResult> {
  const { digest = 'main-1', ...options } = more;
  return runSession({
    dir,
    programs: { main: { digest, run: program } },
    devices: devicesWith(devices),
    budget: unlimited,
    start: startOf('main'),
    ...options,
  });
}

const judgeCall = (candidate: string, base = 'base') => ({
  base,
  candidate,
  goals: [],
  attempts: {},
  shrink: false,
});

/** A signal that a device raises itself when it is called: what comes after was not reached. */
function stopper() {
  const controller = new AbortController();
  return {
    signal: controller.signal,
    stop: () => {
      controller.abort(new DOMException('stop', 'AbortError'));
      return null;
    },
  };
}

describe('a program that runs again', () => {
  it('is given what was recorded, the same value in the same order of keys, and no device is asked', async () => {
    const dir = folder();
    const seen: unknown[] = [];
    const { signal, stop } = stopper();
    function* program(): Program<Json> {
      seen.push(JSON.stringify(yield* tool('look', { z: 1, a: undefined, b: [-0] })));
      seen.push(yield* random(4), yield* now());
      return yield* tool('stop', null);
    }
    const first = await run(
      dir,
      program,
      {
        tool: async (name, args) => {
          if (name === 'stop') stop();
          return { z: 2, a: { c: undefined, b: args }, long: 'x'.repeat(5000) };
        },
        random: () => Uint8Array.of(1, 2, 3, 255),
        now: () => 17,
      },
      { signal },
    );
    expect(first.reason).toBe('interrupted');
    const second = await run(dir, program, { tool: async () => 'went on', random: () => new Uint8Array(9) });
    expect(second).toMatchObject({ reason: 'done', outcome: 'went on' });
    expect(seen.slice(0, 3)).toEqual([
      `{"a":{"b":{"b":[0],"z":1}},"long":"${'x'.repeat(5000)}","z":2}`,
      '010203ff',
      17,
    ]);
    expect(seen.slice(3)).toEqual(seen.slice(0, 3));
  });

  it('that is done gives its outcome again, and the journal does not grow', async () => {
    const dir = folder();
    function* program(): Program<Json> {
      yield* note('said', { once: true });
      return { answer: 4 };
    }
    const first = await run(dir, program);
    const head = journalHead(dir);
    const again = await run(dir, program);
    expect([first.outcome, again.outcome]).toEqual([{ answer: 4 }, { answer: 4 }]);
    expect([first.head, again.head, journalHead(dir)]).toEqual([head, head, head]);
  });

  it('cannot reach into the journal through a value it was given', async () => {
    const dir = folder();
    const { signal, stop } = stopper();
    const kept: Json[] = [];
    function* program(): Program<Json> {
      const value = (yield* tool('look', null)) as { list: number[] };
      kept.push([...value.list]);
      value.list.push(2);
      return yield* tool('stop', null);
    }
    const device = { tool: async (name: string) => (name === 'stop' ? stop() : { list: [1] }) };
    await run(dir, program, device, { signal });
    await run(dir, program, { tool: async () => null });
    expect(kept).toEqual([[1], [1]]);
  });

  it('that makes another call than recorded is stopped at the first difference; a fork goes on from there', async () => {
    const dir = folder();
    const { signal, stop } = stopper();
    const version = (prompt: string) =>
      function* program(): Program<Json> {
        yield* note('first', 1);
        const answer = yield* model('explain', request(prompt));
        return [answer.text, yield* tool('last', null)];
      };
    const devices = { model: async () => reply('recorded'), tool: async () => stop() };
    await run(dir, version('what is a tangent?'), devices, { signal });
    const before = readFileSync(join(dir, 'journal.jsonl'));

    const error = await run(dir, version('what is a cotangent?')).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(UserError);
    expect(error).toMatchObject({
      exit: 'session',
      message: expect.stringContaining(
        'request.messages.0.content was "what is a tangent?", is "what is a cotangent?"',
      ),
      mend: expect.stringContaining('--fork'),
    });
    const divergence = divergenceOf(error);
    expect(divergence).toMatchObject({ pid: '1', call: 2, recorded: 'model', now: 'model' });
    expect(readFileSync(join(dir, 'journal.jsonl'))).toEqual(before);

    const forked = join(folder(), 'forked');
    forkJournal(dir, forked, divergence?.seq ?? 0);
    const result = await run(
      forked,
      version('what is a cotangent?'),
      { model: async () => reply('asked anew'), tool: async () => 'end' },
      { start: { ...startOf('main'), session: 'forked' } },
    );
    expect(result.outcome).toEqual(['asked anew', 'end']);
    expect(readJournal(forked).lines[0]).toMatchObject({ session: 'forked', forked: { session: 'test' } });
    expect(readFileSync(join(dir, 'journal.jsonl'))).toEqual(before);
  });

  it('that makes another kind of call, or ends early, is stopped too', async () => {
    const dir = folder();
    const { signal, stop } = stopper();
    await run(
      dir,
      function* () {
        yield* note('first', 1);
        yield* note('second', 2);
        return yield* tool('stop', null);
      },
      { tool: async () => stop() },
      { signal },
    );
    const asks = run(dir, function* () {
      return yield* now();
    });
    await expect(asks).rejects.toThrow('process 1, call 1 (recorded as note, now now; line 2)');
    const ends = run(dir, function* () {
      yield* note('first', 1);
      return null;
    });
    await expect(ends).rejects.toThrow('the program now ends here');
    const fails = run(dir, function* () {
      yield* note('first', 1);
      throw new Error('no such prompt');
    });
    await expect(fails).rejects.toThrow('the program now fails here: no such prompt');
  });

  it('from changed source is announced and goes on while its calls match', async () => {
    const dir = folder();
    const { signal, stop } = stopper();
    function* program(): Program<Json> {
      yield* note('first', 1);
      return yield* tool('stop', null);
    }
    await run(dir, program, { tool: async () => stop() }, { signal });
    const events: KernelEvent[] = [];
    const result = await run(
      dir,
      program,
      { tool: async () => 2 },
      { digest: 'main-2', onEvent: (event) => events.push(event) },
    );
    expect(result.outcome).toBe(2);
    expect(events).toContainEqual({ type: 'program changed', recorded: 'main-1', now: 'main-2' });
  });
});

describe('an error of a device', () => {
  it('is recorded and thrown into the program, the same now and at a replay', async () => {
    const dir = folder();
    const { signal, stop } = stopper();
    const caught: unknown[] = [];
    function* program(): Program<Json> {
      for (const purpose of ['explain', 'propose']) {
        try {
          yield* model(purpose, request('?'));
        } catch (error) {
          caught.push(error);
        }
      }
      return yield* tool('stop', null);
    }
    const errors = [
      new UserError('model', 'The server is gone.', 'Start it.'),
      new ModelError('overloaded', 'too many requests', 30),
    ];
    await run(
      dir,
      program,
      { model: () => Promise.reject(errors.shift()), tool: async () => stop() },
      { signal },
    );
    const result = await run(dir, program, { tool: async () => 'end' });
    expect(result.outcome).toBe('end');
    for (const pair of [caught.slice(0, 2), caught.slice(2)]) {
      expect(pair[0]).toBeInstanceOf(UserError);
      expect(pair[0]).toMatchObject({ exit: 'model', message: 'The server is gone.', mend: 'Start it.' });
      expect(pair[1]).toBeInstanceOf(ModelError);
      expect(pair[1]).toMatchObject({ failure: 'overloaded', message: 'too many requests', retryAfter: 30 });
    }
  });

  it('that escapes from the program ends the run; a resume makes that call again', async () => {
    const dir = folder();
    function* program(): Program<Json> {
      yield* note('before', null);
      return (yield* model('explain', request('?'))).text;
    }
    const unauthorised = () => Promise.reject(new ModelError('unauthorised', 'the key is wrong'));
    const first = await run(dir, program, { model: unauthorised });
    expect(first).toMatchObject({ reason: 'failed', error: { failure: 'unauthorised' } });
    expect(await run(dir, program, { model: unauthorised })).toMatchObject({ reason: 'failed' });
    const third = await run(dir, program, { model: async () => reply('with the right key') });
    expect(third).toMatchObject({ reason: 'done', outcome: 'with the right key' });
    expect(await run(dir, program)).toMatchObject({ outcome: 'with the right key' });
  });

  it('that nobody foresaw is no result: it comes out, and a resume makes that call again', async () => {
    const dir = folder();
    function* program(): Program<Json> {
      return yield* tool('look', null);
    }
    const defect = new TypeError('x is undefined');
    await expect(run(dir, program, { tool: () => Promise.reject(defect) })).rejects.toBe(defect);
    expect(readJournal(dir).lines.at(-1)).toMatchObject({ type: 'end', reason: 'failed' });
    const throwing = () => {
      throw defect;
    };
    await expect(run(dir, program, { tool: throwing })).rejects.toBe(defect);
    await expect(run(dir, program, { tool: async () => Number.NaN })).rejects.toThrow('NaN');
    expect(await run(dir, program, { tool: async () => 1 })).toMatchObject({ outcome: 1 });
  });

  it('of the program itself is told in the result', async () => {
    const dir = folder();
    const wrong = new RangeError('no goals');
    const result = await run(dir, function* () {
      yield* note('before', null);
      throw wrong;
    });
    expect(result).toMatchObject({ reason: 'failed', error: wrong });
    const mended = await run(dir, function* () {
      yield* note('before', null);
      return 'mended';
    });
    expect(mended).toMatchObject({ reason: 'done', outcome: 'mended' });
  });

  it('carries no key into the journal, nor to the program', async () => {
    const dir = folder();
    const key = 'sk-very-secret-0123456789';
    const seen: string[] = [];
    const result = await run(
      dir,
      function* () {
        try {
          yield* model('explain', request('?'));
        } catch (error) {
          seen.push((error as Error).message);
        }
        return yield* tool('look', null);
      },
      {
        model: (_request, context) => {
          context.progress({ kind: 'text', delta: `it is ${key}` });
          return Promise.reject(new ModelError('unauthorised', `Incorrect API key provided: ${key}`));
        },
        tool: async () => ({ header: `Bearer ${key}`, [key]: [key] }),
      },
      { secrets: [key, ''] },
    );
    expect(seen).toEqual(['Incorrect API key provided: [redacted]']);
    expect(result.outcome).toEqual({ header: 'Bearer [redacted]', '[redacted]': ['[redacted]'] });
    expect(readFileSync(join(dir, 'journal.jsonl'), 'utf8')).not.toContain(key);
    expect(readFileSync(join(dir, 'partial', '1-1.txt'), 'utf8')).toBe('it is [redacted]');
  });
});

describe('a call that is stopped', () => {
  it('is aborted, has no result, and is made again by a resume, which says that a reply may be paid twice', async () => {
    const dir = folder();
    const { signal, stop } = stopper();
    function* program(): Program<Json> {
      return (yield* model('explain', request('?'))).text;
    }
    const hanging: Devices['model'] = (_request, context) =>
      new Promise((_resolve, reject) => {
        context.progress({ kind: 'text', delta: 'half a rep' });
        context.signal.addEventListener('abort', () => reject(context.signal.reason));
        stop();
      });
    const first = await run(dir, program, { model: hanging }, { signal });
    expect(first.reason).toBe('interrupted');
    expect(readJournal(dir).lines.map((line) => line.type)).toEqual(['start', 'intent', 'end']);
    expect(readFileSync(join(dir, 'partial', '1-1.txt'), 'utf8')).toBe('half a rep');

    const agains: unknown[] = [];
    const second = await run(dir, program, {
      model: async (_request, context) => {
        agains.push(context.again);
        return reply('whole');
      },
    });
    expect(second).toMatchObject({ reason: 'done', outcome: 'whole', repaid: 1, spent: { lost: 1 } });
    expect(agains).toEqual([true]);
    expect(readdirSync(join(dir, 'partial'))).toEqual([]);
  });

  it('gives no result either when its device answers all the same', async () => {
    const dir = folder();
    const { signal, stop } = stopper();
    function* program(): Program<Json> {
      return (yield* judge(judgeCall('tree'))).accepted;
    }
    const killed: Devices['judge'] = async (call) => {
      stop();
      return verdict(call, false);
    };
    expect((await run(dir, program, { judge: killed }, { signal })).reason).toBe('interrupted');
    const second = await run(dir, program, { judge: async (call) => verdict(call, true) });
    expect(second.outcome).toBe(true);
  });

  it('gives no result when the answer is there before the run has noticed that it was stopped', async () => {
    const dir = folder();
    const { signal, stop } = stopper();
    const programs = {
      main: {
        digest: '1',
        *run(): Program<Json> {
          yield* spawn('judging', null);
          for (;;) yield* now();
        },
      },
      judging: {
        digest: '1',
        *run(): Program<Json> {
          return (yield* judge(judgeCall('tree'))).accepted;
        },
      },
    };
    const judging: Devices['judge'] = async (call) => {
      await new Promise((resolve) => setImmediate(resolve));
      stop();
      return verdict(call, false);
    };
    const devices = devicesWith({ judge: judging });
    const options = { dir, programs, devices, budget: unlimited, start: startOf('main'), signal };
    expect((await runSession(options)).reason).toBe('interrupted');
    const judged = readJournal(dir).lines.filter((line) => 'kind' in line && line.kind === 'judge');
    expect(judged.map((line) => line.type)).toEqual(['intent']);
  });

  it('is no failure when the device says that the person stopped it', async () => {
    const dir = folder();
    function* program(): Program<Json> {
      return (yield* model('explain', request('?'))).text;
    }
    for (const error of [new UserError('interrupted', 'Stopped.'), new ModelError('aborted', 'aborted')]) {
      expect(await run(dir, program, { model: () => Promise.reject(error) })).toMatchObject({
        reason: 'interrupted',
      });
    }
    expect(await run(dir, program, { model: async () => reply('hi') })).toMatchObject({ outcome: 'hi' });
  });

  it('does not keep an endless loop of cheap calls alive', async () => {
    const { signal, stop } = stopper();
    const result = await run(
      folder(),
      function* () {
        for (let i = 0; ; i += 1) {
          if (i === 10) setImmediate(stop);
          yield* now();
        }
      },
      {},
      { signal },
    );
    expect(result.reason).toBe('interrupted');
  });
});

describe('draws and verdicts', () => {
  it('a tree meets the same draw whenever and wherever it is judged, and the draw is on disk before it is seen', async () => {
    const dir = folder();
    const drawn: string[] = [];
    let attempts = 0;
    const result = await run(
      dir,
      function* () {
        for (const base of ['one', 'two']) {
          for (;;) {
            try {
              yield* judge(judgeCall('tree', base));
              break;
            } catch {}
          }
        }
        return null;
      },
      {
        judge: async (call, context) => {
          const bytes = Buffer.from(await context.draw(call.candidate, 'full')).toString('hex');
          expect(readFileSync(join(dir, 'journal.jsonl'), 'utf8')).toContain(bytes);
          drawn.push(bytes);
          attempts += 1;
          if (attempts % 2 === 1) throw new UserError('missing', 'The oracle did not start.');
          return verdict(call, true);
        },
      },
    );
    expect(result.reason).toBe('done');
    expect(drawn).toHaveLength(4);
    expect(new Set(drawn).size).toBe(1);
    expect(drawn[0]).toMatch(/^[0-9a-f]{64}$/);
  });

  it('a draw, a reply and an accept are synced before anybody is given them', async () => {
    const names: string[] = [];
    const seen: string[][] = [];
    const look = () => seen.push(names.slice(-3));
    await run(
      folder(),
      function* () {
        yield* note('unsynced', null);
        yield* model('explain', request('?'));
        look();
        yield* judge(judgeCall('tree'));
        yield* workspace({ op: 'accept', commit: 'c', tree: 't', subject: 's', body: 'b', trailers: {} });
        look();
        return null;
      },
      {
        model: async () => reply('paid'),
        judge: async (call, context) => {
          await context.draw(call.candidate, 'full');
          look();
          // Before the bytes are drawn, all that names the tree is synced too.
          expect(names.slice(names.lastIndexOf('append:before:draw') - 1)[0]).toBe('sync:after');
          return verdict(call, true);
        },
        workspace: async () => ({ ok: true, commit: 'landed' }),
      },
      { crashPoints: (name) => names.push(name) },
    );
    expect(seen).toEqual([
      ['append:after:result', 'sync:before', 'sync:after'],
      ['append:after:draw', 'sync:before', 'sync:after'],
      ['append:after:result', 'sync:before', 'sync:after'],
    ]);
  });

  it('a tree that has its verdict against a base gets that one again, and it counts no iteration', async () => {
    const dir = folder();
    const { signal, stop } = stopper();
    let judged = 0;
    function* program(): Program<Json> {
      const first = yield* judge(judgeCall('tree'));
      const second = yield* judge({ ...judgeCall('tree'), attempts: { tanh: 2 } });
      yield* tool('stop', null);
      const third = yield* judge({ ...judgeCall('tree'), shrink: true });
      const other = yield* judge(judgeCall('tree', 'other base'));
      return [first, second, third, other].map((one) => (one.receipt as string).slice(0, 1));
    }
    const counting: Devices['judge'] = async (call) => {
      judged += 1;
      return verdict(call, false, String(judged).repeat(6000));
    };
    await run(dir, program, { judge: counting, tool: async () => stop() }, { signal });
    const events: KernelEvent[] = [];
    const result = await run(
      dir,
      program,
      { judge: counting, tool: async () => null },
      { onEvent: (event) => events.push(event) },
    );
    expect(result.outcome).toEqual(['1', '1', '1', '2']);
    expect(result.spent.iterations).toBe(2);
    const marks = readJournal(dir).lines.flatMap((line) =>
      line.type === 'result' && line.kind === 'judge' ? [line.repeat === true] : [],
    );
    expect(marks).toEqual([false, true, true, false]);
    expect(events.filter((event) => event.type === 'result' && event.repeat)).toHaveLength(2);
  });

  it('a fork keeps the draws that its trees have met, also those behind the cut', async () => {
    const dir = folder();
    const drawn: string[] = [];
    const judging: Devices['judge'] = async (call, context) => {
      drawn.push(Buffer.from(await context.draw(call.candidate, 'full')).toString('hex'));
      return verdict(call, false);
    };
    function* program(): Program<Json> {
      yield* note('before', null);
      return (yield* judge(judgeCall('tree'))).accepted;
    }
    await run(dir, program, { judge: judging });
    const forked = join(folder(), 'forked');
    forkJournal(dir, forked, 3, 'test');
    await run(forked, program, { judge: judging });
    expect(drawn).toHaveLength(2);
    expect(drawn[1]).toBe(drawn[0]);
    expect(() => forkJournal(dir, forked, 3)).toThrow('holds a session already');
    expect(() => forkJournal(dir, join(folder(), 'none'), 1)).toThrow('before line 1');
  });

  it('a damaged session goes on from its last intact line in a fork', async () => {
    const dir = folder();
    function* program(): Program<Json> {
      const first = yield* tool('first', null);
      return [first, yield* tool('second', null)];
    }
    await run(dir, program, { tool: async (name) => name });
    const path = join(dir, 'journal.jsonl');
    const texts = readFileSync(path, 'utf8').split('\n');
    texts[2] = (texts[2] ?? '').replace('second', 'sexond');
    writeFileSync(path, texts.join('\n'));
    await expect(run(dir, program)).rejects.toThrow('journal.jsonl, line 3');
    const forked = join(folder(), 'forked');
    forkJournal(dir, forked, Number.POSITIVE_INFINITY, 'test');
    const asked: string[] = [];
    const result = await run(forked, program, {
      tool: async (name) => {
        asked.push(name);
        return name;
      },
    });
    expect(result.outcome).toEqual(['first', 'second']);
    expect(asked).toEqual(['second']);
  });
});

describe('a folder', () => {
  it('without a session is said to have none, and stays empty', async () => {
    const dir = folder();
    const { start: _, ...options } = {
      dir,
      programs: {},
      devices: devicesWith({}),
      budget: unlimited,
      start: null,
    };
    await expect(runSession(options)).rejects.toThrow(`There is no session in ${dir}`);
    expect(readdirSync(dir)).toEqual([]);
  });

  it('with another session, or with a program that this version lacks, is refused', async () => {
    const dir = folder();
    function* program(): Program<Json> {
      return yield* now();
    }
    await run(dir, program);
    const other = { start: { ...startOf('main'), session: 'other' } };
    await expect(run(dir, program, {}, other)).rejects.toThrow('holds the session test, not other');
    const programs: Record<string, ProgramEntry> = {};
    await expect(run(dir, program, {}, { programs })).rejects.toThrow('which this version lacks');
  });

  it('that is in use is refused by name, also while a device works', async () => {
    const dir = folder();
    function* program(): Program<Json> {
      return yield* tool('look', null);
    }
    const first = await run(dir, program, {
      tool: async () => {
        await expect(run(dir, program)).rejects.toThrow(`in use by process ${process.pid}`);
        return 1;
      },
    });
    expect(first.outcome).toBe(1);
  });

  it('that got no space on the way ends with words, and the session goes on when there is some', async () => {
    const dir = folder();
    function* program(): Program<Json> {
      yield* note('first', null);
      return (yield* model('explain', request('?'))).text;
    }
    const full = (name: string) => {
      if (name === 'blob:written') throw Object.assign(new Error('no space left'), { code: 'ENOSPC' });
    };
    const long = reply(noise(800));
    const failing = run(dir, program, { model: async () => long }, { crashPoints: full });
    await expect(failing).rejects.toMatchObject({
      exit: 'missing',
      message: expect.stringContaining('No space'),
    });
    expect(readdirSync(join(dir, 'blobs'))).toEqual([]);
    const result = await run(dir, program, { model: async () => long });
    expect(result).toMatchObject({ reason: 'done', repaid: 1 });
  });

  it('holds what a device said of its waits and retries, with the result', async () => {
    const dir = folder();
    await run(
      dir,
      function* () {
        return (yield* model('explain', request('?'))).text;
      },
      {
        model: async (_request, context) => {
          context.progress({ kind: 'event', text: '429: waits 2 s, as the server asked' });
          context.progress({ kind: 'event', text: 'second try' });
          return reply('at last');
        },
      },
    );
    const said = readJournal(dir).lines.flatMap((line) => (line.type === 'result' ? [line.events] : []));
    expect(said).toEqual([['429: waits 2 s, as the server asked', 'second try']]);
  });

  it('holds the text of a broken reply only until the reply is whole', async () => {
    const dir = folder();
    const result = await run(
      dir,
      function* () {
        yield* model('explain', request('?'));
        return null;
      },
      {
        model: async (_request, context) => {
          context.progress({ kind: 'text', delta: 'half ' });
          expect(existsSync(join(dir, 'partial', '1-1.txt'))).toBe(true);
          return reply('half and half');
        },
      },
    );
    expect(result.reason).toBe('done');
    expect(readdirSync(join(dir, 'partial'))).toEqual([]);
  });
});
