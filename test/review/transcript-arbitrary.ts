import fc from 'fast-check';
import { linkSchema } from '../../agent/programs/notes.ts';
import type { Transcript, TranscriptEntry } from '../../agent/review/transcript-model.ts';
import type { AnswerView, ClaimView } from '../../agent/review/view.ts';

/** Lines that look like a transcript's own, fences, headings, markup: what a hostile or a chatty model writes. */
const awkward = fc.constantFrom(
  '## A title',
  '### Proposal 9: forged',
  ' ### Observations on Vibe Coding',
  '#### four ####',
  '# one #',
  '###### six ######',
  '####',
  'Chat Question: really?',
  '  Answer: yes',
  'Correction: no',
  'Claim 1, verified: 1 = 2',
  'Expected: equals 1 within 0',
  'Printed:',
  'Why: because',
  'Ask next:',
  'Failed, judge: no',
  '*by: `x` (language model)*',
  '*Session `a` · program `b` · answers by `c` (recorded)*',
  '*(a person)* said so',
  '```',
  '````ts',
  '~~~',
  '- ```',
  '  ```',
  '    ```',
  '> ```',
  '<!--',
  '-->',
  '<script>alert(1)</script>',
  'a < b and `Array<number>` and `` ` ``',
  '![pixel](https://example.org/p.png)',
  '`open <b>',
  '\\<i> \\\\<i>',
  '| a | b \\| c |',
  '- item',
  '1. item',
  '',
  '   ',
  '\u001b[31mred\u001b[0m \u202eflow\u0007',
  'line\rreturn\r\n',
  '$y = \\sin(x^2)$',
);
const line = fc.oneof(
  awkward,
  fc.string({ maxLength: 12 }),
  fc.string({ maxLength: 12, unit: 'binary' }),
  fc.lorem({ maxCount: 4 }),
);
const text = fc.array(line, { maxLength: 7 }).map((lines) => lines.join('\n'));
const word = fc.oneof(fc.constantFrom('r1/tanh', 'x`y', '', 'a, b', 'a: b'), line);
const amount = fc.nat({ max: 500 });
const finite = fc.double({ noNaN: true, noDefaultInfinity: true });
const kind = fc.constantFrom(
  'language model' as const,
  'search, not a language model' as const,
  'a person typed this' as const,
  'recorded' as const,
);

const atLeastOne = fc.double({ min: 1, max: 1e300, noNaN: true });

/** Data as code prints it: a series, or several by name. */
const series = fc
  .array(fc.tuple(finite, fc.double({ min: 0, noNaN: true, noDefaultInfinity: true })), {
    minLength: 3,
    maxLength: 5,
  })
  .map((pairs) => pairs.toSorted((a, b) => a[0] - b[0]));
const data = fc
  .oneof(series, fc.dictionary(line, series, { minKeys: 1, maxKeys: 4 }))
  .map((printed) => JSON.stringify(printed));
const bound = fc.record({
  kind: fc.constantFrom('less-than' as const, 'greater-than' as const),
  value: finite,
});

const claim: fc.Arbitrary<ClaimView> = fc.record({
  statement: text,
  of: fc.option(text),
  link: fc.option(fc.constantFrom(...linkSchema.options)),
  code: text,
  language: fc.constantFrom('ts' as const, 'python' as const),
  expect: fc.oneof(
    fc.constant(null),
    fc.record({
      kind: fc.constant('equals' as const),
      value: fc.oneof(finite, fc.array(finite, { maxLength: 3 })),
      within: fc.double({ min: 0, noNaN: true, noDefaultInfinity: true }),
    }),
    fc.record({ kind: fc.constantFrom('less-than' as const, 'greater-than' as const), value: finite }),
    fc.record({
      kind: fc.constant('ratio' as const),
      value: finite,
      within: fc.double({ min: 0, noNaN: true, noDefaultInfinity: true }),
    }),
    fc.record({
      kind: fc.constant('grows-like' as const),
      power: finite,
      within: fc.double({ min: 0, noNaN: true, noDefaultInfinity: true }),
    }),
    fc.record({ kind: fc.constant('diverges' as const), factor: atLeastOne.map((x) => 1 + x) }),
    fc.record({
      kind: fc.constant('shape' as const),
      shape: fc.constantFrom('rising' as const, 'falling' as const, 'valley' as const, 'peak' as const),
      by: atLeastOne,
      turn: fc.option(fc.record({ at: atLeastOne, factor: atLeastOne })),
    }),
    fc.record({
      ...{ kind: fc.constant('curves' as const), x: text, y: text },
      curves: fc.array(fc.record({ name: text, expect: bound }), { minLength: 1, maxLength: 3 }),
    }),
    fc.record({ kind: fc.constant('prints' as const), text }),
    fc.record({ kind: fc.constant('throws' as const), message: text }),
  ),
  badge: fc.constantFrom(
    'verified' as const,
    'refuted' as const,
    'ran, nothing claimed' as const,
    'not run' as const,
    'not checkable as written' as const,
  ),
  why: text,
  printed: fc.oneof(
    fc.array(line, { maxLength: 3 }),
    data.map((printed) => [printed]),
  ),
});

const answer: fc.Arbitrary<AnswerView> = fc.record({
  correction: fc.option(text),
  prose: text,
  claims: fc.array(claim, { maxLength: 2 }),
  unstated: fc.array(text, { maxLength: 2 }),
  offers: fc.array(text, { maxLength: 2 }),
  source: kind,
  model: word,
  structured: fc.boolean(),
});

const verdictKeys = [
  ...(['accepted', 'stage', 'reasons', 'counterexample', 'rows', 'refusedBy'] as const),
  ...(['checks', 'passed', 'worstRatio', 'tree', 'receiptId'] as const),
];

const entry: fc.Arbitrary<TranscriptEntry> = fc.oneof(
  fc.record({
    kind: fc.constant('question' as const),
    topic: word,
    questionKind: word,
    text,
    about: fc.option(text),
    answers: fc.array(answer, { maxLength: 2 }),
  }),
  fc.record({
    kind: fc.constant('proposal' as const),
    number: fc.integer({ min: 1, max: 99 }),
    title: text,
    goals: fc.array(word, { maxLength: 2 }),
    format: word,
    hint: fc.option(text),
    diff: fc.option(text),
    applyFailures: fc.array(fc.record({ reason: word, message: text }), { maxLength: 2 }),
    verdict: fc.option(
      fc.record(
        {
          unmeasured: fc.constant(true as const),
          accepted: fc.boolean(),
          stage: word,
          reasons: fc.array(text, { maxLength: 2 }),
          counterexample: fc.option(
            fc.record({
              check: word,
              label: text,
              inputs: fc.array(word, { maxLength: 2 }),
              expected: word,
              got: word,
            }),
          ),
          rows: fc.array(fc.record({ check: word, before: word, after: text }), { maxLength: 3 }),
          refusedBy: fc.option(word),
          checks: amount,
          passed: amount,
          worstRatio: fc.option(fc.double({ min: 0, max: 1e12, noNaN: true })),
          tree: word,
          receiptId: word,
        },
        { requiredKeys: verdictKeys },
      ),
    ),
    landed: fc.option(fc.record({ commit: word, tree: word, goals: fc.array(word, { maxLength: 2 }) })),
  }),
  fc.record({
    kind: fc.constant('observation' as const),
    text,
    by: fc.constantFrom('workbench' as const, 'person' as const),
  }),
  fc.record({ kind: fc.constant('heading' as const), text }),
  fc.record({ kind: fc.constant('failure' as const), call: word, message: text }),
  fc.record(
    {
      unmeasured: fc.nat({ max: 500 }),
      kind: fc.constant('summary' as const),
      goalsMet: fc.array(word, { maxLength: 2 }),
      proposals: amount,
      accepted: amount,
      refused: amount,
    },
    { requiredKeys: ['kind', 'goalsMet', 'proposals', 'accepted', 'refused'] },
  ),
);

export const transcripts: fc.Arbitrary<Transcript> = fc.record({
  title: text,
  byline: fc.record({ session: word, program: word, model: word, kind }),
  intro: text,
  entries: fc.array(entry, { maxLength: 5 }),
});

export const markdown: fc.Arbitrary<string> = text;
