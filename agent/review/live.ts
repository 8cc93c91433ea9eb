import type { Json } from '../base/json.ts';
import { count, oneLine, stripControls } from '../base/text.ts';
import type { Verdict } from '../judge/types.ts';
import type { KernelEvent, Remaining, Syscall } from '../kernel/types.ts';
import { type NoteData, parseNote } from '../programs/notes.ts';
import { differenceQuotientUlps, goalById } from '../targets/index.ts';
import { type LiveAnswer, liveAnswer } from './live-answer.ts';
import { fitted, type Style, wrapped } from './style.ts';
import { paintedBadge, sizeText } from './tables.ts';
import { markdownToTerminal } from './terminal-markdown.ts';
import { badgeText, linkLabels } from './transcript.ts';
import { ulps } from './verdict.ts';

export interface LiveOptions {
  readonly style: Style;
  readonly width: number;
  /** A terminal, where a line can be written over: what a model says is shown while it arrives. */
  readonly terminal: boolean;
  /** Lines of the terminal. */
  readonly height?: number;
  /** The reader is to predict what an answer's code prints, so that an answer is not shown before it is whole. */
  readonly predicted?: boolean;
  write(text: string): void;
}

/** Tells a session while it runs: what is asked, what was claimed and held, what was tried and decided. */
export function tellLive(options: LiveOptions): (event: KernelEvent) => void {
  const { style, width, terminal, write } = options;
  /** The answer that is being given, where it is shown while it comes. */
  let answer: LiveAnswer | null = null;
  /** The end of what is being said, on one line that is written over. */
  let passing = '';
  const say = (text: string): void => {
    hush();
    write(`${text}\n`);
  };
  let title = '';
  /** Of the answer that was told last. */
  let claims: NoteData['answer']['claims'] = [];
  let judged = false;
  /** Where a resumed session had got to: told once it goes on. */
  let before: (() => void) | null = null;
  return (event) => {
    switch (event.type) {
      case 'begin':
        if (event.resumed)
          say(
            style.dim(
              `resuming ${event.session}${event.repaid > 0 ? `; ${event.repaid} model call in flight at the stop is paid again` : ''}`,
            ),
          );
        return;
      case 'program changed':
        say(
          style.yellow(
            'This version is not the one that recorded the session; it goes on while the calls match.',
          ),
        );
        return;
      case 'torn':
        say(style.yellow(`A half-written last line was set aside: ${event.file}`));
        return;
      case 'progress':
        if (event.progress.kind === 'event')
          say(style.dim(fitted(oneLine(event.progress.text), style, '    ')));
        else if (event.progress.kind === 'text') {
          if (answer === null) murmur(event.progress.delta);
          else answer.take(event.progress.delta);
        }
        return;
      case 'call':
        before?.();
        before = null;
        if (event.syscall.kind === 'model') answer = answerTo(event.syscall.purpose);
        return;
      case 'budget':
        if (judged) tellRemaining(event.remaining);
        judged = false;
        return;
      case 'result': {
        const { syscall, outcome } = event;
        if (event.replayed) {
          if (outcome.ok) before = reminder(syscall, outcome.value, event.seconds) ?? before;
          return;
        }
        hush();
        if (!outcome.ok) {
          say(style.red(fitted(`! ${syscall.kind}: ${oneLine(outcome.error.message)}`, style)));
          answer = null;
          return;
        }
        if (syscall.kind === 'note') {
          const note = parseNote(syscall.topic, syscall.data);
          if (note?.topic === 'proposal') title = note.data.title;
          if (note !== null) tellNote(note);
        }
        if (syscall.kind === 'judge') {
          judged = true;
          tellVerdict(outcome.value as unknown as Verdict, event.seconds);
        }
        return;
      }
      default:
        return;
    }
  };

  function reminder(syscall: Syscall, value: Json, seconds: number): (() => void) | null {
    const note = syscall.kind === 'note' ? parseNote(syscall.topic, syscall.data) : null;
    if (note?.topic === 'proposal') title = note.data.title;
    if (note?.topic === 'apply-failure') return () => tellNote(note);
    return syscall.kind === 'judge' ? () => tellVerdict(value as unknown as Verdict, seconds) : null;
  }

  function answerTo(purpose: string): LiveAnswer | null {
    if (!terminal || !/^(explain|correct)$/.test(purpose)) return null;
    if (options.predicted === true) {
      murmur('the answer is on its way');
      return { take: () => undefined, end: () => undefined, drop: () => undefined };
    }
    return liveAnswer({ style, width, height: options.height ?? 24, indent: '    ', write });
  }

  function murmur(delta: string): void {
    if (!terminal) return;
    passing = `${passing}${delta}`.slice(-4 * width);
    const tail = [...oneLine(passing)].slice(-(width - 6)).join('');
    write(`\r\u001b[2K${style.dim(`    ${tail}`)}`);
  }

  function hush(): void {
    if (passing !== '') write('\r\u001b[2K');
    passing = '';
    answer?.drop();
  }

  function tellRemaining({ iterations, tokens, cost, seconds }: Remaining): void {
    const left = [
      iterations === null ? '' : count(iterations, 'proposal'),
      tokens === null ? '' : `${tokens.toLocaleString('en')} tokens`,
      cost === null ? '' : `$${cost.toFixed(cost < 0.1 ? 4 : 2)}`,
      seconds === null ? '' : `${seconds.toFixed(0)} s`,
    ].filter((part) => part !== '');
    if (left.length > 0) say(style.dim(`    left: ${left.join(', ')}`));
  }

  function tellNote(note: { topic: keyof NoteData; data: unknown }): void {
    switch (note.topic) {
      case 'heading':
        say(`\n${style.bold(oneLine((note.data as NoteData['heading']).text))}\n`);
        return;
      case 'question': {
        const { kind, text } = note.data as NoteData['question'];
        const [line = '', ...rest] = wrapped(`${oneLine(text)} (${oneLine(kind)})`, width - 4);
        say(`\n${style.cyan('?')} ${style.bold(line)}`);
        for (const more of rest) say(`  ${style.bold(more)}`);
        return;
      }
      case 'answer': {
        const { prose, source, model } = note.data as NoteData['answer'];
        claims = (note.data as NoteData['answer']).claims;
        const byline = style.dim(
          `  ${source === 'recorded' ? 'recorded earlier, from' : source}: ${oneLine(model)}`,
        );
        const live = options.predicted === true ? null : answer;
        answer = null;
        if (live === null) {
          say(byline);
          for (const line of markdownToTerminal(prose, width - 4, style))
            say(line === '' ? '' : `    ${line}`);
        } else {
          live.end(prose);
          say(byline);
        }
        return;
      }
      case 'claims': {
        const { results } = note.data as NoteData['claims'];
        // No line of a model's prose begins here: what looks like a badge above is not one.
        if (results.length > 0) say(style.dim(`  what came of ${count(results.length, 'claim')} when run:`));
        for (const [i, result] of results.entries()) {
          const { statement, why, printed } = result;
          const { of, link = null } = claims[i] ?? {};
          const stands = { link, badge: result.badge };
          const badge = badgeText(stands);
          const painted = paintedBadge(stands, style);
          if (of !== undefined && link !== null && link !== 'same' && link !== 'related') {
            for (const said of wrapped(`${linkLabels[link]} "${oneLine(of)}"`, width - 4))
              say(`    ${style.dim(said)}`);
          }
          if (of !== undefined && link === 'stated') {
            // Whoever stated it may be wrong: both stand there, and what ran.
            for (const code of claims[i]!.code.trimEnd().split('\n'))
              say(`      ${style.cyan(stripControls(code))}`);
          }
          const last = printed.at(-1);
          const shown = last === undefined ? '' : `printed ${oneLine(last, 60)}`;
          const after = why === '' ? shown : oneLine(why);
          const line = oneLine(`${badge}  ${statement}`);
          // What does not fit on its line follows below it.
          if (line.length + (last?.length ?? 0) + why.length + 16 <= width) {
            say(`    ${painted}  ${oneLine(statement)}${after === '' ? '' : style.dim(`  ${after}`)}`);
          } else {
            const [first = '', ...rest] = wrapped(line, width - 6);
            say(`    ${painted} ${first.slice(badge.length)}`);
            for (const more of rest) say(`      ${more}`);
            for (const more of after === '' ? [] : wrapped(after, width - 6)) say(`      ${style.dim(more)}`);
          }
        }
        return;
      }
      case 'sentences': {
        const { stated, unstated } = note.data as NoteData['sentences'];
        const all = count(stated + unstated.length, 'sentence');
        const text =
          stated === 0
            ? `What ran is the claims: of the prose, ${all}, nothing was checked as written.`
            : `What ran is the claims: of the prose, ${all}, they state ${stated}; the rest was not checked.`;
        for (const line of wrapped(
          unstated.length === 0 ? `Each sentence of the prose is stated by a claim.` : text,
          width - 4,
        ))
          say(style.dim(`    ${line}`));
        return;
      }
      case 'correction':
        say(style.dim('    what was refuted goes back once'));
        return;
      case 'apply-failure':
        say(fitted(`${style.red('✗')} ${oneLine(title, 70)}`, style));
        say(style.dim(fitted(oneLine((note.data as NoteData['apply-failure']).message, 160), style, '    ')));
        return;
      case 'observation': {
        const { by, text } = note.data as NoteData['observation'];
        if (by === 'person') say(fitted(`${style.yellow('•')} ${oneLine(text)}`, style));
        // What comes of a proposal is told by its verdict.
        else if (!/^Proposal \d+ (was refused|is unmeasured): /.test(text))
          for (const line of text.split('\n').flatMap((each) => wrapped(oneLine(each), width - 4)))
            say(style.dim(`  ${line}`));
        return;
      }
      default:
        return;
    }
  }

  function tellVerdict(verdict: Verdict, seconds: number): void {
    if (!verdict.accepted) {
      const unmeasured = verdict.unmeasured === true;
      say(
        unmeasured
          ? `${style.yellow('~')} ${oneLine(title, width - 14)}  ${style.yellow('unmeasured')}`
          : fitted(`${style.red('✗')} ${oneLine(title, 160)}`, style),
      );
      const example = verdict.counterexample;
      const why =
        example === null
          ? oneLine(verdict.reasons[0] ?? `stopped at ${verdict.stage}`, 200).replace(/^Unmeasured: /, '')
          : `${oneLine(example.label)}: expected ${oneLine(example.expected)}, got ${oneLine(example.got)}  (${oneLine(example.check)})`;
      say(style.dim(fitted(why, style, '    ')));
      return;
    }
    if (verdict.size !== undefined) say(`${style.green('✓')} ${'size'.padEnd(16)} ${sizeText(verdict.size)}`);
    const gained = verdict.goals.filter((goal) => goal.after && !goal.before);
    for (const { id } of gained) {
      const own = verdict.checks.filter((check) => check.id.startsWith(`${id}/`));
      // worstRatio is error ÷ (4 ε·scale): four of its units make one at the scale of the reference's running error.
      const worst = Math.max(0, ...own.map((check) => 4 * (check.worstRatio ?? 0)));
      const goal = goalById(id);
      const quotient = goal === undefined ? null : differenceQuotientUlps(goal);
      const compared = quotient === null ? '' : `  ${style.dim(`finite differences ${ulps(quotient)} ulp`)}`;
      say(`${style.green('✓')} ${id.padEnd(16)} worst ${ulps(worst).padStart(6)} ulp${compared}`);
    }
    say(style.dim(`    ${oneLine(title, width - 24)}  ${seconds.toFixed(2)} s`));
  }
}
