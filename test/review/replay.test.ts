import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openSession } from '../../agent/review/open.ts';
import { type Rejudged, replay, replayText } from '../../agent/review/replay.ts';
import { replaySchema } from '../../agent/review/reports.ts';
import { plain, styleFor, widthOf } from '../../agent/review/style.ts';
import { renderSession } from '../../agent/review/transcript.ts';
import { watch } from '../../agent/review/watch.ts';
import { record, scratch, story } from './fixture.ts';

const sessionOf = async () => openSession(await record({ dir: scratch(), steps: story() }));
const judged = (over: Partial<Rejudged> = {}): Rejudged => ({
  class: 'bit-equal',
  sameVerdict: true,
  where: '',
  recorded: '',
  now: '',
  ...over,
});

describe('replay at level render', () => {
  it('is the same when the recorded transcript renders again', async () => {
    const session = await sessionOf();
    writeFileSync(join(session.dir, 'transcript.md'), renderSession(session.view));
    const document = replaySchema.parse(await replay({ session, level: 'render' }));
    expect(document).toMatchObject({ result: 'same', exit: 0, compared: 1, same: 1, first: null });
  });

  it('names the first line that is not', async () => {
    const session = await sessionOf();
    const text = renderSession(session.view).replace('**Refused** at full', '**Accepted** at full');
    writeFileSync(join(session.dir, 'transcript.md'), text);
    const document = await replay({ session, level: 'render' });
    const line = text.split('\n').findIndex((l) => l.startsWith('**Accepted** at full')) + 1;
    expect(document).toMatchObject({ result: 'diverged', exit: 3 });
    expect(document.first?.where).toBe(`transcript.md, line ${line}`);
    expect(document.first?.now).toMatch(/^\*\*Refused\*\* at full/);
    expect(replayText(document)).toMatch(
      /^The transcript renders differently\.\nFirst difference \(text\): transcript\.md/,
    );
  });
});

describe('replay at level verdict', () => {
  const run = async (answer: (receipt: unknown) => Rejudged) => {
    const seen: unknown[] = [];
    const document = await replay({
      session: await sessionOf(),
      level: 'verdict',
      rejudge: async (receipt) => {
        seen.push(receipt);
        return answer(receipt);
      },
    });
    replaySchema.parse(document);
    return { document, seen };
  };

  it('hands each recorded receipt to today’s judge once', async () => {
    const { document, seen } = await run(() => judged());
    expect(seen).toEqual([
      { accepted: false, version: 1 },
      { accepted: true, version: 1 },
    ]);
    expect(document).toMatchObject({ result: 'same', exit: 0, compared: 2, same: 2, first: null });
  });

  it('tells a difference of the last place, which is no divergence', async () => {
    const { document } = await run(() =>
      judged({ class: 'last-place', where: 'r1/tanh/grad', recorded: '1', now: '2' }),
    );
    expect(document).toMatchObject({ result: 'same', exit: 0, same: 2, first: { class: 'last-place' } });
    expect(document.first?.where).toBe(`proposal 2, receipt ${'b'.repeat(12)}: r1/tanh/grad`);
  });

  it('exits 3 at a flipped verdict, and names that one even if a lesser difference came before', async () => {
    const { document } = await run((receipt) =>
      (receipt as { accepted: boolean }).accepted
        ? judged({ class: 'verdict flipped', sameVerdict: false, recorded: 'accepted', now: 'refused' })
        : judged({ class: 'last-place' }),
    );
    expect(document).toMatchObject({ result: 'diverged', exit: 3, same: 1, compared: 2 });
    expect(document.first).toMatchObject({ class: 'verdict flipped', recorded: 'accepted', now: 'refused' });
  });

  it('exits 4 when the judge changed, with how many verdicts stayed', async () => {
    const { document } = await run((receipt) =>
      judged({ class: 'judge changed', sameVerdict: (receipt as { accepted: boolean }).accepted }),
    );
    expect(document).toMatchObject({ result: 'judge changed', exit: 4, same: 1, compared: 2 });
    expect(replayText(document)).toMatch(/^The judge has changed since: 1 of 2 verdicts the same\./);
  });

  it('names no difference where another judge comes to the same verdict', async () => {
    const { document } = await run(() =>
      judged({ class: 'judge changed', where: '', recorded: 'refused', now: 'refused' }),
    );
    expect(document).toMatchObject({ exit: 4, same: 2, first: null });
    expect(replayText(document)).toBe('The judge has changed since: 2 of 2 verdicts the same.');
  });
});

describe('watching a session', () => {
  it('plays it in order with its own pauses, shortened', async () => {
    const { view } = await sessionOf();
    const waits: number[] = [];
    let text = '';
    await watch({
      view,
      style: plain,
      speed: 10,
      longestWait: 0.2,
      signal: new AbortController().signal,
      write: (t) => {
        text += t;
      },
      wait: async (ms) => {
        waits.push(ms);
      },
    });
    expect(text.indexOf('Why can the rule')).toBeLessThan(text.indexOf('3 tanh'));
    expect(text).toContain('+  tanh: 1 - y*y,');
    const starts = [view.startedAt, ...view.entries.map((entry) => entry.at)];
    const own = view.entries.map((entry, i) => (entry.at - (starts[i] ?? 0)) / 10);
    expect(waits).toEqual(own.filter((ms) => ms > 0).map((ms) => Math.min(ms, 200)));
    expect(own.some((ms) => ms > 200)).toBe(true);
  });

  it('sets Markdown and formulas, as an answer is set when it is given', async () => {
    const { view } = await sessionOf();
    let text = '';
    const entries = view.entries.map((entry) =>
      entry.kind === 'question'
        ? {
            ...entry,
            answers: entry.answers.map((each) => ({ ...each, prose: '**Best** at $h^*$: $x\\,(x + 3)$.' })),
          }
        : entry,
    );
    await watch({
      ...{ view: { ...view, entries }, style: plain, speed: Infinity, longestWait: 5 },
      signal: new AbortController().signal,
      write: (more) => {
        text += more;
      },
    });
    expect(text).toContain('      Best at h*: x (x + 3).');
  });

  it('breaks what is said within the width of the terminal, and leaves code as it is', async () => {
    const { view } = await sessionOf();
    const narrow = styleFor({ isTTY: true, columns: 40 }, { NO_COLOR: '1' });
    let text = '';
    await watch({
      ...{ view, style: narrow, width: 40, speed: Infinity, longestWait: 5 },
      signal: new AbortController().signal,
      write: (more) => {
        text += more;
      },
    });
    const wide = text.split('\n').filter((line) => widthOf(line) > 40);
    for (const line of wide) expect(line).toMatch(/^ {6}(?:[-+@ ]|diff )/);
  });

  it('without waiting plays the same at once, and stops where it is told to', async () => {
    const { view } = await sessionOf();
    const stop = new AbortController();
    let text = '';
    const write = (t: string) => {
      text += t;
      if (text.includes('? Why')) stop.abort();
    };
    const wait = () => Promise.reject(new Error('waited'));
    await watch({ view, style: plain, speed: Infinity, longestWait: 5, signal: stop.signal, write, wait });
    expect(text).toContain('? Why can the rule');
    expect(text).not.toContain('no edit');
  });
});
