import { describe, expect, it } from 'vitest';
import { canonical, type Json } from '../../agent/base/json.ts';
import { oneLine, stripControls } from '../../agent/base/text.ts';
import { openSession } from '../../agent/review/open.ts';
import { listEntry, listSchema, showDocument, showSchema } from '../../agent/review/reports.ts';
import { columns, plain, styleFor, widthOf } from '../../agent/review/style.ts';
import { listText, showText } from '../../agent/review/tables.ts';
import { record, say, scratch, story } from './fixture.ts';

const viewOf = async (title?: string) =>
  openSession(await record({ dir: scratch(), steps: story(), ...(title === undefined ? {} : { title }) }))
    .view;

describe('what --json prints', () => {
  it('is what the schemas say: list and show', async () => {
    const view = await viewOf();
    const list = { sessions: [listEntry(view)], damaged: [{ id: 'x', message: 'The session is damaged' }] };
    expect(listSchema.parse(list)).toEqual(list);
    const show = showDocument(view);
    expect(showSchema.parse(show)).toEqual(show);
    expect(JSON.parse(canonical(show as unknown as Json))).toEqual(show);
    expect(list.sessions[0]).toMatchObject({
      id: 'a-session',
      model: { id: 'test:model', kind: 'language model' },
      status: 'done',
      proposals: 3,
      accepted: 1,
      refused: { 'no edit': 1, grad: 1 },
      tokens: 600,
      startedAt: '2026-05-01T12:00:00.250Z',
    });
  });
});

describe('what a terminal shows', () => {
  it('of a list: one line a session, damaged ones named', async () => {
    const sessions = [listEntry(await viewOf())];
    const text = listText({ sessions, damaged: [{ id: 'broken', message: 'line 7' }] }, plain);
    const [head, row, damaged] = text.split('\n');
    expect(head).toMatch(/^session +title +model +status +proposals +accepted +refused +tokens +cost$/);
    expect(row).toMatch(
      /^a-session +Teach the engine tanh +test:model +done +3 +1 +1 no edit, 1 grad +600 +\$0\.0040$/,
    );
    expect(damaged).toBe('damaged  broken: line 7');
  });

  it('of a list where a table would cut the ids: every id whole, and nothing wider than the terminal', async () => {
    const id = '2026-11-30-0735-embedded-1c0a';
    const sessions = [{ ...listEntry(await viewOf('A title that says a good deal. '.repeat(3))), id }];
    const narrow = styleFor({ isTTY: true, columns: 60 }, { NO_COLOR: '1' });
    const lines = listText({ sessions, damaged: [{ id: 'broken', message: 'line 7' }] }, narrow).split('\n');
    expect(lines[0]).toBe(`${id}  done`);
    expect(lines.join(' ')).toMatch(/test:model · 1 of 3 proposals accepted \(1 no edit, 1\s+grad\)/);
    expect(lines.filter((line) => widthOf(line) > 60)).toEqual([]);
    const wide = styleFor({ isTTY: true, columns: 110 }, { NO_COLOR: '1' });
    expect(listText({ sessions, damaged: [] }, wide).split('\n')).toHaveLength(2);
  });

  it('of a session in a narrow one: the same words, each line within it, what follows further in', async () => {
    const narrow = styleFor({ isTTY: true, columns: 40 }, { NO_COLOR: '1' });
    const view = await viewOf();
    const text = showText(view, narrow);
    expect(text.split('\n').filter((line) => widthOf(line) > 40)).toEqual([]);
    expect(text.replace(/\s+/g, ' ')).toBe(showText(view, plain).replace(/\s+/g, ' '));
    expect(text).toContain('\n    tanh at x = 0.5: expected\n      0.7864477329659274, got');
  });

  it('of a session: claims counted, refusals with both numbers', async () => {
    const text = showText(await viewOf(), plain);
    expect(text).toContain('1 of 2 claims verified, 1 refuted; corrected: 1 of 1 claim verified');
    expect(text).toContain(
      '✗  2 tanh with a wrong sign  refused (grad)\n    tanh at x = 0.5: expected 0.7864477329659274, got -0.7864477329659274',
    );
    expect(text).toContain('✓  3 tanh  r1/tanh · worst error 0.3 of what is allowed · d00d');
  });

  it('holds nothing that drives the terminal, wherever a model wrote it', async () => {
    const evil = 'a\u001b[2Jb\u001b]0;title\u0007c\u202ed\r';
    const dir = await record({
      dir: scratch(),
      title: evil,
      steps: [
        ...story(),
        say('proposal', { number: 9, goals: [evil], title: evil, format: evil, hint: evil }),
        say('apply-failure', { number: 9, reason: evil, message: evil }),
        say('observation', { text: evil, by: 'person' }),
        say('heading', { text: evil }),
      ],
    });
    const { view } = openSession(dir);
    const shown = showText(view, plain) + listText({ sessions: [listEntry(view)], damaged: [] }, plain);
    expect(shown).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e]/);
    expect(shown).toContain('abcd');
  });
});

describe('style', () => {
  it('is plain off a terminal, with NO_COLOR, and on a dumb one', () => {
    expect(styleFor({ isTTY: true }, {}).red('x')).toBe('\u001b[31mx\u001b[39m');
    expect(styleFor({ isTTY: true }, { NO_COLOR: '1' }).red('x')).toBe('x');
    expect(styleFor({ isTTY: true }, { NO_COLOR: '' }).red('x')).not.toBe('x');
    expect(styleFor({ isTTY: true }, { TERM: 'dumb' }).red('x')).toBe('x');
    expect(styleFor({}, {}).red('x')).toBe('x');
  });

  it('aligns columns by what is seen, not by what is painted', () => {
    const { red } = styleFor({ isTTY: true }, {});
    expect(
      columns(
        [
          ['a', red('1')],
          ['数', '10'],
        ],
        [1],
      ),
    ).toBe(`a    ${red('1')}\n数  10`);
  });
});

describe('stripping controls', () => {
  it('takes whole sequences out, keeps tabs and lines, and is done after one pass', () => {
    const text = 'a\u001b[31;1mb\u001b]8;;http://x\u001b\\c\u009b2Jd\u0000\te\r\nf\rg\ud800h😀';
    expect(stripControls(text)).toBe('abcd\te\nf\ngh😀');
    expect(stripControls(stripControls(text))).toBe(stripControls(text));
  });

  it('cuts a line by characters, not by halves of them', () => {
    expect(oneLine('  a \n b😀c  ')).toBe('a b😀c');
    expect(oneLine('😀😀😀', 2)).toBe('😀…');
  });
});
