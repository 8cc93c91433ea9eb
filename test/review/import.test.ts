import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UserError } from '../../agent/base/errors.ts';
import { runClaim } from '../../agent/judge/claims.ts';
import { parseAnswer } from '../../agent/programs/answer.ts';
import type { RecordedAnswer } from '../../agent/programs/answers.ts';
import { exportHtml } from '../../agent/review/html.ts';
import { importChat, originalOf } from '../../agent/review/import.ts';
import { claimsFor } from '../../agent/review/library.ts';
import { openSession } from '../../agent/review/open.ts';
import { parseChat } from '../../agent/review/parse-chat.ts';
import { parseTranscript } from '../../agent/review/parse-transcript.ts';
import { plain } from '../../agent/review/style.ts';
import { entryText } from '../../agent/review/tables.ts';
import { renderSession, renderTranscript } from '../../agent/review/transcript.ts';
import { canonicalTranscript } from '../../agent/review/transcript-model.ts';
import type { QuestionView } from '../../agent/review/view.ts';
import { record, scratch, story } from './fixture.ts';
import { transcripts } from './transcript-arbitrary.ts';

const importText = async (text: string, options: Partial<Parameters<typeof importChat>[0]> = {}) => {
  const dir = join(scratch(), 'session');
  await importChat({ dir, session: 'an-import', name: 'chat.md', bytes: Buffer.from(text), ...options });
  return dir;
};

const questionsOf = (dir: string) =>
  openSession(dir).view.entries.filter((entry): entry is QuestionView => entry.kind === 'question');

/** The shape of a chat that was kept by hand: labels indented under a title, code without a language, observations. */
const labelled = `## Notes on tapes
**What I tried, and what came of it**

    Chat Question: What is a tape?
    Answer: A tape is a list of what was computed.

    **Uses:**
      - Reverse mode walks it backwards.
    Would you like to see one?

    Chat Question: What do you mean by "walks it backwards"?
    Answer: Each entry hands its cotangent on. $y = \\cos(x)$
    **An example (using PyTorch):**
    \`\`\`
    import torch
    # User: this is a comment, no label
    print(torch.tensor(1.0))
    \`\`\`
  ### Observations on tapes:
  - Ask for the order of the entries.
  - Ask what is freed,
    and when.
`;

describe('importing a chat', () => {
  it('shows code as it was written in, by its place and the words that lead to it', async () => {
    const block = (label: string) => `\`\`\`${label}\nlet x = 1;\n\`\`\``;
    const dir = await importText(
      `Chat Question: How?\nAnswer: In JavaScript:\n\n${block('javascript')}\n\nIn Python:\n\n${block('py').replace('let ', '')}`,
    );
    const session = openSession(dir);
    const transcript = renderSession(session.view);
    expect(transcript).toMatch(/^Code block 1, not run: In JavaScript\n\n```js\nlet x = 1;\n```/m);
    expect(transcript).toMatch(/^Code block 2, not run: In Python\n\n```python\nx = 1;\n```/m);
    expect(renderTranscript(parseTranscript(transcript))).toBe(transcript);
    const page = exportHtml(session);
    expect(page).toContain('<span>Code block 1: In JavaScript</span>');
    expect(page).toContain('<pre data-language="js"><code>let x = 1;');
    expect(page).not.toContain('data-language="ts"');
  });

  it('reads labels under indentation, code blocks as claims, closing questions as offers, and observations', async () => {
    const dir = await importText(labelled);
    const { view } = openSession(dir);
    expect(view).toMatchObject({ title: 'Notes on tapes', program: 'import', status: 'done' });
    expect(view.intro).toBe('**What I tried, and what came of it**');
    const [first, second] = questionsOf(dir);
    expect(first).toMatchObject({ text: 'What is a tape?' });
    expect(first?.answers[0]?.prose).toContain('\n**Uses:**\n  - Reverse mode walks it backwards.\n');
    expect(first?.answers[0]?.offers).toEqual(['Would you like to see one?']);
    expect(second?.text).toBe('What do you mean by "walks it backwards"?');
    expect(second?.answers[0]?.claims).toEqual([
      {
        statement: 'An example (using PyTorch)',
        of: null,
        link: null,
        code: 'import torch\n# User: this is a comment, no label\nprint(torch.tensor(1.0))\n',
        language: 'python',
        expect: null,
        badge: 'not run',
        why: 'imported, and not run since',
        printed: [],
      },
    ]);
    expect(
      view.entries.filter((entry) => entry.kind === 'observation').map(({ text, by }) => [text, by]),
    ).toEqual([
      ['Ask for the order of the entries.', 'person'],
      ['Ask what is freed,\nand when.', 'person'],
    ]);
  });

  it('reads the same chat whether its labels are indented or not', () => {
    const flat = labelled.replace(/^ {4}/gm, '');
    expect(parseChat(flat)?.entries.filter((e) => e.kind === 'question')).toEqual(
      parseChat(labelled)?.entries.filter((e) => e.kind === 'question'),
    );
  });

  it.each([
    ['colons', 'User: What is a tape?\n\nAssistant: A list.\n\nUser: Of what?\n\nAssistant: Of steps.'],
    [
      'bold names',
      '**You**\n\nWhat is a tape?\n\n**ChatGPT:** A list.\n\n**You:**\nOf what?\n\n**ChatGPT**\nOf steps.',
    ],
    [
      'headings',
      '# Tapes\n\n## Q\nWhat is a tape?\n\n## A\nA list.\n\n## Q 2\nOf what?\n\n## A 2\nOf steps.',
    ],
    [
      'said',
      '#### You said:\nWhat is a tape?\n#### ChatGPT said:\nA list.\n#### You said:\nOf what?\n#### ChatGPT said:\nOf steps.',
    ],
    ['CRLF', 'Q: What is a tape?\r\nA: A list.\r\nQ: Of what?\r\nA: Of steps.\r\n'],
    ['a fence that nobody closes', 'Q: What is a tape?\nA: A list.\nQ: Of what?\nA: Of steps.\n```\n'],
  ])('reads chats with %s', (_, text) => {
    const questions = parseChat(text)?.entries.filter(
      (entry): entry is QuestionView => entry.kind === 'question',
    );
    expect(questions?.map((q) => q.text)).toEqual(['What is a tape?', 'Of what?']);
    expect(questions?.map((q) => q.answers[0]?.prose.split('\n')[0])).toEqual(['A list.', 'Of steps.']);
  });

  it('keeps to the labels that a chat begins with: other words before a colon belong to an answer', () => {
    const text =
      'User: What is a tape?\n\nAssistant: A list.\nModel: y = f(x)\nQ: a rhetorical one\n**A:** so be it';
    const questions = parseChat(text)?.entries.filter(
      (entry): entry is QuestionView => entry.kind === 'question',
    );
    expect(questions).toHaveLength(1);
    expect(questions?.[0]?.answers.map((answer) => answer.prose)).toEqual([
      'A list.\nModel: y = f(x)\nQ: a rhetorical one\n**A:** so be it',
    ]);
  });

  it('runs the code where it is given something to run it with', async () => {
    const seen: string[] = [];
    const dir = await importText(labelled, {
      runClaim: async ({ code, language }) => {
        seen.push(`${language} ${code.split('\n')[0]}`);
        return { badge: 'ran, nothing claimed', why: '', printed: ['tensor(1.)'], seconds: 0.2 };
      },
    });
    expect(seen).toEqual(['python import torch']);
    expect(questionsOf(dir)[1]?.answers[0]?.claims[0]).toMatchObject({
      badge: 'ran, nothing claimed',
      printed: ['tensor(1.)'],
    });
  });

  it('has claims said of its sentences, and says which are left without one', async () => {
    const said = {
      statement: 'Reversing a list.',
      code: 'console.log(1)',
      language: 'ts',
      expect: null,
      link: 'stated',
    } as const;
    const ran: string[] = [];
    const dir = await importText(labelled, {
      claimsFor: (sentence) => (/cotangent/.test(sentence) ? [said] : []),
      runClaim: async ({ code }) => {
        ran.push(code);
        return { badge: 'verified', why: '', printed: ['1'], seconds: 0 };
      },
    });
    const [first, second] = questionsOf(dir);
    expect(first?.answers[0]?.unstated).toEqual(['Reverse mode walks it backwards.']);
    expect(second?.answers[0]?.claims.at(-1)).toMatchObject({
      ...said,
      of: 'Each entry hands its cotangent on.',
      badge: 'verified',
    });
    expect(ran.at(-1)).toBe(said.code);
    const text = renderSession(openSession(dir).view);
    expect(text).toContain('Stated for the sentence (compare the two): Each entry hands its cotangent on.');
    expect(text).toContain('Not checkable as written:\n\n- Reverse mode walks');
    expect(renderSession(openSession(await importText(text)).view)).toBe(text);
  });

  it('gives the original back byte for byte, whatever its line ends', async () => {
    const bytes = Buffer.concat([
      Buffer.from('\uFEFF'),
      Buffer.from(labelled.replaceAll('\n', '\r\n')),
      Buffer.from([0xff, 0xfe, 0x00]),
    ]);
    const dir = await importText('', { bytes });
    expect(originalOf(dir).equals(bytes)).toBe(true);
  });

  it('refuses a text in which nobody answers anybody, and leaves no folder behind', async () => {
    const dir = join(scratch(), 'session');
    const text = 'Just some notes.\n\nAnswer: to nothing that was asked.';
    const failing = importChat({ dir, session: 's', name: 'notes.md', bytes: Buffer.from(text) });
    await expect(failing).rejects.toThrow(UserError);
    await expect(failing).rejects.toThrow(/notes\.md holds no question/);
    expect(existsSync(dir)).toBe(false);
  });
});

const founding = resolve(import.meta.dirname, '../../../shared/founding-chat.md');

describe.skipIf(!existsSync(founding))(
  'the chat that this began with (needs shared/founding-chat.md)',
  () => {
    it('is read whole: two questions, the second about the first answer, its code, an offer, two observations', async () => {
      const bytes = readFileSync(founding);
      const dir = await importText('', { bytes });
      const questions = questionsOf(dir);
      expect(questions.map((q) => q.answers.length)).toEqual([1, 1]);
      expect(questions[0]?.answers[0]?.offers).toHaveLength(1);
      expect(questions[1]?.text.startsWith('What do you mean')).toBe(true);
      expect(questions[1]?.answers[0]?.claims).toMatchObject([{ language: 'python' }]);
      const { view } = openSession(dir);
      expect(view.entries.filter((entry) => entry.kind === 'observation')).toHaveLength(2);
      expect(view.intro).not.toBe('');
      expect(originalOf(dir).equals(bytes)).toBe(true);
    });
  },
);

/** What the textbook claims of instability, as it is recorded. */
const instability: RecordedAnswer = {
  ...{ question: 'Why are finite differences unstable?', about: null, kind: '', topic: '' },
  ...{ session: 'textbook', day: '2026-11-30', source: 'a person typed this', model: '' },
  answer: parseAnswer(
    readFileSync(
      join(import.meta.dirname, '../../sessions/textbook/answers/014-truncation-and-roundoff-unstable.md'),
      'utf8',
    ),
  ),
};

it('a claim that is related to two sentences stands beside the one that it is more like', async () => {
  const [forward, reverse] = [
    'Forward mode is good for few inputs and many outputs.',
    'Reverse mode is good for many inputs and few outputs.',
  ];
  const related = [forward, reverse].map((statement, i) => ({
    ...{ statement, code: `console.log(${i});`, language: 'ts', expect: null },
    link: 'related',
  })) as unknown as ReturnType<typeof claimsFor>;
  const said = ['Good for fewer inputs and more outputs.', 'Good for many inputs and few outputs, they say.'];
  const dir = await importText(`User: Modes?\n\nAssistant: ${said.join(' ')}\n`, {
    claimsFor: () => related,
    runClaim: async () => ({ badge: 'verified', why: '', printed: ['1'], seconds: 0 }),
  });
  const claims = questionsOf(dir).flatMap(({ answers }) => answers.flatMap((answer) => answer.claims));
  expect(Object.fromEntries(claims.map(({ of, statement }) => [of, statement]))).toEqual({
    [said[0]!]: forward,
    [said[1]!]: reverse,
  });
});

describe.skipIf(!existsSync(founding))(
  'what that chat says of numerical instability (needs shared/founding-chat.md)',
  () => {
    it('is true in part: of two claims one shows where it holds, and one where it does not; no reader can miss it', {
      timeout: 60_000,
    }, async () => {
      const dir = await importText('', {
        bytes: readFileSync(founding),
        claimsFor: (sentence) => claimsFor(sentence, [instability]),
        runClaim: (claim, signal) =>
          claim.language === 'python'
            ? Promise.resolve({ badge: 'not run', why: 'needs torch', printed: [], seconds: 0 })
            : runClaim({ ...claim, engine: 'library' }, { signal }),
      });
      const unstated = questionsOf(dir).flatMap(({ answers }) =>
        answers.flatMap((answer) => answer.unstated),
      );
      expect(unstated).not.toContainEqual(expect.stringMatching(/instability$/));
      const claims = questionsOf(dir).flatMap(({ answers }) => answers.flatMap((answer) => answer.claims));
      const said = claims.filter(({ link }) => link === 'holds' || link === 'fails');
      expect(said.map(({ badge }) => badge)).toEqual(['verified', 'verified']);
      expect(said.map(({ link }) => link)).toEqual(['holds', 'fails']);
      for (const { of } of said) expect(of).toBe('AD does not suffer from numerical instability');
      expect(said[0]?.statement).toContain('does not suffer from numerical instability where');
      expect(said[1]?.statement).toContain('does suffer from numerical instability where');
      const { view } = openSession(dir);
      const text = renderSession(view);
      expect(text).toContain('Shows where the sentence holds: AD does not suffer');
      expect(text).toContain('Shows where the sentence does not hold: AD does not suffer');
      const page = exportHtml(openSession(dir));
      expect(page).toContain('<span class="badge verified">shows where it holds: verified</span>');
      expect(page).toContain('<span class="badge refuted">shows where it does not hold: verified</span>');
      const [shown] = view.entries
        .filter(({ kind }) => kind === 'question')
        .map((entry) => entryText(entry, plain));
      expect(shown?.join('\n')).toMatch(
        /holds: verified .*instability[\s\S]*does not hold: verified .*instability/,
      );
    });
  },
);

describe('importing a transcript', () => {
  it('gives the same transcript again: of a session, and of its import', async () => {
    const text = renderSession(openSession(await record({ dir: scratch(), steps: story() })).view);
    const { view } = openSession(await importText(text));
    expect(renderSession(view)).toBe(text);
    expect(view).toMatchObject({ id: 'an-import', accepted: 1, refused: { 'no edit': 1, grad: 1 } });
    expect(view.judged).toEqual([]);
    expect(view.imported?.byline?.session).toBe('a-session');
  });

  it('does so for any transcript whose proposals are numbered apart', async () => {
    await fc.assert(
      fc.asyncProperty(transcripts, async (raw) => {
        const numbered = canonicalTranscript({
          ...raw,
          entries: raw.entries.map((entry, i) =>
            entry.kind === 'proposal'
              ? { ...entry, number: i + 1, verdict: entry.verdict ?? null, diff: entry.diff ?? null }
              : entry,
          ),
        });
        const text = renderTranscript(numbered);
        const dir = await importText(text);
        expect(renderSession(openSession(dir).view)).toBe(text);
      }),
      { numRuns: 40 },
    );
  });
});
