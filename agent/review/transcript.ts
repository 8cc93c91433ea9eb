import type { Expectation } from '../judge/types.ts';
import type { ClaimLink } from '../programs/notes.ts';
import { encodeProse, literal, startsPlainly } from './prose.ts';
import { fence, fenceLines } from './sanitise.ts';
import {
  isBareCode,
  type Transcript,
  type TranscriptEntry,
  type TranscriptProposal,
  type TranscriptQuestion,
  toTranscript,
  writtenIn,
} from './transcript-model.ts';
import { plotFile } from './transcript-plots.ts';
import { ulps } from './verdict.ts';
import type { AnswerView, ClaimView, SessionView } from './view.ts';

/** `transcript.md` of a session. */
export function renderSession(view: SessionView): string {
  return renderTranscript(toTranscript(view));
}

/** Markdown that a person likes to read and that `parseTranscript` reads back without loss. Takes canonical text. */
export function renderTranscript(transcript: Transcript): string {
  const { byline } = transcript;
  const blocks = [
    `## ${literal(transcript.title)}`.trimEnd(),
    `*Session \`${byline.session}\` · program \`${byline.program}\` · answers by \`${byline.model}\` (${byline.kind})*`,
    encodeProse(transcript.intro),
  ];
  let observing = false;
  for (const entry of transcript.entries) {
    // Observations made one after the other stand under one heading.
    if (entry.kind === 'observation' && !observing) blocks.push(observationsHeading);
    observing = entry.kind === 'observation';
    blocks.push(...renderEntry(entry));
  }
  return `${blocks.filter((block) => block !== '').join('\n\n')}\n`;
}

export const observationsHeading = '### Observations on Vibe Coding';

function renderEntry(entry: TranscriptEntry): string[] {
  switch (entry.kind) {
    case 'question':
      return renderQuestion(entry);
    case 'proposal':
      return renderProposal(entry);
    case 'observation':
      return [renderObservation(entry.text, entry.by)];
    case 'heading':
      // A heading that reads like one of ours is told apart by a second space, which Markdown does not show.
      return [
        `### ${/^ *(Proposal \d|Observations on|Summary$)/.test(entry.text) ? ' ' : ''}${literal(entry.text)}`,
      ];
    case 'failure':
      return [`Failed, ${entry.call}: ${literal(entry.message)}`];
    case 'summary':
      return [
        '### Summary',
        `Proposals: ${entry.proposals}, accepted ${entry.accepted}, refused ${entry.refused}${entry.unmeasured === undefined ? '' : `, unmeasured ${entry.unmeasured}`}. Goals met: ${codes(entry.goalsMet)}.`,
      ];
  }
}

function renderQuestion(question: TranscriptQuestion): string[] {
  const { questionKind, topic } = question;
  const kind = [questionKind === '' ? '' : `kind: ${questionKind}`, topic === '' ? '' : `topic: ${topic}`];
  return [
    labelled('Chat Question:', question.text),
    meta([
      kind.filter((part) => part !== '').join(' · '),
      question.about === null ? '' : `about: ${literal(question.about)}`,
    ]),
    ...question.answers.flatMap(renderAnswer),
  ];
}

function renderAnswer(answer: AnswerView): string[] {
  return [
    answer.correction === null ? '' : labelled('Correction:', answer.correction),
    labelled('Answer:', answer.prose),
    meta([`by: \`${answer.model}\` (${answer.source})${answer.structured ? '' : ', as prose'}`]),
    ...answer.claims.flatMap((claim, i) => renderClaim(answer, claim, i)),
    ...(answer.unstated.length === 0
      ? []
      : ['Not checkable as written:', bullets(answer.unstated.map(literal))]),
    ...(answer.offers.length === 0 ? [] : ['Ask next:', bullets(answer.offers)]),
  ];
}

function renderClaim(answer: AnswerView, claim: ClaimView, index: number): string[] {
  const plot = plotFile(claim);
  return [
    `${isBareCode(answer, claim) ? 'Code block' : 'Claim'} ${index + 1}, ${claim.badge}: ${claim.statement}`.trimEnd(),
    fence(claim.code, writtenIn(answer, claim)),
    claim.of === null ? '' : `${linkLabels[claim.link ?? 'stated']} ${literal(claim.of)}`.trimEnd(),
    claim.expect === null ? '' : `Expected: ${expectationText(claim.expect)}`,
    ...(claim.printed.length === 0 ? [] : ['Printed:', fenceLines(claim.printed, 'text')]),
    plot === null ? '' : `![The printed data, drawn](${plot.path})`,
    claim.why === '' ? '' : `Why: ${literal(claim.why)}`,
  ];
}

/** What stands before the sentence that a claim is for. */
export const linkLabels: Readonly<Record<ClaimLink, string>> = {
  same: 'Says the sentence:',
  stated: 'Stated for the sentence (compare the two):',
  holds: 'Shows where the sentence holds:',
  fails: 'Shows where the sentence does not hold:',
  related: 'Related, and no check of the sentence:',
};

/** The badge of a claim, after what it shows of a sentence that it does not state. */
export function badgeText({ link, badge }: Pick<ClaimView, 'link' | 'badge'>): string {
  if (link === 'holds') return `shows where it holds: ${badge}`;
  if (link === 'fails') return `shows where it does not hold: ${badge}`;
  return link === 'related' ? `related: ${badge}` : badge;
}

/** `equals 2 within 0.001`; texts as JSON strings. */
export function expectationText(expect: Expectation): string {
  switch (expect.kind) {
    case 'equals':
      return `equals ${JSON.stringify(expect.value)} within ${expect.within}`;
    case 'less-than':
      return `less than ${expect.value}`;
    case 'greater-than':
      return `greater than ${expect.value}`;
    case 'ratio':
      return `ratio ${expect.value} within ${expect.within}`;
    case 'grows-like':
      return `grows like power ${expect.power} within ${expect.within}`;
    case 'diverges':
      return `diverges by ${expect.factor}`;
    case 'shape': {
      const { shape, by, turn } = expect;
      return `shape ${shape} by ${by}${turn === null ? '' : ` turning at ${turn.at} within a factor ${turn.factor}`}`;
    }
    case 'curves': {
      const { x, y, curves } = expect;
      return `curves ${codeSpan(JSON.stringify({ x, y, curves }))}`;
    }
    case 'prints':
      return `prints ${codeSpan(JSON.stringify(expect.text))}`;
    case 'throws':
      return `throws ${codeSpan(JSON.stringify(expect.message))}`;
  }
}

function renderProposal(proposal: TranscriptProposal): string[] {
  const { verdict, landed, diff, hint } = proposal;
  return [
    `### Proposal ${proposal.number}: ${literal(proposal.title)}`.trimEnd(),
    meta([
      `goals: ${codes(proposal.goals)} · format: \`${proposal.format}\``,
      hint === null ? '' : `hint: ${literal(hint)}`,
    ]),
    ...proposal.applyFailures.map((failure) => `Not applied, ${failure.reason}: ${literal(failure.message)}`),
    diff === null ? '' : fence(diff, 'diff'),
    ...(verdict === null ? [] : renderVerdict(verdict)),
    landed === null
      ? ''
      : `Landed: commit \`${landed.commit}\`, tree \`${landed.tree}\`, goals ${codes(landed.goals)}.`,
  ];
}

function renderVerdict(verdict: NonNullable<TranscriptProposal['verdict']>): string[] {
  const example = verdict.counterexample;
  const worst =
    verdict.worstRatio === null ? '' : `, worst error ${ulps(verdict.worstRatio)} of what is allowed`;
  const facts = [
    verdict.stage === '' ? '' : ` at ${verdict.stage}`,
    verdict.refusedBy === null ? '' : ` by ${verdict.refusedBy}`,
    `: ${verdict.passed} of ${verdict.checks} checks hold${worst}; `,
    `tree \`${verdict.tree}\`, receipt \`${verdict.receiptId}\`.`,
  ];
  return [
    verdict.rows.length === 0 ? '' : table(verdict.rows.map((row) => [row.check, row.before, row.after])),
    `**${verdict.unmeasured === true ? 'Unmeasured' : verdict.accepted ? 'Accepted' : 'Refused'}**${facts.join('')}`,
    bullets(verdict.reasons.map(literal)),
    example === null
      ? ''
      : `Smallest failing input: ${literal(example.label)} (check \`${example.check}\`, inputs ${codes(example.inputs)}): ` +
        `expected \`${example.expected}\`, got \`${example.got}\`.`,
  ];
}

function renderObservation(text: string, by: 'workbench' | 'person'): string {
  const [first = '', ...rest] = text.split('\n');
  const mark = by === 'person' ? `${personMark} ` : first.startsWith(personMark) ? ' ' : '';
  return [`- ${mark}${first}`, ...rest.map((line) => (line === '' ? '' : `  ${line}`))].join('\n');
}

export const personMark = '*(a person)*';

/** A label and prose: on its line where the prose starts as a paragraph does, else below. */
function labelled(label: string, prose: string): string {
  const encoded = encodeProse(prose);
  if (encoded === '') return label;
  return startsPlainly(encoded) ? `${label} ${encoded}` : `${label}\n\n${encoded}`;
}

function meta(lines: readonly string[]): string {
  return lines
    .filter((line) => line !== '')
    .map((line) => `*${line}*`)
    .join('  \n');
}

function table(rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => literal(cell).replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(['check', 'before', 'after']), '| --- | --- | --- |', ...rows.map(line)].join('\n');
}

function bullets(items: readonly string[]): string {
  return items.map((item) => `- ${item}`).join('\n');
}

function codes(tokens: readonly string[]): string {
  return tokens.length === 0 ? 'none' : tokens.map((token) => `\`${token}\``).join(', ');
}

/** A code span whose fence is longer than any run of backticks inside; padded, as Markdown takes one space off. */
function codeSpan(text: string): string {
  const longest = [...text.matchAll(/`+/g)].reduce((most, run) => Math.max(most, run[0].length), 0);
  const ticks = '`'.repeat(longest + 1);
  return longest === 0 ? `${ticks}${text}${ticks}` : `${ticks} ${text} ${ticks}`;
}
