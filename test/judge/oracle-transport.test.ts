import { describe, expect, test } from 'vitest';
import { openTransport } from '../../agent/judge/oracle/transport.ts';
import { DEFAULT_LIMITS, OracleFailure } from '../../agent/judge/sandbox/index.ts';

/** A child of this test's making: `reply(n)` is called for the n-th line that it gets. */
function transportTo(
  reply: string,
  { seconds = 20, limits = {}, signal }: { seconds?: number; limits?: object; signal?: AbortSignal } = {},
) {
  const script = `let n = 0, rest = ''; const say = (text, then) => process.stdout.write(text, then);
    const reply = ${reply};
    process.stdin.setEncoding('utf8').on('data', (text) => { rest += text; const lines = rest.split('\\n'); rest = lines.pop(); for (const line of lines) reply(n++, JSON.parse(line)); });`;
  const line = { command: process.execPath, args: ['-e', script] };
  return openTransport(line, { ...DEFAULT_LIMITS, ...limits }, { seconds, ...(signal ? { signal } : {}) });
}

type Transport = ReturnType<typeof transportTo>;
const ask = (transport: Transport) =>
  transport.ask({ kind: 'program', programs: [], requests: [] }, 1, ([response]) => response.fields.said);
const reasonOf = (work: Promise<unknown>) =>
  work.then(
    (value) => ({ value }),
    (error) => (error instanceof OracleFailure ? error.reason : error),
  );

describe('nothing but the awaited line is an answer', () => {
  test.each([
    ['it exits with code 0 before it answers', '() => process.exit(0)', 'exit'],
    ['it exits with code 1', '() => process.exit(1)', 'exit'],
    [
      'it exits with code 0 halfway through its answer',
      '() => say(\'{"id":0\', () => process.exit(0))',
      'exit',
    ],
    ['it is killed', "() => process.kill(process.pid, 'SIGKILL')", 'killed'],
    ['it says something that is not JSON', "() => say('ok\\n')", 'malformed'],
    ['it says JSON that is no response', "() => say('[0]\\n')", 'malformed'],
    ['it leaves out the id', '() => say(\'{"success":true}\\n\')', 'malformed'],
    ['it answers an earlier question', '() => say(\'{"id":-1}\\n\')', 'wrong id'],
    ['it answers a later question', '() => say(\'{"id":1}\\n\')', 'wrong id'],
    ['it answers with an id in disguise', '() => say(\'{"id":"0"}\\n\')', 'malformed'],
  ])('%s', async (_name, reply, reason) => {
    const transport = transportTo(reply);
    expect(await reasonOf(ask(transport))).toBe(reason);
    await transport.close();
  });

  test('a second line after the answer ends it, though the answer stands', async () => {
    const transport = transportTo(
      '(n, { id }) => say(JSON.stringify({ id, said: 1 }) + \'\\n{"id":1,"said":2}\\n\')',
    );
    expect(await ask(transport)).toBe(1);
    expect(await reasonOf(ask(transport))).toBe('unasked');
    await transport.close();
  });

  test('silence ends it, and its late answer counts for nothing', async () => {
    const transport = transportTo(
      '(n, { id }) => setTimeout(() => say(JSON.stringify({ id, said: 1 }) + "\\n"), 60_000)',
      { seconds: 0.3 },
    );
    expect(await reasonOf(ask(transport))).toBe('timeout');
    expect(await reasonOf(ask(transport))).toBe('timeout');
    await transport.close();
  });

  test('a line that never ends is cut, and so is talk that never ends', async () => {
    const flood = "() => { const more = () => say('x'.repeat(65536), more); more(); }";
    const endless = transportTo(flood, { limits: { lineChars: 1 << 20 } });
    expect(await reasonOf(ask(endless))).toBe('flood');
    await endless.close();
    const noise = transportTo(
      "() => { const more = () => process.stderr.write('x'.repeat(65536), more); more(); }",
      { limits: { outputBytes: 1 << 20 } },
    );
    expect(await reasonOf(ask(noise))).toBe('flood');
    await noise.close();
  });

  test('an answer that the reader refuses ends it', async () => {
    const transport = transportTo('(n, { id }) => say(JSON.stringify({ id }) + "\\n")');
    const refused = transport.ask({ kind: 'program', programs: [], requests: [] }, 1, () => {
      throw new Error('this is no answer');
    });
    expect(await reasonOf(refused)).toBe('malformed');
    expect(await reasonOf(ask(transport))).toBe('malformed');
    await transport.close();
  });

  test('several questions under way are answered in order', async () => {
    const transport = transportTo('(n, { id }) => say(JSON.stringify({ id, said: n }) + "\\n")');
    expect(await Promise.all([ask(transport), ask(transport), ask(transport)])).toEqual([0, 1, 2]);
    await transport.close();
  });
});

describe('the end of an oracle', () => {
  test('closing reaches what the process has started', async () => {
    // The grandchild holds standard output open: `close` waits for its end.
    const transport = transportTo(
      `(n, { id }) => { require('child_process').spawn('sleep', ['600'], { stdio: 'inherit' }).on('spawn', () => say(JSON.stringify({ id, said: 1 }) + "\\n")); }`,
    );
    expect(await ask(transport)).toBe(1);
    await transport.close();
    expect(await reasonOf(ask(transport))).toBe('closed');
  });

  test('an abort ends it at once, before and while it is asked', async () => {
    const controller = new AbortController();
    const transport = transportTo('() => {}', { signal: controller.signal });
    const asked = reasonOf(ask(transport));
    controller.abort();
    expect(await asked).toBe('aborted');
    await transport.close();
    const late = transportTo('() => {}', { signal: controller.signal });
    expect(await reasonOf(ask(late))).toBe('aborted');
    await late.close();
  });

  test('a program that cannot be started is a failure like any other', async () => {
    const transport = openTransport({ command: '/nowhere/node', args: [] }, DEFAULT_LIMITS, { seconds: 5 });
    expect(await reasonOf(ask(transport))).toBe('spawn');
    await transport.close();
  });
});
