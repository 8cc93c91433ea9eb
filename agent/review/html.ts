import { createHash } from 'node:crypto';
import { count } from '../base/text.ts';
import { codeBlock, diffToHtml, escapeHtml, inlineToHtml, markdownToHtml } from './html-markdown.ts';
import { styleSheet } from './html-style.ts';
import { costText, dollars } from './tables.ts';
import { expectationText } from './transcript.ts';
import { ulps } from './verdict.ts';
import {
  type AnswerView,
  type ClaimView,
  dollarsOf,
  type Entry,
  type ProposalView,
  type QuestionView,
  type SessionView,
  tokensOf,
  type VerdictView,
} from './view.ts';

/**
 * A session as one HTML file. It asks nothing of any server and holds no script: its policy allows its own style
 * sheet and nothing else, so whatever a model wrote stays text.
 */
export function exportHtml({ view }: { readonly view: SessionView }): string {
  const styleHash = createHash('sha256').update(styleSheet).digest('base64');
  const policy = `default-src 'none'; style-src 'sha256-${styleHash}'; base-uri 'none'; form-action 'none'`;
  const ids = idsOf(view.entries);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="generator" content="vibegrad">
<title>${escapeHtml(view.title)}</title>
<style>${styleSheet}</style>
</head>
<body>
<div class="page">
${renderHeader(view, ids)}
${renderContents(view, ids)}
<main>
${view.intro === '' ? '' : `<article><div class="prose">${markdownToHtml(view.intro)}</div></article>`}
${view.entries.map((entry) => renderEntry(entry, ids.get(entry) ?? '')).join('\n')}
${renderFooter(view)}
</main>
</div>
</body>
</html>
`;
}

/** Anchors: `q1` for the first question, `p3` for the third thing proposed, `h2` for the second heading. */
function idsOf(entries: readonly Entry[]): ReadonlyMap<Entry, string> {
  const ids = new Map<Entry, string>();
  const counts = new Map<string, number>();
  for (const entry of entries) {
    const n = (counts.get(entry.kind) ?? 0) + 1;
    counts.set(entry.kind, n);
    ids.set(entry, `${entry.kind[0]}${n}`);
  }
  return ids;
}

function renderHeader(view: SessionView, ids: ReadonlyMap<Entry, string>): string {
  const { usage, refused } = view;
  const refusals = Object.entries(refused).map(([reason, n]) => `${n} ${reason}`);
  const started = new Date(view.startedAt).toISOString().slice(0, 16).replace('T', ' ');
  const priced = dollarsOf(usage);
  const facts: [string, string, string][] = [
    ['Proposals', String(view.proposals.length), ''],
    ['Accepted', String(view.accepted), ''],
    ['Refused', String(Object.values(refused).reduce((a, b) => a + b, 0)), refusals.join(', ')],
    ['Goals met', String(view.goalsMet.length), ''],
    ['Tokens', tokensOf(usage).toLocaleString('en'), `${usage.cachedInput.toLocaleString('en')} cached`],
    [
      'Cost',
      dollars(priced),
      usage.unpriced > 0 ? count(usage.unpriced, 'call without a price', 'calls without a price') : '',
    ],
    ['Time', duration(view.lastAt - view.startedAt), `${usage.seconds.toFixed(1)} s model and judge`],
  ];
  const strip = view.proposals.map(
    (p) =>
      `<li class="${outcomeClass(p)}"><a href="#${ids.get(p)}" title="${escapeHtml(`${p.number}: ${p.title} (${p.outcome})`)}" aria-label="${escapeHtml(`Proposal ${p.number}: ${p.outcome}`)}"></a></li>`,
  );
  return `<header>
<p class="brand">Vibegrad session</p>
<h1>${inlineToHtml(view.title)}</h1>
<p class="byline">${escapeHtml(view.model.id)} · ${escapeHtml(view.program)} · ${started} UTC · ${escapeHtml(view.status)}</p>
${renderLabel(view)}
<dl class="facts">${facts
    .map(
      ([name, value, more]) =>
        `<div><dt>${name}</dt><dd>${escapeHtml(value)}${more === '' ? '' : `<small>${escapeHtml(more)}</small>`}</dd></div>`,
    )
    .join('')}</dl>
${
  strip.length === 0
    ? ''
    : `<ol class="strip">${strip.join('')}</ol>
<p class="key"><i class="landed"></i>accepted<i class="refused"></i>refused by the judge<i class="unapplied"></i>did not apply</p>`
}
</header>`;
}

/** What is not a language model, and what was not judged here, is said before anything else. */
function renderLabel(view: SessionView): string {
  const labels: string[] = [];
  if (view.imported !== null) {
    labels.push(`Imported from ${view.imported.name}. Nothing in it was judged here.`);
  }
  switch (view.model.kind) {
    case 'search, not a language model':
      labels.push('The proposals come from a search, not from a language model.');
      break;
    case 'a person typed this':
      labels.push('A person typed the answers.');
      break;
    case 'recorded':
      if (view.imported === null) labels.push('The answers were recorded earlier and played back.');
      break;
    case 'language model':
      break;
  }
  return labels.map((label) => `<p class="label">${escapeHtml(label)}</p>`).join('\n');
}

function renderContents(view: SessionView, ids: ReadonlyMap<Entry, string>): string {
  const items = view.entries.flatMap((entry): string[] => {
    const id = ids.get(entry);
    const item = (text: string, mark = '', kind = '') => [
      `<li${kind}><a href="#${id}">${mark === '' ? '' : `<span class="mark">${mark}</span>`}${inlineText(text)}</a></li>`,
    ];
    switch (entry.kind) {
      case 'heading':
        return item(entry.text, '', ' class="chapter"');
      case 'question':
        return item(entry.text, '?');
      case 'proposal':
        return item(`${entry.number} ${entry.title}`, markOf(entry));
      default:
        return [];
    }
  });
  return `<nav aria-label="Contents"><details open><summary>Contents</summary><ol>${items.join('')}</ol></details></nav>`;
}

/** A line of Markdown as plain text, for a list of links. */
function inlineText(text: string): string {
  return inlineToHtml(text.length > 110 ? `${text.slice(0, 109)}…` : text).replace(/<[^>]*>/g, '');
}

function renderEntry(entry: Entry, id: string): string {
  switch (entry.kind) {
    case 'heading':
      return `<h2 id="${id}">${inlineToHtml(entry.text)}</h2>`;
    case 'question':
      return renderQuestion(entry, id);
    case 'proposal':
      return renderProposal(entry, id);
    case 'observation':
      return `<article class="note" id="${id}"><p class="eyebrow"><b>Observation</b>${entry.by === 'person' ? '<span class="badge person">a person</span>' : ''}</p><div class="prose">${markdownToHtml(entry.text)}</div></article>`;
    case 'failure':
      return `<article class="failure" id="${id}"><b>${escapeHtml(entry.call)}</b>: ${escapeHtml(entry.message)}</article>`;
    case 'summary':
      return `<h2 id="${id}">Summary</h2><p>${count(entry.proposals, 'proposal')}, ${entry.accepted} accepted, ${entry.refused} refused. ${count(entry.goalsMet.length, 'goal')} met: ${tokens(entry.goalsMet)}.</p>`;
  }
}

function renderQuestion(question: QuestionView, id: string): string {
  const { questionKind, topic, about } = question;
  return `<article class="question" id="${id}">
<p class="eyebrow"><b>Chat Question</b>${questionKind === '' ? '' : `<span>${escapeHtml(questionKind)}</span>`}${topic === '' ? '' : `<span>${escapeHtml(topic)}</span>`}</p>
<h3>${inlineToHtml(question.text)}</h3>
${about === null ? '' : `<blockquote class="about">${inlineToHtml(about)}</blockquote>`}
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
${answer.claims.length === 0 ? '' : `<ul class="claims">${answer.claims.map(renderClaim).join('')}</ul>`}
${answer.offers.length === 0 ? '' : `<div class="offers">Ask next:<ul>${answer.offers.map((offer) => `<li>${inlineToHtml(offer)}</li>`).join('')}</ul></div>`}
</section>`;
}

function renderClaim(claim: ClaimView): string {
  const kind = /^(verified|refuted)$/.test(claim.badge) ? ` ${claim.badge}` : '';
  const open = claim.badge === 'refuted' ? ' open' : '';
  return `<li><details${open}><summary><span class="badge${kind}">${escapeHtml(claim.badge)}</span><span>${inlineToHtml(claim.statement)}</span></summary>
<div class="inside">${claim.why === '' ? '' : `<p>${escapeHtml(claim.why)}</p>`}
${codeBlock(claim.code, claim.language)}
${claim.expect === null ? '' : `<p>Expected: ${inlineToHtml(expectationText(claim.expect))}</p>`}
${claim.printed.length === 0 ? '' : `<p>Printed:</p>${codeBlock(claim.printed.join('\n'), '')}`}
</div></details></li>`;
}

function renderProposal(proposal: ProposalView, id: string): string {
  const { verdict, landed, hint, diff } = proposal;
  const kind = outcomeClass(proposal);
  return `<article class="proposal ${kind}" id="${id}">
<p class="eyebrow"><b>Proposal ${proposal.number}</b><span class="badge ${kind}">${escapeHtml(proposal.outcome)}</span><span>${escapeHtml(proposal.format)}</span></p>
<h3>${inlineToHtml(proposal.title)}</h3>
${proposal.goals.length === 0 ? '' : `<p class="small">For ${tokens(proposal.goals)}</p>`}
${hint === null ? '' : `<p class="hint"><span class="badge person">hint of a person</span> ${inlineToHtml(hint)}</p>`}
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
  const worst = verdict.worstUlp === null ? '' : `, worst error ${ulps(verdict.worstUlp)} ulp`;
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

function renderFooter(view: SessionView): string {
  const { usage } = view;
  const kinds = Object.entries(usage.byKind)
    .filter(([, seconds]) => seconds >= 0.05)
    .sort(([, a], [, b]) => b - a)
    .map(([kind, seconds]) => `${kind} ${seconds.toFixed(1)} s`);
  const repaid = usage.repaid === 0 ? '' : ` ${count(usage.repaid, 'model call')} may have been paid twice.`;
  return `<footer>
<p>Session <code>${escapeHtml(view.id)}</code>, ${count(view.events, 'line')} of journal, head <code>${escapeHtml(view.head)}</code>.
${view.workspace === null ? '' : `Repository <code>${escapeHtml(view.workspace)}</code>, base <code>${escapeHtml(view.base ?? '')}</code>${view.branch === null ? '' : `, branch <code>${escapeHtml(view.branch)}</code>`}.`}</p>
<p>${escapeHtml(costText(usage))}, of which ${usage.input.toLocaleString('en')} in and ${usage.output.toLocaleString('en')} out.${repaid} ${kinds.length === 0 ? '' : `Time by kind of call: ${escapeHtml(kinds.join(', '))}.`}</p>
<p>Whether the same happens again: <code>vibegrad replay ${escapeHtml(view.id)}</code>. One verdict: <code>vibegrad verify RECEIPT</code>.</p>
</footer>`;
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

function outcomeClass(proposal: ProposalView): string {
  return proposal.outcome === 'not applied' ? 'unapplied' : proposal.outcome;
}

function markOf(proposal: ProposalView): string {
  if (proposal.outcome === 'landed' || proposal.outcome === 'accepted') return '✓';
  return proposal.outcome === 'open' ? '…' : '✗';
}

function duration(ms: number): string {
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${seconds % 60} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
