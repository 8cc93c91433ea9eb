import { describe, expect, it } from 'vitest';
import { loadTopics } from '../../agent/host/prompts.ts';
import { allSessions } from '../../agent/host/sessions.ts';
import type { TourTopic } from '../../agent/programs/topic-map.ts';
import { type Observed, observe } from '../../agent/review/observe.ts';
import { observePicture } from '../../agent/review/observe-picture.ts';
import { observeSchema } from '../../agent/review/observe-schema.ts';
import { observeText } from '../../agent/review/observe-text.ts';
import { openSession } from '../../agent/review/open.ts';
import { plain } from '../../agent/review/style.ts';
import type { AnswerView, ClaimView, Entry, SessionView } from '../../agent/review/view.ts';

const claim = (badge: ClaimView['badge'], statement: string = badge): ClaimView => ({
  ...{ statement, of: null, link: null, badge, code: statement, language: 'ts', expect: null },
  ...{ why: badge === 'refuted' ? 'printed 1, not 2' : '', printed: [] },
});

const answer = (claims: readonly ClaimView[], more: Partial<AnswerView> = {}): AnswerView => ({
  ...{
    correction: null,
    prose: '',
    claims,
    unstated: [],
    offers: [],
    source: 'language model',
    model: 'm',
    structured: true,
  },
  ...more,
});

const question = (topic: string, kind: string, ...answers: AnswerView[]): Entry =>
  ({
    kind: 'question',
    at: 0,
    pid: '1',
    topic,
    questionKind: kind,
    text: `Of ${topic}?`,
    about: null,
    answers,
  }) as unknown as Entry;

const proposal = (outcome: string, refusedBy: string | null = null): Entry =>
  ({
    ...{ kind: 'proposal', pid: '1', outcome, applyFailures: [{ reason: 'not found', message: '' }] },
    verdict: outcome === 'not applied' ? null : { stage: 'full', refusedBy },
  }) as unknown as Entry;

const session = (name: string, entries: readonly Entry[], more: Partial<SessionView> = {}): Observed => ({
  session: name,
  shipped: false,
  view: {
    ...{ program: 'improve', imported: null, model: { id: 'm', kind: 'language model' } },
    ...more,
    entries,
  } as unknown as SessionView,
});

const topics: readonly TourTopic[] = [
  {
    id: 'one',
    title: 'One',
    needs: [],
    about: 'a',
    questions: [{ kind: 'definition', text: 'What is one?' }],
  },
  {
    id: 'two',
    title: 'Two',
    needs: ['one'],
    about: 'b',
    questions: [{ kind: 'limits', text: 'Where ends two?' }],
  },
  {
    id: 'six',
    title: 'Six',
    needs: ['two'],
    about: 'c',
    questions: [{ kind: 'limits', text: 'What is six?' }],
  },
];

describe('no session at all', () => {
  const document = observe([], [], topics);

  it('is told as that, and the first topic is what to ask', () => {
    expect(observeSchema.parse(document)).toEqual(document);
    expect(document.claims.all.verified).toEqual({ hits: 0, of: 0, share: null, low: 0, high: 1 });
    expect(document.next).toEqual([
      {
        question: 'What is one?',
        kind: 'definition',
        topic: 'one',
        why: 'no session has asked about it; it needs no other topic',
        command: "vibegrad ask 'What is one?' --kind definition --topic one",
      },
    ]);
    const text = observeText(document, plain);
    expect(text).toContain('0 sessions read');
    expect(text).toContain('Verified: none seen.');
    expect(observePicture(document)).toMatch(/^<svg /);
  });
});

describe('sessions', () => {
  const wrong = claim('refuted', "It's 2 $(touch x) `y`");
  const sessions = [
    session('a', [
      question(
        'one',
        'definition',
        answer([claim('verified'), claim('verified', 'more'), wrong]),
        answer([claim('refuted', 'still')], { correction: 'again' }),
      ),
      proposal('landed'),
      question('one', 'limits', answer([claim('ran, nothing claimed'), claim('not run')])),
      proposal('refused', 'grad'),
      proposal('not applied'),
      proposal('unmeasured'),
    ]),
    session('b', [
      question('one', 'definition', answer([wrong], { model: 'm' })),
      question('one', 'definition', answer([claim('verified')], { source: 'recorded' })),
      { kind: 'failure', at: 0, call: 'model (propose)', message: 'cut' },
    ]),
    session('c', [proposal('landed')], { model: { id: 'embedded', kind: 'search, not a language model' } }),
    session('d', [question('one', 'definition', answer([wrong])), proposal('refused', 'grad')], {
      program: 'demo',
    }),
    session('f', [question('correction', 'prediction', answer([wrong]))], { program: 'correction' }),
    session('e', [question('one', 'definition', answer([wrong]))], {
      imported: {} as SessionView['imported'],
    }),
  ];
  const document = observe(sessions, [{ id: 'x', message: 'line 3' }], topics);

  it('are counted by kind, topic and model; what was planted, imported or given again is not', () => {
    expect(observeSchema.parse(document)).toEqual(document);
    expect(document.sessions).toMatchObject({
      read: 6,
      imported: 1,
      demonstrations: 1,
      experiments: 1,
      damaged: [{ id: 'x' }],
    });
    expect(document.claims.givenAgain).toBe(1);
    expect(document.claims.all).toMatchObject({
      answers: 3,
      verified: { hits: 2, of: 6 },
      refuted: 2,
      nothingClaimed: 1,
      notRun: 1,
    });
    expect(document.claims.byKind.map(({ name, verified: { hits, of } }) => [name, hits, of])).toEqual([
      ['definition', 2, 4],
      ['limits', 0, 2],
    ]);
    expect(document.claims.byModel).toMatchObject([{ name: 'm', source: 'language model', answers: 3 }]);
  });

  it('say what was refuted how often, and whether a correction held', () => {
    expect(document.refuted).toMatchObject([
      { statement: wrong.statement, times: 2, sessions: ['a', 'b'], mended: false, why: 'printed 1, not 2' },
    ]);
    expect(document.corrected).toMatchObject({ hits: 0, of: 1 });
  });

  it('say which kinds came before accepted proposals, and why others did not land', () => {
    const { accepted, byKind, classes, failures } = document.proposals;
    expect(accepted).toMatchObject({ hits: 2, of: 4 });
    expect(byKind.map(({ name, accepted: { hits, of } }) => [name, hits, of])).toEqual([
      ['definition', 1, 1],
      ['limits', 0, 2],
      ['no question (a search)', 1, 1],
    ]);
    expect(classes).toEqual([
      { name: 'grad', count: 1 },
      { name: 'not found', count: 1 },
    ]);
    expect(failures).toEqual([{ name: 'model (propose): cut', count: 1 }]);
  });

  it('lead to what to ask next: what stands refuted, then what was not asked; a model’s words are one word of a shell', () => {
    expect(document.next.map(({ question: text }) => text)).toEqual([
      'Of one?',
      'Where ends two?',
      'Before the next proposal: definition',
    ]);
    expect(document.next[0]).toMatchObject({
      kind: 'error-diagnosis',
      command: `vibegrad ask 'Of one?' --kind error-diagnosis --topic one --about 'It'\\''s 2 $(touch x) \`y\`'`,
    });
    expect(document.next[0]!.why).toContain('was refuted 2 times');
    expect(observeText(document, plain)).toContain('damaged  x: line 3');
  });
});

describe('the shipped sessions', () => {
  it('are all read, and every count is one of theirs', () => {
    const shipped = allSessions()
      .filter((each) => each.shipped)
      .map(({ id, dir }): Observed => ({ session: id, shipped: true, view: openSession(dir).view }));
    const document = observe(shipped, [], loadTopics());
    expect(observeSchema.parse(document)).toEqual(document);
    const { all, byKind, byTopic, byModel } = document.claims;
    expect(all.verified.of).toBeGreaterThan(50);
    for (const rows of [byKind, byTopic, byModel])
      expect(rows.reduce((sum, row) => sum + row.verified.of, 0)).toBe(all.verified.of);
    const { accepted, byKind: kinds } = document.proposals;
    expect(kinds.reduce((sum, row) => sum + row.accepted.of, 0)).toBe(accepted.of);
    expect(accepted.hits).toBe(shipped.reduce((sum, { view }) => sum + view.accepted, 0));
  });
});
