import { createHash } from 'node:crypto';
import { count, oneLine } from '../base/text.ts';
import { renderEntry } from './html-entries.ts';
import { escapeHtml } from './html-escape.ts';
import { renderHeader } from './html-header.ts';
import { markdownToHtml } from './html-markdown.ts';
import { styleSheet } from './html-style.ts';
import { costText } from './tables.ts';
import { type Entry, type ProposalView, type SessionView, tokensOf } from './view.ts';

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

function renderContents(view: SessionView, ids: ReadonlyMap<Entry, string>): string {
  const items = view.entries.flatMap((entry): string[] => {
    const id = ids.get(entry);
    const item = (text: string, mark = '', kind = '') => [
      `<li${kind}><a href="#${id}">${mark === '' ? '' : `<span class="mark">${mark}</span>`}${linkText(text)}</a></li>`,
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

/** Short, for a list of links. */
function linkText(text: string): string {
  return escapeHtml(oneLine(text, 110));
}

function renderFooter(view: SessionView): string {
  const { usage } = view;
  const kinds = Object.entries(usage.byKind)
    .filter(([, seconds]) => seconds >= 0.05)
    .sort(([, a], [, b]) => b - a)
    .map(([kind, seconds]) => `${kind} ${seconds.toFixed(1)} s`);
  const tokens =
    tokensOf(usage) === 0
      ? ''
      : `, of which ${usage.input.toLocaleString('en')} tokens in and ${usage.output.toLocaleString('en')} out`;
  const repaid = usage.repaid === 0 ? '' : ` ${count(usage.repaid, 'model call')} may have been paid twice.`;
  return `<footer>
<p>Session <code>${escapeHtml(view.id)}</code>, ${count(view.events, 'line')} of journal, head <code>${escapeHtml(view.head)}</code>.
${view.workspace === null ? '' : `Repository <code>${escapeHtml(view.workspace)}</code>, base <code>${escapeHtml(view.base ?? '')}</code>${view.branch === null ? '' : `, branch <code>${escapeHtml(view.branch)}</code>`}.`}</p>
<p>${escapeHtml(costText(usage))}${tokens}.${repaid} ${kinds.length === 0 ? '' : `Time by kind of call: ${escapeHtml(kinds.join(', '))}.`}</p>
<p>Whether the same happens again: <code>vibegrad replay ${escapeHtml(view.id)}</code>. One verdict: <code>vibegrad verify RECEIPT</code>.</p>
</footer>`;
}

function markOf(proposal: ProposalView): string {
  if (proposal.outcome === 'landed' || proposal.outcome === 'accepted') return '✓';
  if (proposal.outcome === 'unmeasured') return '~';
  return proposal.outcome === 'open' ? '…' : '✗';
}
