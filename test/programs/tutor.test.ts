import { describe, expect, it } from 'vitest';
import type { Approval, Ask, Syscall } from '../../agent/kernel/types.ts';
import type { RecordedAnswer } from '../../agent/programs/answers.ts';
import { heldAgainst } from '../../agent/programs/predict.ts';
import { type AskArgs, ask, type TourArgs, tour } from '../../agent/programs/tutor.ts';

const recorded = (question: string, printed: string, offers: string[] = []): RecordedAnswer => ({
  question,
  about: null,
  kind: 'limits',
  topic: 'kinks',
  session: 'textbook',
  day: '2026-11-29',
  source: 'a person typed this',
  model: 'manual',
  answer: {
    prose: `Of ${question}`,
    claims: [{ statement: 'It is so.', language: 'ts', code: `console.log(${printed});\n`, expect: null }],
    offers,
    structured: true,
  },
});

interface Played<T> {
  readonly outcome: T;
  readonly notes: readonly { readonly topic: string; readonly data: Record<string, unknown> }[];
  readonly asked: readonly Ask[];
}

/** Runs a program with a library of answers and a person who says these things, one after the other. */
function play<T>(
  program: Generator<Syscall, T, unknown>,
  library: readonly RecordedAnswer[],
  says: readonly Approval[],
): Played<T> {
  const notes: { topic: string; data: Record<string, unknown> }[] = [];
  const asked: Ask[] = [];
  let step = program.next();
  while (!step.done) {
    const call = step.value;
    let result: unknown = null;
    if (call.kind === 'note') notes.push({ topic: call.topic, data: call.data as Record<string, unknown> });
    else if (call.kind === 'approve') {
      result = says[asked.length] ?? { choice: call.ask.choices[0], text: '' };
      asked.push(call.ask);
    } else if (call.kind === 'tool' && call.name === 'recorded-answer') {
      const { question } = call.args as { question: string };
      result = library.find((each) => each.question === question) ?? null;
    } else if (call.kind === 'tool' && call.name === 'claim') {
      const { tree, code } = call.args as { tree: string; code: string };
      expect(tree).toBe('library');
      const printed = /\((.*)\)/.exec(code)?.[1];
      result = {
        badge: printed === 'false' ? 'refuted' : 'verified',
        why: '',
        printed: [printed],
        seconds: 0,
      };
    } else throw new Error(`an unexpected call: ${call.kind}`);
    step = program.next(result);
  }
  return { outcome: step.value, notes, asked };
}

const base = {
  title: 't',
  model: { id: 'embedded', kind: 'search, not a language model' },
  prompts: {},
  commit: 'c',
  auto: false,
};
const asking = (question: string): AskArgs => ({ ...base, question, kind: null, topic: null, about: null });
const said = (played: Played<unknown>, topic: string, member = 'text') =>
  played.notes.filter((note) => note.topic === topic).map(({ data }) => data[member]);

describe('a question without a model', () => {
  it('is answered by a recorded answer, which is said to be one, and whose claims run again', () => {
    const played = play(ask(asking('A?')), [recorded('A?', '1')], []);
    expect(said(played, 'observation')).toEqual([
      'No model was asked. This is a recorded answer; its claims run again now.',
    ]);
    expect(said(played, 'answer', 'source')).toEqual(['recorded']);
    expect(said(played, 'answer', 'model')).toEqual([
      'the session textbook, 2026-11-29, a person typed this',
    ]);
    expect(said(played, 'claims', 'results')).toMatchObject([[{ badge: 'verified', printed: ['1'] }]]);
    expect(played.outcome).toMatchObject({ questions: 1, answered: 1 });
  });

  it('whose claims no longer come out is told so, in the same breath', () => {
    const observed = (printed: string) =>
      said(play(ask(asking('A?')), [recorded('A?', printed)], []), 'observation').join(' ');
    expect(observed('false')).toContain('Of its 1 claim 1 came out where this was recorded, and not here');
    expect(observed('1')).not.toContain('came out where this was recorded');
  });

  it('goes on with the offer that is taken, until none is', () => {
    const library = [recorded('A?', '1', ['B?', 'C?']), recorded('C?', '2', ['A?'])];
    const played = play(ask(asking('A?')), library, [
      { choice: '2', text: '' },
      { choice: 'leave', text: '' },
    ]);
    expect(said(played, 'question')).toEqual(['A?', 'C?']);
    expect(played.asked.map(({ choices }) => choices)).toEqual([
      ['leave', '1', '2'],
      ['leave', '1'],
    ]);
    expect(played.outcome).toMatchObject({ questions: 2, answered: 2 });
  });

  it('that no recorded answer is about is said to have none', () => {
    const played = play(ask(asking('Z?')), [], []);
    expect(said(played, 'observation')[0]).toMatch(/^No model was asked, and no recorded answer/);
    expect(played.outcome).toMatchObject({ questions: 1, answered: 0 });
  });
});

describe('a tour', () => {
  const topics = ['One', 'Two'].map((title) => ({
    id: title.toLowerCase(),
    title,
    needs: [],
    about: `About ${title}.`,
    questions: [{ kind: 'limits', text: `${title}?` }],
  }));
  const args: TourArgs = { ...base, topics };
  const library = [recorded('One?', '0.07700375'), recorded('Two?', '4')];
  const skip = { choice: 'skip', text: '' };
  const go = { choice: 'go on', text: '' };

  it('shows the code before the answer, and compares what was predicted with what came out', () => {
    const played = play(tour(args), library, [
      { choice: 'say', text: '0.077' },
      go,
      { choice: 'say', text: '5' },
    ]);
    expect(played.asked.map(({ topic }) => topic)).toEqual(['predict', 'go-on', 'predict']);
    expect(played.asked[0]?.text).toBe('console.log(0.07700375);');
    const predictedAt = played.notes.findIndex(({ data }) => data.text === 'Predicted: 0.077');
    expect(predictedAt).toBeLessThan(played.notes.findIndex(({ topic }) => topic === 'answer'));
    expect(said(played, 'observation')).toEqual(
      expect.arrayContaining([
        'You said 0.077: that is what came out.',
        'You said 5; it printed 4. It is so.',
        '1 of 2 predictions came true. Worth another look: kinks.',
      ]),
    );
    expect(played.outcome).toEqual({ questions: 2, answered: 2, predicted: 2, right: 1 });
  });

  it('says nothing of predictions where none was made, and ends where the person leaves', () => {
    const played = play(tour(args), library, [skip, { choice: 'quit', text: '' }]);
    expect(said(played, 'heading')).toEqual(['1 of 2: One']);
    expect(said(played, 'observation').join(' ')).not.toContain('predict');
    expect(played.outcome).toMatchObject({ questions: 1, predicted: 0, left: true });
  });
});

describe('a tour with a model', () => {
  const topic = {
    id: 'one',
    title: 'One',
    needs: [],
    about: '',
    questions: [{ kind: 'limits', text: 'One?' }],
  };
  const args: TourArgs = {
    ...base,
    model: { id: 'm', kind: 'language model' },
    prompts: { explain: '{{question}}', correct: '{{evidence}}' },
    topics: [topic],
  };
  const reply = (code: string) =>
    JSON.stringify({
      prose: 'So.',
      claims: [{ statement: 'It is 1.', code, expect: { kind: 'equals', value: 1, within: 0 } }],
    });

  /** Plays it; claims print what stands in their brackets, and hold where that is 1. */
  function played(replies: readonly string[], says: readonly Approval[]) {
    const order: string[] = [];
    const asked: string[] = [];
    let person = 0;
    const program = tour(args);
    let step = program.next();
    while (!step.done) {
      const call = step.value;
      let result: unknown = null;
      if (call.kind === 'note') {
        order.push(call.topic);
        if (call.topic === 'question') asked.push(String((call.data as { text: string }).text));
      } else if (call.kind === 'approve') {
        order.push(call.ask.topic);
        result = says[person++] ?? { choice: call.ask.choices[0], text: '' };
      } else if (call.kind === 'model') {
        const text = replies[order.filter((each) => each === 'model').length] ?? 'Nothing.';
        order.push('model');
        result = { text, stop: 'end', model: 'm', usage: { input: 1, output: 1, cachedInput: 0 } };
      } else if (call.kind === 'tool') {
        const printed = /\((.*)\)/.exec((call.args as { code: string }).code)?.[1] ?? '';
        result = {
          badge: printed === '1' ? 'verified' : 'refuted',
          why: 'no',
          printed: [printed],
          seconds: 0,
        };
      }
      step = program.next(result);
    }
    return { order, asked, outcome: step.value };
  }

  it('lets the reader predict before the answer is shown', () => {
    const { order, outcome } = played([reply('console.log(1)')], [{ choice: 'say', text: '1' }]);
    expect(order.slice(0, 6)).toEqual(['heading', 'question', 'model', 'predict', 'observation', 'answer']);
    expect(outcome).toMatchObject({ predicted: 1, right: 1 });
  });

  it('asks where a prediction went wrong', () => {
    const { asked, outcome } = played([reply('console.log(1)')], [{ choice: 'say', text: '2' }]);
    expect(asked).toEqual(['One?', 'Where did I go wrong?']);
    expect(outcome).toMatchObject({ predicted: 1, right: 0 });
  });

  it('asks about a claim that is refuted still after it has gone back', () => {
    const wrong = reply('console.log(3)');
    expect(played([wrong, wrong], []).asked).toEqual([
      'One?',
      'Why does this not hold, and what holds instead?',
    ]);
    expect(played([wrong, reply('console.log(1)')], []).asked).toEqual(['One?']);
  });
});

it.each([
  ['0.077', '0.0770037537313969', true],
  ['-2.615', '-2.6145744834544478', true],
  ['−2.615', '-2.6145744834544478', true],
  ['-2.62', '-2.6145744834544478', false],
  ['2, 4', '[2,4]', true],
  ['2', '[2,4]', false],
  ['0', '0', true],
  ['1e-9', '0', false],
  ['NaN', 'NaN', true],
  ['an error', 'An  error', true],
  ['an error', '4', false],
])('what is said, %s, held against %s: %s', (guess, printed, right) =>
  expect(heldAgainst(guess, printed)).toBe(right),
);
