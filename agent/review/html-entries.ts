import { count } from '../base/text.ts';
import { escapeHtml } from './html-escape.ts';
import { codeBlock, diffToHtml, inlineToHtml, markdownToHtml } from './html-markdown.ts';
import { plotOf } from './plot.ts';
import { plotSvg } from './plot-svg.ts';
import { costText } from './tables.ts';
import { badgeText, expectationText, linkLabels } from './transcript.ts';
import { isBareCode, writtenIn } from './transcript-model.ts';
import { ulps } from './verdict.ts';
import type { AnswerView, ClaimView, Entry, ProposalView, QuestionView, VerdictView } from './view.ts';

/** One thing that was said, tried or decided, as a card. */
export function renderEntry(entry: Entry, id: string): string {
  switch (entry.kind) {
    case 'heading':
      return `<h2 id="${id}">${escapeHtml(entry.text)}</h2>`;
    case 'question':
      return renderQuestion(entry, id);
    case 'proposal':
      return renderProposal(entry, id);
    case 'observation':
      return `<article class="note" id="${id}"><p class="eyebrow"><b>Observation</b>${entry.by === 'person' ? '<span class="badge person">a person</span>' : ''}</p><div class="prose">${markdownToHtml(entry.text)}</div></article>`;
    case 'failure':
      return `<article class="failure" id="${id}"><b>${escapeHtml(entry.call)}</b>: ${escapeHtml(entry.message)}</article>`;
    case 'summary':
      return `<h2 id="${id}">Summary</h2><p>${count(entry.proposals, 'proposal')}, ${entry.accepted} accepted, ${entry.refused} refused${entry.unmeasured === undefined ? '' : `, ${entry.unmeasured} unmeasured`}. ${count(entry.goalsMet.length, 'goal')} met: ${tokens(entry.goalsMet)}.</p>`;
  }
}

function renderQuestion(question: QuestionView, id: string): string {
  const { questionKind, topic, about } = question;
  return `<article class="question" id="${id}">
<p class="eyebrow"><b>Chat Question</b>${questionKind === '' ? '' : `<span>${escapeHtml(questionKind)}</span>`}${topic === '' ? '' : `<span>${escapeHtml(topic)}</span>`}</p>
<h3>${inlineToHtml(question.text)}</h3>
${about === null ? '' : `<blockquote class="about">${escapeHtml(about)}</blockquote>`}
${question.answers.map(renderAnswer).join('\n')}
${question.answers.length === 0 ? '<p class="small">Not answered.</p>' : ''}
${question.cost.calls === 0 ? '' : `<p class="small">${escapeHtml(costText(question.cost))}</p>`}
</article>`;
}

function renderAnswer(answer: AnswerView): string {
  const label =
    answer.source === 'language model'
      ? ''
      : `<span class="badge person">${escapeHtml(answer.source)}</span>`;
  const asked =
    answer.correction === null ? '' : `<p class="eyebrow"><b>Asked again, with what was refuted</b></p>`;
  return `<section class="answer">${asked}
<p class="eyebrow"><b>Answer</b><span>${escapeHtml(answer.model)}</span>${label}</p>
<div class="prose">${markdownToHtml(answer.prose)}</div>
${answer.claims.length === 0 ? '' : `<ul class="claims">${answer.claims.map((claim, i) => renderClaim(answer, claim, i)).join('')}</ul>`}
${renderUnstated(answer.unstated)}
${answer.offers.length === 0 ? '' : `<div class="offers">Ask next:<ul>${answer.offers.map((offer) => `<li>${inlineToHtml(offer)}</li>`).join('')}</ul></div>`}
</section>`;
}

function renderUnstated(sentences: readonly string[]): string {
  if (sentences.length === 0) return '';
  const items = sentences.map((sentence) => `<li>${inlineToHtml(sentence)}</li>`).join('');
  return `<ul class="claims"><li><details><summary><span class="badge">not checkable as written</span><span>${count(sentences.length, 'sentence')} that no claim states</span></summary><div class="inside"><ul>${items}</ul></div></details></li></ul>`;
}

function renderClaim(answer: AnswerView, claim: ClaimView, index: number): string {
  // A place where a sentence does not hold looks like what is refuted.
  const kind =
    claim.link === 'related' || !/^(verified|refuted)$/.test(claim.badge)
      ? ''
      : ` ${claim.link === 'fails' ? 'refuted' : claim.badge}`;
  const plot = plotOf(claim);
  // Beside a sentence stands what was really checked.
  const open = claim.badge === 'refuted' || claim.of !== null ? ' open' : '';
  const place = isBareCode(answer, claim) ? `Code block ${index + 1}: ` : '';
  return `<li><details${open}><summary><span class="badge${kind}">${escapeHtml(badgeText(claim))}</span><span>${place}${inlineToHtml(claim.statement)}</span></summary>
<div class="inside">${claim.of === null ? '' : `<p>${linkLabels[claim.link ?? 'stated']} <q>${escapeHtml(claim.of)}</q></p>`}${claim.why === '' ? '' : `<p>${escapeHtml(claim.why)}</p>`}
${codeBlock(claim.code, writtenIn(answer, claim))}
${claim.expect === null ? '' : `<p>Expected: ${inlineToHtml(expectationText(claim.expect))}</p>`}
${claim.printed.length === 0 ? '' : `<p>Printed:</p>${codeBlock(claim.printed.join('\n'), '')}`}
</div></details>${plot === null ? '' : `<figure>${plotSvg(plot, 'page')}</figure>`}</li>`;
}

function renderProposal(proposal: ProposalView, id: string): string {
  const { verdict, landed, hint, diff } = proposal;
  const kind = outcomeClass(proposal);
  return `<article class="proposal ${kind}" id="${id}">
<p class="eyebrow"><b>Proposal ${proposal.number}</b><span class="badge ${kind}">${escapeHtml(proposal.outcome)}</span><span>${escapeHtml(proposal.format)}</span></p>
<h3>${escapeHtml(proposal.title)}</h3>
${proposal.goals.length === 0 ? '' : `<p class="small">For ${tokens(proposal.goals)}</p>`}
${hint === null ? '' : `<p class="hint"><span class="badge person">hint of a person</span> ${escapeHtml(hint)}</p>`}
${proposal.applyFailures.map((failure) => `<p>Not applied (${escapeHtml(failure.reason)}): ${escapeHtml(failure.message)}</p>`).join('\n')}
${diff === null ? '' : diffToHtml(diff)}
${verdict === null ? '' : renderVerdict(verdict)}
${landed === null ? '' : `<p class="small">Landed as commit <code>${escapeHtml(landed.commit)}</code>${shrunk(proposal) ? '; hunks that were not needed were taken out first' : ''}</p>`}
${proposal.cost.calls === 0 && proposal.cost.seconds === 0 ? '' : `<p class="small">${escapeHtml(costText(proposal.cost))}</p>`}
</article>`;
}

function renderVerdict(verdict: VerdictView): string {
  const example = verdict.counterexample;
  const rows = verdict.rows.map(
    (row) =>
      `<tr><td><code>${escapeHtml(row.check)}</code></td><td>${stateCell(row.before)}</td><td>${stateCell(row.after)}</td></tr>`,
  );
  const worst =
    verdict.worstRatio === null ? '' : `, worst error ${ulps(verdict.worstRatio)} of what is allowed`;
  const held = verdict.checks === 0 ? '' : `${verdict.passed} of ${verdict.checks} checks hold${worst}; `;
  return `${rows.length === 0 ? '' : `<table><thead><tr><th>check</th><th>before</th><th>after</th></tr></thead><tbody>${rows.join('')}</tbody></table>`}
${verdict.reasons.length === 0 ? '' : `<ul class="reasons">${verdict.reasons.map((reason) => `<li>${escapeHtml(reason)}</li>`).join('')}</ul>`}
${
  example === null
    ? ''
    : `<div class="counterexample"><p>Smallest failing input: <b>${escapeHtml(example.label)}</b></p><dl><dt>expected</dt><dd>${escapeHtml(example.expected)}</dd><dt>got</dt><dd>${escapeHtml(example.got)}</dd></dl></div>`
}
<p class="small">${held}${verdict.stage === '' ? '' : `ended at ${escapeHtml(verdict.stage)}; `}receipt <code>${escapeHtml(verdict.receiptId)}</code></p>`;
}

function stateCell(state: string): string {
  if (state === '') return '';
  const kind = state === 'met' ? 'met' : state.startsWith('fails') ? 'fails' : 'unmet';
  return `<span class="${kind}">${escapeHtml(state)}</span>`;
}

function tokens(names: readonly string[]): string {
  return names.length === 0 ? 'none' : names.map((name) => `<code>${escapeHtml(name)}</code>`).join(' ');
}

/** What landed is less than what was proposed. */
function shrunk(proposal: ProposalView): boolean {
  return (
    proposal.landed !== null && proposal.candidate !== null && proposal.landed.tree !== proposal.candidate
  );
}

/** The style sheet's name of an outcome. */
export function outcomeClass(proposal: ProposalView): string {
  return proposal.outcome === 'not applied' ? 'unapplied' : proposal.outcome;
}
