import { count } from '../base/text.ts';
import { outcomeClass } from './html-entries.ts';
import { escapeHtml } from './html-escape.ts';
import { dollars } from './tables.ts';
import { dollarsOf, type Entry, type SessionView, tokensOf } from './view.ts';

/** Title, what answered, the figures, and a square for each proposal. */
export function renderHeader(view: SessionView, ids: ReadonlyMap<Entry, string>): string {
  const started = new Date(view.startedAt).toISOString().slice(0, 16).replace('T', ' ');
  const facts = factsOf(view);
  const strip = view.proposals.map(
    (p) =>
      `<li class="${outcomeClass(p)}"><a href="#${ids.get(p)}" title="${escapeHtml(`${p.number}: ${p.title} (${p.outcome})`)}" aria-label="${escapeHtml(`Proposal ${p.number}: ${p.outcome}`)}"></a></li>`,
  );
  return `<header>
<p class="brand">Vibegrad session</p>
<h1>${escapeHtml(view.title)}</h1>
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
<p class="key"><i class="landed"></i>accepted<i class="refused"></i>refused by the judge<i class="unapplied"></i>did not apply${view.unmeasured === 0 ? '' : '<i class="unmeasured"></i>unmeasured'}</p>`
}
</header>`;
}

/** Name, value and a small remark. What did not happen at all is left out. */
function factsOf(view: SessionView): [string, string, string][] {
  const { usage, refused, proposals } = view;
  const questions = view.entries.filter((entry) => entry.kind === 'question').length;
  const facts: [string, string, string][] = [];
  if (questions > 0) facts.push(['Questions', String(questions), '']);
  if (proposals.length > 0) {
    const reasons = Object.entries(refused).map(([reason, n]) => `${n} ${reason}`);
    const total = Object.values(refused).reduce((a, b) => a + b, 0);
    facts.push(['Proposals', String(proposals.length), '']);
    facts.push(['Accepted', String(view.accepted), '']);
    facts.push(['Refused', String(total), reasons.join(', ')]);
    if (view.unmeasured > 0) facts.push(['Unmeasured', String(view.unmeasured), 'never accepted']);
    facts.push(['Goals met', String(view.goalsMet.length), '']);
  }
  if (tokensOf(usage) > 0) {
    const unpriced = count(usage.unpriced, 'call without a price', 'calls without a price');
    facts.push([
      'Tokens',
      tokensOf(usage).toLocaleString('en'),
      `${usage.cachedInput.toLocaleString('en')} cached`,
    ]);
    facts.push(['Cost', dollars(dollarsOf(usage)), usage.unpriced > 0 ? unpriced : '']);
  }
  const busy = usage.seconds < 0.05 ? '' : `${usage.seconds.toFixed(1)} s model and judge`;
  facts.push(['Time', duration(view.lastAt - view.startedAt), busy]);
  return facts;
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
    case 'simulation, not a language model':
      labels.push('The answers come from a simulation with known chances, not from a language model.');
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

function duration(ms: number): string {
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${seconds % 60} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
