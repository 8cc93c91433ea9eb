import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import { chosenFrom, importSource } from '../../agent/actions/import-source.ts';
import { UserError } from '../../agent/base/errors.ts';
import { chatOf, exportedConversations } from '../../agent/review/exported-chats.ts';
import { importChat, originalOf } from '../../agent/review/import.ts';
import { openSession } from '../../agent/review/open.ts';
import { scratch } from './fixture.ts';

const text = (role: string, ...parts: unknown[]) => ({
  author: { role, name: null, metadata: {} },
  content: {
    content_type: parts.every((part) => typeof part === 'string') ? 'text' : 'multimodal_text',
    parts,
  },
  recipient: 'all',
  metadata: role === 'assistant' ? { model_slug: 'gpt-x' } : {},
});

/** A tree of messages as ChatGPT's export has it: each names the one before. */
const mapping = (nodes: Record<string, readonly [parent: string | null, message: unknown]>) =>
  Object.fromEntries(
    Object.entries(nodes).map(([id, [parent, message]]) => [
      id,
      {
        ...{ id, message, parent },
        children: Object.entries(nodes).flatMap(([child, [of]]) => (of === id ? [child] : [])),
      },
    ]),
  );

const tapes = {
  title: 'Tapes',
  create_time: 1,
  mapping: mapping({
    root: [null, null],
    sys: ['root', text('system', '')],
    q1: [
      'sys',
      text(
        'user',
        { content_type: 'image_asset_pointer', asset_pointer: 'file-service://x' },
        'What is a tape?',
      ),
    ],
    left: ['q1', text('assistant', 'A ribbon.')],
    a1: ['q1', text('assistant', 'A list of steps.')],
    q2: ['a1', text('user', 'Show me.')],
    call: [
      'q2',
      {
        author: { role: 'assistant' },
        content: { content_type: 'code', language: 'unknown', text: 'print(1 + 1)' },
        recipient: 'python',
      },
    ],
    ran: [
      'call',
      { author: { role: 'tool', name: 'python' }, content: { content_type: 'execution_output', text: '2' } },
    ],
    thought: [
      'ran',
      { author: { role: 'assistant' }, content: { content_type: 'thoughts', thoughts: [{ content: 'hm' }] } },
    ],
    hidden: [
      'thought',
      { ...text('assistant', 'unseen'), metadata: { is_visually_hidden_from_conversation: true } },
    ],
    a2: ['hidden', text('assistant', 'Two steps, as you see.')],
  }),
  current_node: 'a2',
};

const claude = {
  uuid: 'c',
  name: 'Duals',
  chat_messages: [
    {
      ...{ uuid: '1', sender: 'human', text: 'What is a dual number?' },
      content: [{ type: 'text', text: 'What is a dual number?' }],
      attachments: [{ file_name: 'notes.pdf', extracted_content: 'long' }],
    },
    { uuid: '2', parent_message_uuid: '1', sender: 'assistant', text: 'A ribbon.', content: [] },
    {
      ...{ uuid: '3', parent_message_uuid: '1', sender: 'assistant', text: '' },
      content: [
        { type: 'thinking', thinking: 'hm' },
        { type: 'text', text: 'A value and a slope.' },
        {
          type: 'tool_use',
          name: 'artifacts',
          input: { title: 'Dual', language: 'python', content: 'print(3)' },
        },
        { type: 'tool_result', content: [{ type: 'text', text: 'OK' }] },
      ],
    },
  ],
};

const questions = (conversation: Parameters<typeof chatOf>[0]) =>
  chatOf(conversation).entries.flatMap((entry) => (entry.kind === 'question' ? [entry] : []));

describe('an export of ChatGPT', () => {
  const [conversation] = exportedConversations(JSON.stringify([tapes]))!;

  it('is the branch that was on the screen: questions, answers, code that was run and what it printed', () => {
    const [first, second] = questions(conversation!);
    expect(first).toMatchObject({
      text: '[image]\n\nWhat is a tape?',
      answers: [{ prose: 'A list of steps.', model: 'gpt-x' }],
    });
    expect(second?.text).toBe('Show me.');
    expect(second?.answers[0]?.prose).toBe(
      '```python\nprint(1 + 1)\n```\n\n```text\n2\n```\n\nTwo steps, as you see.',
    );
    expect(second?.answers[0]?.claims).toMatchObject([
      { language: 'python', code: 'print(1 + 1)\n', badge: 'not run' },
    ]);
    expect(JSON.stringify(questions(conversation!))).not.toMatch(/unseen|hm|ribbon/);
  });

  it('says how much stands on branches that were left', () => {
    expect(chatOf(conversation!).entries.at(-1)).toMatchObject({
      kind: 'observation',
      text: expect.stringContaining('One message stands'),
    });
  });

  it('without a current node is read along its last children; a circle ends where it meets itself', () => {
    const { current_node: _, ...unnamed } = tapes;
    expect(questions(exportedConversations(JSON.stringify(unnamed))![0]!)).toHaveLength(2);
    const circle = { ...tapes, mapping: { ...tapes.mapping, root: { ...tapes.mapping.root, parent: 'a2' } } };
    expect(questions(exportedConversations(JSON.stringify(circle))![0]!)).toHaveLength(2);
  });

  it('becomes a session whose original is the conversation and nothing else of the export', async () => {
    const dir = join(scratch(), 'session');
    const bytes = Buffer.from(JSON.stringify(tapes));
    await importChat({ dir, session: 's', name: 'conversations.json', bytes, conversation: conversation! });
    const { view } = openSession(dir);
    expect(view).toMatchObject({ title: 'Tapes', status: 'done', imported: { format: 'chatgpt' } });
    expect(originalOf(dir).equals(bytes)).toBe(true);
  });
});

describe('an export of Claude', () => {
  it('is the last branch: text, what was attached, and documents as code', () => {
    const [conversation] = exportedConversations(JSON.stringify([claude]))!;
    expect(conversation).toMatchObject({ format: 'claude', title: 'Duals', elsewhere: 1 });
    const [only] = questions(conversation!);
    expect(only?.text).toBe('What is a dual number?\n\n[notes.pdf]');
    expect(only?.answers[0]?.prose).toBe('A value and a slope.\n\n**Dual**\n\n```python\nprint(3)\n```');
    expect(only?.answers[0]?.claims).toMatchObject([{ statement: 'Dual', language: 'python' }]);
  });

  it('of an older kind has the text alone, and no branches', () => {
    const chat_messages = [
      { sender: 'human', text: 'Why?' },
      { sender: 'assistant', text: 'So.' },
    ];
    const [conversation] = exportedConversations(JSON.stringify([{ name: '', chat_messages }]))!;
    expect(questions(conversation!)[0]).toMatchObject({ text: 'Why?', answers: [{ prose: 'So.' }] });
  });
});

it('what is no export is none, whatever JSON it is', () => {
  for (const other of ['', '{', '[]x', '"text"', '{"a": 1}', '[{"title": "t"}]', '[1, 2]']) {
    expect(exportedConversations(other)).toBeNull();
  }
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const found = exportedConversations(
        JSON.stringify([{ ...tapes, mapping: { a: value, b: { message: value } } }]),
      );
      expect(found === null || found.length === 0).toBe(true);
    }),
  );
});

describe('what is chosen of an export', () => {
  const folder = (files: Record<string, unknown>): string => {
    const dir = mkdtempSync(join(tmpdir(), 'vibegrad-export-'));
    onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
    for (const [name, content] of Object.entries(files))
      writeFileSync(join(dir, name), JSON.stringify(content));
    return dir;
  };
  const shards = () =>
    importSource(
      folder({
        'conversations-000.json': [tapes, { ...tapes, title: 'Kinks' }],
        'conversations-001.json': [{ ...tapes, title: 'Kinks again' }],
        'user.json': {},
      }),
    ) as Extract<ReturnType<typeof importSource>, { kind: 'export' }>;

  it('is by number or a part of the title, over all the files of a folder', () => {
    const source = shards();
    expect(source.conversations.map(({ title }) => title)).toEqual(['Tapes', 'Kinks', 'Kinks again']);
    expect(chosenFrom(source, '2').map(({ title }) => title)).toEqual(['Kinks']);
    expect(chosenFrom(source, 'AGAIN').map(({ title }) => title)).toEqual(['Kinks again']);
    expect(chosenFrom(source, 'all')).toHaveLength(3);
  });

  it.each([
    [undefined, /holds 3 conversations/],
    ['kinks', /"kinks" names 2 of the 3/],
    ['nothing', /"nothing" names none of the 3/],
    ['9', /"9" names none/],
  ])('that %s could be several is refused with a list', (wanted, says) => {
    const failing = () => chosenFrom(shards(), wanted);
    expect(failing).toThrow(UserError);
    expect(failing).toThrow(says);
  });

  it('a folder without one, an archive and a file that is not there are refused in a sentence', () => {
    expect(() => importSource(folder({ 'user.json': {} }))).toThrow(/holds no conversations\.json/);
    const dir = folder({});
    mkdirSync(join(dir, 'empty'));
    writeFileSync(join(dir, 'export.zip'), 'PK\u0003\u0004rest');
    expect(() => importSource(join(dir, 'export.zip'))).toThrow(/is a zip archive/);
    expect(() => importSource(join(dir, 'none.json'))).toThrow(/cannot be read/);
  });
});
