import { describe, expect, it } from 'vitest';
import { loadPrompts } from '../../agent/host/prompts.ts';
import type { Approval, Ask, Syscall } from '../../agent/kernel/types.ts';
import { type ChatArgs, chat } from '../../agent/programs/chat.ts';
import { asProgram, engineNames } from '../../agent/programs/own-code.ts';
import * as engine from '../../engine/index.ts';

const library = loadPrompts().find(({ id }) => id === 'library')?.body ?? '';

const args: ChatArgs = {
  title: 't',
  model: { id: 'scripted', kind: 'language model' },
  prompts: {
    explain: '{{guide}}|{{engine}}|{{kind}}|{{question}}',
    correct: '{{evidence}}',
    state: '{{sentence}}',
    library,
  },
  commit: 'c',
  auto: false,
  questions: ['What is a tape?', 'What is a dual number?', 'What is a kink?'],
  question: null,
  kind: null,
  topic: null,
  kinds: [
    { id: 'definition', title: 'What a thing is', exemplars: ['What is a tape?'] },
    { id: 'contrast', title: 'Two things', exemplars: ['What do x and y have in common?'] },
  ],
  goals: [],
  target: 'engine',
};

/** Runs a chat with a model that says these replies and a person who says these things. */
function play(says: readonly Approval[], replies: readonly string[]) {
  const notes: { topic: string; data: Record<string, unknown> }[] = [];
  const requests: Extract<Syscall, { kind: 'model' }>['request'][] = [];
  const ran: string[] = [];
  const asked: Ask[] = [];
  const program = chat(args);
  let step = program.next();
  while (!step.done) {
    const call = step.value;
    let result: unknown = null;
    if (call.kind === 'note') notes.push({ topic: call.topic, data: call.data as Record<string, unknown> });
    else if (call.kind === 'approve') {
      result = says[asked.length] ?? { choice: 'leave', text: '' };
      asked.push(call.ask);
    } else if (call.kind === 'model') {
      const text = replies[requests.length] ?? 'Nothing more.';
      requests.push(call.request);
      result = { text, stop: 'end', model: 'scripted', usage: { input: 1, output: 1, cachedInput: 0 } };
    } else if (call.kind === 'tool' && call.name === 'claim') {
      ran.push((call.args as { code: string }).code);
      result = { badge: 'verified', why: '', printed: ['1'], seconds: 0 };
    } else throw new Error(`an unexpected call: ${call.kind}`);
    step = program.next(result);
  }
  return { outcome: step.value, notes, requests, ran, asked };
}

const ask = (text: string): Approval => ({ choice: 'ask', text });
const answer = (prose: string, offers: readonly string[] = []) =>
  JSON.stringify({
    prose,
    claims: [
      {
        statement: `${prose} holds.`,
        code: 'console.log(1);',
        expect: { kind: 'equals', value: 1, within: 0 },
      },
    ],
    offers,
  });

describe('a chat', () => {
  it('tells the model what was said before, and what came of its claims', () => {
    const { requests } = play(
      [ask('What is a tape?'), ask('And of what?')],
      [answer('A list.'), answer('Steps.')],
    );
    expect(requests[0]?.messages).toHaveLength(1);
    expect(requests[1]?.messages.map(({ role }) => role)).toEqual(['user', 'assistant', 'user']);
    expect(requests[1]?.messages[1]?.content).toContain('A list.');
    expect(requests[1]?.messages[1]?.content).toContain('- verified: A list. holds.');
  });

  it('ends each answer with two offers, of the answer or of the questions that are nearest; a digit takes one', () => {
    const { asked, requests } = play(
      [ask('What is a tape?'), { choice: '2', text: '' }],
      [answer('A list.', ['Of what?', 'For whom?', 'Why?']), 'Prose alone, of a dual number.'],
    );
    expect(asked[1]?.text).toBe('1  Of what?\n2  For whom?');
    expect(asked[1]?.choices).toEqual(expect.arrayContaining(['1', '2']));
    expect(requests[1]?.messages.at(-1)?.content).toContain('|For whom?');
    expect(asked[2]?.text).toBe('1  What is a dual number?\n2  What is a kink?');
  });

  it('asks in the kind that fits a question, until the person names one', () => {
    const { notes } = play(
      [ask('What is a tape?'), { choice: 'kind', text: 'contrast' }, ask('What is a tape?')],
      [],
    );
    const kinds = notes.filter(({ topic }) => topic === 'question').map(({ data }) => data.kind);
    expect(kinds).toEqual(['definition', 'contrast']);
  });

  it('runs what a person types, and the answer’s code once more', () => {
    const run = (text: string): Approval => ({ choice: 'run', text });
    const { ran, notes } = play([run(''), ask('?'), run(''), run('grad(sin)(0)[0]')], [answer('So.')]);
    expect(notes[0]).toMatchObject({ data: { text: expect.stringContaining('no answer yet') } });
    expect(ran).toEqual([
      'console.log(1);',
      'console.log(1);',
      "import { sin, grad } from 'vibegrad/engine';\nconsole.log(grad(sin)(0)[0]);\n",
    ]);
  });

  it('has a sentence stated as a claim: by the model, or by the person', () => {
    const claim = (text: string): Approval => ({ choice: 'claim', text });
    const prose = 'Nobody can see why this should hold. The memory of a tape grows with each step.';
    const { notes, ran, requests } = play(
      [ask('?'), claim(''), claim('1'), claim('2'), claim('It doubles :: mul(2, 3) => 6')],
      [
        JSON.stringify({ prose, claims: [] }),
        JSON.stringify({ prose: 'It is no statement.', claims: [] }),
        answer('A tape'),
      ],
    );
    const said = (topic: string) => notes.filter((note) => note.topic === topic).map(({ data }) => data);
    expect(said('observation')[0]?.text).toMatch(/^No claim states:\n1\. Nobody.*\n2\. The memory/);
    expect(
      said('question')
        .slice(1)
        .map(({ about }) => about),
    ).toEqual([
      'Nobody can see why this should hold.',
      'The memory of a tape grows with each step.',
      'It doubles',
    ]);
    expect(requests[1]?.messages).toEqual([
      { role: 'user', content: 'Nobody can see why this should hold.' },
    ]);
    expect(said('sentences')).toContainEqual({
      round: 1,
      stated: 0,
      unstated: ['Nobody can see why this should hold.'],
    });
    expect(said('answer').at(-2)?.claims).toMatchObject([
      { of: 'The memory of a tape grows with each step.' },
    ]);
    expect(said('answer').at(-1)?.claims).toMatchObject([
      { statement: 'It doubles', expect: { kind: 'equals', value: 6, within: 0 } },
    ]);
    expect(ran.at(-1)).toBe("import { mul } from 'vibegrad/engine';\nconsole.log(mul(2, 3));\n");
  });

  it('goes on where a person stopped an answer', () => {
    expect(play([ask('?'), { choice: 'observe', text: 'slow' }], ['']).notes.at(-1)).toEqual({
      topic: 'observation',
      data: { text: 'slow', by: 'person' },
    });
  });
});

describe('code that a person types', () => {
  it('knows every name of the engine that the prompt lists, and only those', () => {
    const names = engineNames(library);
    expect(names.length).toBeGreaterThan(80);
    for (const name of names) expect(engine).toHaveProperty(name);
  });

  it.each([
    ['const mul = 2;\nconsole.log(mul);', 'ts', 'const mul = 2;\nconsole.log(mul);\n'],
    [
      "import { exp } from 'vibegrad/engine';\nconsole.log(exp(0))",
      'ts',
      /^import \{ exp \}[\s\S]*exp\(0\)\)\n$/,
    ],
    ['import torch\nprint(1)', 'python', 'import torch\nprint(1)\n'],
    ['1 + 1', 'ts', 'console.log(1 + 1);\n'],
    ['1 +\n 2', 'ts', 'console.log(1 +\n 2);\n'],
  ])('%s is run as %s', (code, language, text) => {
    const made = asProgram(code, library);
    expect(made.language).toBe(language);
    if (typeof text === 'string') expect(made.code).toBe(text);
    else expect(made.code).toMatch(text);
  });
});
