import { setTimeout as sleep } from 'node:timers/promises';
import { oneLine, stripControls } from '../base/text.ts';
import { fitted, fittedLines, type Style } from './style.ts';
import { costText, entryText, paintedBadge } from './tables.ts';
import { markdownToTerminal } from './terminal-markdown.ts';
import type { Entry, SessionView } from './view.ts';

export interface WatchOptions {
  readonly view: SessionView;
  readonly style: Style;
  /** Characters of a line; 100 where nothing tells. */
  readonly width?: number;
  /** 1 is as it happened, 10 ten times as fast, Infinity without waiting. */
  readonly speed: number;
  /** The longest wait between two things, in seconds of the watcher's time. */
  readonly longestWait: number;
  readonly signal: AbortSignal;
  write(text: string): void;
  /** For tests; else the clock. */
  wait?(ms: number, signal: AbortSignal): Promise<void>;
}

/** Plays a session in the terminal, with its own pauses. An abort ends it quietly. */
export async function watch(options: WatchOptions): Promise<void> {
  const { view, style, write } = options;
  const wait = options.wait ?? ((ms, signal) => sleep(ms, undefined, { signal }).catch(() => undefined));
  write(
    `${style.bold(fitted(oneLine(view.title), style))}\n${style.dim(fitted(`${oneLine(view.model.id)} (${view.model.kind})`, style))}\n`,
  );
  let before = view.startedAt;
  for (const entry of view.entries) {
    const pause = Math.min((entry.at - before) / options.speed, options.longestWait * 1000);
    before = entry.at;
    if (pause > 0) await wait(pause, options.signal);
    if (options.signal.aborted) return;
    const shown = detail(entry, style, options.width ?? 100);
    // Code stays as it is: a terminal breaks its lines without losing any of it.
    const lines = entry.kind === 'question' ? fittedLines(shown, style) : shown;
    write(`${[...entryText(entry, style), ...lines].join('\n')}\n`);
  }
  write(`\n${style.dim(fitted(`${view.status} · ${costText(view.usage)}`, style))}\n`);
}

/** What `show` leaves out and a watcher wants to see: the words of an answer, the lines of an edit. */
function detail(entry: Entry, style: Style, width: number): string[] {
  if (entry.kind === 'question') {
    return entry.answers.flatMap((answer) => [
      ...markdownToTerminal(answer.prose, width - 6, style).map((line) => `      ${line}`.trimEnd()),
      ...answer.claims.flatMap((claim) => [
        `      ${paintedBadge(claim, style)}: ${oneLine(claim.statement)}`,
      ]),
    ]);
  }
  if (entry.kind !== 'proposal' || entry.diff === null) return [];
  return indented(entry.diff).map((line) => {
    const mark = line.trimStart()[0];
    return mark === '+' ? style.green(line) : mark === '-' ? style.red(line) : style.dim(line);
  });
}

function indented(text: string): string[] {
  return stripControls(text)
    .trimEnd()
    .split('\n')
    .map((line) => `      ${line}`.trimEnd());
}
