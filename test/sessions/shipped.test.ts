import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { provenanceOf } from '../../agent/actions/provenance.ts';
import { withRejudge } from '../../agent/actions/verify.ts';
import { loadKinds, loadTopics } from '../../agent/host/prompts.ts';
import { loadStored } from '../../agent/kernel/index.ts';
import { tourOrder } from '../../agent/programs/topic-map.ts';
import { correctionDocument } from '../../agent/review/correction.ts';
import { correctionText } from '../../agent/review/correction-text.ts';
import { libraryOf, recordedAnswers } from '../../agent/review/library.ts';
import { openSession } from '../../agent/review/open.ts';
import { replay } from '../../agent/review/replay.ts';
import { plain } from '../../agent/review/style.ts';
import type { AnswerView, ProposalView, QuestionView } from '../../agent/review/view.ts';
import { engineTarget } from '../../agent/targets/index.ts';

const shipped = join(import.meta.dirname, '..', '..', 'sessions');
const onTheLibrary = ['library-rules', 'library-search', 'library-extremes', 'library-speed'] as const;
const names = ['embedded', 'manual', 'textbook', ...onTheLibrary, 'smollm2', 'correction'] as const;
const provenance = await provenanceOf(join(shipped, '..'), false);
const sessions = Object.fromEntries(names.map((name) => [name, openSession(join(shipped, name))]));
const view = (name: (typeof names)[number]) => sessions[name]!.view;

const questions = (name: (typeof names)[number]): readonly QuestionView[] =>
  view(name).entries.filter((entry): entry is QuestionView => entry.kind === 'question');
const refused = (proposals: readonly ProposalView[]) =>
  proposals.filter((p) => p.outcome === 'refused' && p.verdict?.accepted === false);
const landed = (proposals: readonly ProposalView[]) => proposals.filter((p) => p.outcome === 'landed');
const badges = (answer: AnswerView | undefined): string[] => answer?.claims.map((c) => c.badge) ?? [];
const goalsOf = (rung: number): string[] =>
  engineTarget.goals.filter((goal) => goal.rung === rung).map((goal) => goal.id);

describe.each(names)('the shipped session %s', (name) => {
  const session = sessions[name]!;

  it('renders as it was recorded', async () => {
    expect(await replay({ session, level: 'render' })).toMatchObject({
      result: 'same',
      compared: 1,
    });
  });

  it('gets every verdict again from the judge of today', async () => {
    const document = await withRejudge((rejudge) => replay({ session, level: 'verdict', rejudge }));
    expect(document.result, JSON.stringify(document.first)).not.toBe('diverged');
    expect(document.same).toBe(document.compared);
  }, 180_000);

  it('holds no path of the machine that recorded it', () => {
    const files = readdirSync(join(shipped, name), { recursive: true, withFileTypes: true });
    const texts = files
      .filter((file) => file.isFile())
      .map((file) => readFileSync(join(file.parentPath, file.name), 'utf8'));
    expect(texts.filter((text) => /(?<![\w.])\/(home|root|tmp|work|Users|private|var)\//.test(text))).toEqual(
      [],
    );
    const workspace =
      name === 'textbook' || name === 'correction' ? 'tutor' : name.startsWith('library-') ? 'library' : name;
    expect(session.view.workspace).toBe(`$VIBEGRAD_HOME/workspaces/${workspace}`);
  });
});

describe('embedded', () => {
  it('is told as a search, asks nothing, and climbs most of the first rung and a third of the second', () => {
    expect(view('embedded').model).toEqual({ id: 'embedded', kind: 'search, not a language model' });
    expect(view('embedded').status).toBe('done');
    expect(questions('embedded')).toEqual([]);
    const met = new Set(view('embedded').goalsMet);
    expect(goalsOf(1).filter((id) => met.has(id)).length).toBeGreaterThanOrEqual(30);
    expect(goalsOf(2).filter((id) => met.has(id)).length).toBeGreaterThanOrEqual(5);
  });

  it('ships the engine of its last accepted tree', () => {
    const engine = readFileSync(join(shipped, 'embedded', 'engine', 'engine.ts'), 'utf8');
    for (const id of view('embedded').goalsMet.filter((goal) => /^r[12]\//.test(goal))) {
      expect(engine).toMatch(new RegExp(`^ {2}${id.slice(3)}: \\{`, 'm'));
    }
  });
});

describe('manual', () => {
  const { proposals } = view('manual');

  it('says that a person typed it, everywhere', () => {
    expect(view('manual').model).toEqual({ id: 'manual', kind: 'a person typed this' });
    const sources = questions('manual').flatMap((question) => question.answers.map((a) => a.source));
    expect(new Set(sources)).toEqual(new Set(['a person typed this']));
    expect(readFileSync(join(shipped, 'manual', 'transcript.md'), 'utf8')).toContain('a person typed this');
  });

  it('asks fifteen questions, of eleven kinds', () => {
    expect(questions('manual')).toHaveLength(15);
    expect(new Set(questions('manual').map((question) => question.questionKind)).size).toBe(11);
  });

  it('has two claims refuted, and answers each again with what holds', () => {
    const corrected = questions('manual').filter((question) => question.answers.length > 1);
    expect(corrected).toHaveLength(2);
    for (const { answers } of corrected) {
      expect(badges(answers[0])).toContain('refuted');
      expect(new Set(badges(answers[1]))).toEqual(new Set(['verified']));
    }
    const others = questions('manual').filter((question) => question.answers.length === 1);
    expect(new Set(others.flatMap((question) => badges(question.answers[0])))).toEqual(new Set(['verified']));
  });

  it('lands fourteen diffs from the first rung into the third, which are all met at the end', () => {
    expect(landed(proposals)).toHaveLength(14);
    const met = new Set(view('manual').goalsMet);
    expect([1, 2, 3].flatMap(goalsOf).filter((id) => !met.has(id))).toEqual([]);
  });

  it('leaves ten wrong attempts in, nearly all with the smallest input that refutes them', () => {
    expect(refused(proposals)).toHaveLength(10);
    const refuted = refused(proposals).filter((p) => p.verdict?.counterexample != null);
    expect(refuted.length).toBeGreaterThanOrEqual(9);
  });

  it('leaves in an edit that does not apply and is repaired', () => {
    const repaired = proposals.filter((p) => p.applyFailures.length > 0);
    expect(repaired.map((p) => p.outcome)).toEqual(['landed']);
  });

  it('answers every prompt with a file of its own', () => {
    const { dir, source } = sessions.manual!;
    const replies = source.lines.flatMap((line) =>
      line.type === 'result' && line.kind === 'model' && line.outcome.ok
        ? [(loadStored(dir, line.outcome.value) as { text: string }).text]
        : [],
    );
    const answers = join(shipped, 'manual', 'answers');
    const typed = readdirSync(answers).sort();
    expect(replies).toEqual(typed.map((file) => readFileSync(join(answers, file), 'utf8')));
  });
});

describe('textbook', () => {
  const asked = questions('textbook');

  it('asks what every topic of the tour has to be asked, in order', () => {
    const topics = tourOrder(loadTopics());
    expect(asked.map(({ topic, questionKind, text }) => ({ topic, kind: questionKind, text }))).toEqual(
      topics.flatMap(({ id, questions }) => questions.map(({ kind, text }) => ({ topic: id, kind, text }))),
    );
  });

  it('answers each with as many claims as its kind wants, all of which hold and can fail', () => {
    for (const { text, questionKind, answers } of asked) {
      const kind = loadKinds().find((each) => each.kind.id === questionKind)?.kind;
      expect(answers, text).toHaveLength(1);
      expect(new Set(badges(answers[0])), text).toEqual(new Set(['verified']));
      expect(answers[0]?.claims.length, text).toBeGreaterThanOrEqual(kind?.claims ?? 99);
    }
  });

  it('offers two questions after each answer, which the library answers', () => {
    const library = libraryOf(recordedAnswers([{ session: 'textbook', view: view('textbook') }]));
    const known = new Set(asked.map(({ text }) => text));
    for (const { text, answers } of asked) {
      expect(answers[0]?.offers, text).toHaveLength(2);
      for (const offer of answers[0]?.offers ?? []) expect(known, offer).toContain(offer);
    }
    const found = library.search({ question: 'why are differences unstable', kind: null, topic: null }, 1);
    expect(found[0]?.question).toBe('Why are finite differences unstable?');
  });
});

describe.each(onTheLibrary)('%s', (name) => {
  it('is about the library, ends by itself, and lands all that it set out for', () => {
    const { target, status, proposals } = view(name);
    expect({ target, status }).toEqual({ target: 'library', status: 'done' });
    const met = new Set(view(name).goalsMet);
    expect(proposals.flatMap((p) => p.goals).filter((id) => !met.has(id))).toEqual([]);
  });
});

describe('the library, as its sessions left it', () => {
  const { rules } = provenance;
  const by = (name: string) =>
    rules.filter(({ source }) => source?.session === name).map((rule) => rule.name);

  it('has most of its elementwise rules from them, with receipts that are whole', () => {
    expect(provenance.notes).toEqual([]);
    expect(by('library-search').length).toBeGreaterThanOrEqual(15);
    expect(rules.filter((rule) => rule.by === 'session').length).toBeGreaterThanOrEqual(33);
  });

  it('has slopes that no longer overflow from the session that set out for it', () => {
    expect(by('library-extremes')).toEqual(expect.arrayContaining(['asinh', 'acosh', 'atan2', 'gelu']));
    expect(refused(view('library-extremes').proposals)).toHaveLength(1);
  });

  it('has a gradient that was made faster, judged by time', () => {
    expect(by('library-speed')).toEqual(['mish']);
    expect(landed(view('library-speed').proposals)).toHaveLength(1);
    expect(refused(view('library-speed').proposals)).toHaveLength(1);
  });
});

describe('correction', () => {
  const document = correctionDocument(view('correction'));

  it('is of a language model, each of whose answers was judged', () => {
    expect(document).toMatchObject({ model: { kind: 'language model' }, status: 'done', questions: 24 });
    expect(document).toMatchObject({ unjudged: 0, first: { of: 24 } });
    expect(document.model.id).toContain('#smollm2');
  });

  it('shows no effect of a bare verdict, and says so', () => {
    const { shown } = document.effects.find(({ arm }) => arm === 'verdict')!;
    expect(shown).toBe(false);
    expect(correctionText(document, plain)).toContain('The verdict: no effect is shown');
  });

  it('gives no answers to the tutor', () => {
    expect(recordedAnswers([{ session: 'correction', view: view('correction') }])).toEqual([]);
  });
});

describe('smollm2', () => {
  it('is told as a language model, and its failures are left in', () => {
    expect(view('smollm2').model.kind).toBe('language model');
    expect(view('smollm2').model.id).toContain('#smollm2');
    expect(questions('smollm2').length).toBeGreaterThan(0);
    const { entries, proposals } = view('smollm2');
    const failed = entries.filter((entry) => entry.kind === 'failure').length;
    expect(failed + proposals.filter((p) => p.outcome !== 'landed').length).toBeGreaterThan(0);
  });
});
