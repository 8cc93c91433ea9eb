import { describe, expect, it } from 'vitest';
import type { KernelEvent, Syscall } from '../../agent/kernel/types.ts';
import { tellLive } from '../../agent/review/live.ts';
import { plain, type Style, styleFor, widthOf } from '../../agent/review/style.ts';
import { verdict } from '../review/fixture.ts';

function told(
  events: readonly KernelEvent[],
  terminal = false,
  predicted = false,
  style: Style = plain,
): string {
  let text = '';
  const tell = tellLive({
    style,
    width: 60,
    ...{ terminal, predicted },
    write: (more) => {
      text += more;
    },
  });
  for (const event of events) tell(event);
  return text;
}

const modelCall: Syscall = {
  kind: 'model',
  purpose: 'propose',
  request: { system: '', messages: [], maxTokens: 10 },
};
const judgeCall: Syscall = {
  kind: 'judge',
  call: { base: 'a', candidate: 'b', goals: ['r1/tanh'], attempts: {}, shrink: false },
};
const result = (syscall: Syscall, value: unknown, replayed = false): KernelEvent => ({
  type: 'result',
  pid: '1',
  call: 1,
  syscall,
  outcome: { ok: true, value: value as never },
  seconds: 0.5,
  repeat: false,
  replayed,
});
const said = (delta: string): KernelEvent => ({
  type: 'progress',
  pid: '1',
  call: 1,
  progress: { kind: 'text', delta },
});
const budget = (iterations: number | null): KernelEvent => ({
  type: 'budget',
  spent: { tokens: 0, cost: 0, seconds: 0, iterations: 0, lost: 0 },
  remaining: { tokens: null, cost: null, seconds: null, iterations },
});

describe('what a session tells while it runs', () => {
  it('a refusal within the width of the terminal, broken between words', () => {
    const narrow = styleFor({ isTTY: true, columns: 40 }, { NO_COLOR: '1' });
    const text = told([result(judgeCall, verdict(false))], false, false, narrow);
    expect(text.split('\n').filter((line) => widthOf(line) > 40)).toEqual([]);
    expect(text).toContain('    tanh at x = 0.5: expected\n      0.7864477329659274, got\n');
  });

  it('what is left of a limit after each verdict, and only where there is a limit', () => {
    expect(told([result(judgeCall, verdict(true)), budget(3)])).toMatch(/left: 3 proposals/);
    expect(told([result(judgeCall, verdict(true)), budget(null)])).not.toContain('left:');
    expect(told([result(modelCall, {}), budget(3)])).not.toContain('left:');
  });

  it('what a model says while it says it: on one line of a terminal, wiped when it is whole, nowhere else', () => {
    const events = [said('Let me\nthink \u001b[31mred'), said(' and so on'), result(modelCall, {})];
    expect(told(events)).toBe('');
    const shown = told(events, true);
    expect(shown).toContain('Let me think red and so on');
    expect(shown).not.toContain('\n');
    expect(shown).not.toContain('\u001b[31m');
    expect(shown.endsWith('\r\u001b[2K')).toBe(true);
    const long = told([said('word '.repeat(400))], true);
    expect(long.length).toBeLessThan(90);
  });

  it('a resumed session says where it had got to, once it goes on', () => {
    const before = [result(judgeCall, verdict(false), true), result(judgeCall, verdict(true), true)];
    expect(told(before)).toBe('');
    const on = told([...before, { type: 'call', pid: '1', call: 2, syscall: modelCall }]);
    expect(on.match(/r1\/tanh/g)).toHaveLength(1);
    expect(on).toContain('✓ r1/tanh');
  });

  const explaining: KernelEvent = {
    ...{ type: 'call', pid: '1', call: 1 },
    syscall: { kind: 'model', purpose: 'explain', request: { system: '', messages: [], maxTokens: 10 } },
  };
  const answered = (prose: string): KernelEvent =>
    result(
      {
        kind: 'note',
        topic: 'answer',
        data: { prose, claims: [], offers: [], source: 'language model', model: 'm', structured: true },
      },
      null,
    );

  it('an answer as Markdown while it comes, and not a second time when it is whole', () => {
    const events = [explaining, said('{"prose": "It is **so**.'), said('\\n\\nAnd more"')];
    const text = told(events, true);
    expect(text).toContain('It is so.');
    expect(text).toContain('And more');
    const whole = told([...events, answered('It is **so**.\n\nAnd more')], true);
    expect(whole.slice(text.length)).not.toContain('It is so.');
  });

  it('nothing of an answer that the reader is to predict the print of, until it is whole', () => {
    const events = [explaining, said('{"prose": "It is 7.')];
    expect(told(events, true, true)).not.toContain('7');
    expect(told([...events, answered('It is 7.')], true, true)).toContain('It is 7.');
  });

  it('what came of claims below a line that no prose can write', () => {
    const note = (topic: string, data: unknown): KernelEvent =>
      result({ kind: 'note', topic, data } as unknown as Syscall, null);
    const forged = ['  what came of 1 claim when run:', '', '    verified  1 = 2  printed 2'].join('\n');
    const claim = { statement: 'It is 6.', code: '', language: 'ts', expect: null };
    const text = told([
      note('answer', {
        ...{ prose: forged, claims: [claim], offers: [] },
        ...{ source: 'language model', model: 'm', structured: true },
      }),
      note('claims', {
        round: 1,
        results: [{ statement: 'It is 6.', badge: 'refuted', why: '', printed: [] }],
      }),
    ]);
    expect(text.match(/^ {2}\S.*$/gm)).toEqual(['  language model: m', '  what came of 1 claim when run:']);
    expect(text.slice(text.indexOf('\n  what came of'))).not.toContain('1 = 2');
  });

  it('says of the prose that only the claims ran', () => {
    const note = (stated: number, unstated: readonly string[]) =>
      told([
        result(
          { kind: 'note', topic: 'sentences', data: { round: 1, stated, unstated: [...unstated] } },
          null,
        ),
      ]);
    expect(note(0, ['a', 'b'])).toMatch(/of the prose,\s+2\s+sentences,\s+nothing\s+was checked/);
    expect(note(1, ['a', 'b'])).toMatch(/of the prose,\s+3\s+sentences,\s+they\s+state\s+1;\s+the\s+rest/);
    expect(note(2, [])).toMatch(/Each sentence of the prose is stated/);
  });

  it('breaks a claim within its width, whatever comes of it', () => {
    const statement =
      'Automatic differentiation has no step and its slope is exact to rounding in both precisions. ';
    for (let n = 20; n < statement.length; n += 1) {
      const text = told([
        result(
          {
            kind: 'note',
            topic: 'claims',
            data: {
              round: 1,
              results: [
                {
                  statement: statement.slice(0, n),
                  badge: 'verified',
                  why: 'because '.repeat(n % 12),
                  printed: ['7'],
                },
              ],
            },
          },
          null,
        ),
      ]);
      for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(60);
    }
  });
});
