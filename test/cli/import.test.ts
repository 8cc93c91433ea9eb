import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { skipWithoutBubblewrap } from '../judge/oracle-setup.ts';
import { chatServer } from '../loop/chat-server.ts';
import { missing, python } from '../python/pytest.ts';
import { desk, expectPlainFailure, jsonOf, newestSession, vibegrad } from './vibegrad.ts';

const patient = { timeout: 120_000 };

/** A chat as somebody kept it: its code in a fence without a name, and nothing said of what it prints. */
const kept = `## Slopes
    Chat Question: What is the slope of sin of x squared at 2?
    Answer: It is found by the chain rule.

    \`\`\`
    import torch

    x = torch.tensor(2.0, requires_grad=True)  # follow it
    y = torch.sin(x**2)
    y.backward()
    print(x.grad)
    \`\`\`
`;

const exported = (title: string) => ({
  title,
  current_node: 'a',
  mapping: {
    q: {
      message: { author: { role: 'user' }, content: { content_type: 'text', parts: ['Why?'] } },
      children: ['a'],
    },
    a: {
      parent: 'q',
      message: {
        author: { role: 'assistant' },
        content: { content_type: 'text', parts: ['So.\n```ts\nconsole.log(1 + 1);\n```'] },
      },
    },
  },
});

describe('vibegrad import', patient, () => {
  it.skipIf(missing || skipWithoutBubblewrap)(
    'runs the code of a chat when asked, and gives the file back byte for byte (needs test/python/install.sh, bubblewrap)',
    async () => {
      const at = desk();
      const file = join(at.dir, 'kept.md');
      writeFileSync(file, kept);
      const still = await vibegrad(at, ['import', file]);
      expect(still.stdout).toContain('1 piece of code (not run: --run runs it in the sandbox)');
      const env = { PATH: `${dirname(python)}:${process.env.PATH}` };
      const ran = await vibegrad(at, ['import', file, '--run'], { env });
      expect(ran, ran.stderr).toMatchObject({ code: 0 });
      expect(ran.stdout).toContain('ran, nothing claimed, printed tensor(-2.6146)');
      expect((await vibegrad(at, ['export', '--original'])).stdout).toBe(kept);
    },
  );

  it('takes a chat that is pasted, under headings that ask', async () => {
    const at = desk();
    const pasted = 'You said:\nWhat is a tape?\nChatGPT said:\nA list.\n';
    const ran = await vibegrad(at, ['import', '-'], { input: pasted });
    expect(ran, ran.stderr).toMatchObject({ code: 0 });
    expect(ran.stdout).toContain('1 question');
    const asked = '# Notes\n\n## What is a tape?\n\nA list.\n\n## And a kink?\n\nA corner.\n';
    expect((await vibegrad(at, ['import', '-'], { input: asked })).stdout).toContain('2 questions');
    expect((await vibegrad(at, ['export', '--original'])).stdout).toBe(asked);
    expectPlainFailure(await vibegrad(at, ['resume', 'last']), 2, /was imported, and holds nothing/);
  });

  it('takes one conversation of an export, or all, and runs nothing unless it is asked', async () => {
    const at = desk();
    const folder = join(at.dir, 'export');
    mkdirSync(folder);
    writeFileSync(join(folder, 'conversations-000.json'), JSON.stringify([exported('Tapes')]));
    writeFileSync(join(folder, 'conversations-001.json'), JSON.stringify([exported('Kinks')]));
    expectPlainFailure(
      await vibegrad(at, ['import', folder]),
      2,
      /holds 2 conversations[\s\S]*1 {2}Tapes[\s\S]*2 {2}Kinks/,
    );
    const ran = await vibegrad(at, ['import', folder, '--chat', 'kink', '--run']);
    expect(ran, ran.stderr).toMatchObject({ code: 0 });
    expect(ran.stdout).toContain('ran, nothing claimed, printed 2');
    const { dir, id } = newestSession(at);
    const transcript = readFileSync(join(dir, 'transcript.md'), 'utf8');
    expect(transcript).toContain('Chat Question: Why?');
    expect(transcript).toMatch(/^Code block 1, ran, nothing claimed: /m);
    expect((await vibegrad(at, ['show', id])).stdout).toContain('1 piece of code ran, nothing claimed');
    expect(await vibegrad(at, ['replay', '--level', 'render', id])).toMatchObject({ code: 0 });
    const all = await vibegrad(at, ['import', folder, '--chat', 'all', '--json']);
    expect((jsonOf(all) as { sessions: unknown[] }).sessions).toHaveLength(2);
  });

  it('has claims stated of its sentences: by the person, then by a model; the rest is not checkable as written', async () => {
    const at = desk();
    const chat =
      'User: What is a slope?\n\nAssistant: The slope of the square of three is six. ' +
      'The cube of two numbers is greater than both. Nobody should ever wonder about such things.\n';
    const code = (last: string) => `import { grad, mul } from 'vibegrad/engine';\nconsole.log(${last});\n`;
    const claims = join(at.dir, 'claims.json');
    const mine = {
      ...{ of: 'square of three', statement: 'It is 6.', code: code('grad((x) => mul(x, x))(3)[0]') },
      expect: { kind: 'equals', value: 6, within: 0 },
    };
    writeFileSync(claims, JSON.stringify([mine]));
    const server = await chatServer(({ messages }) => {
      const asked = messages[0]?.content ?? '';
      const says = asked.includes('> The cube of two');
      const stated = {
        statement: 'Of 1/2 it is not.',
        code: code('mul(0.5, mul(0.5, 0.5))'),
        expect: { kind: 'greater-than', value: 0.5 },
      };
      return JSON.stringify({ prose: 'So.', claims: says ? [stated] : [], offers: [] });
    });
    const options = ['--run', '--claims', claims, '--model', server.model];
    const ran = await vibegrad(at, ['import', '-', ...options], { input: chat });
    expect(ran, ran.stderr).toMatchObject({ code: 0 });
    expect(ran.stdout).toMatch(
      /"It is 6\." verified, printed 6\n {6}Stated for the sentence \(compare the two\): "The slope of the square/,
    );
    expect(ran.stdout).toMatch(
      /"Of 1\/2 it is not\." refuted: .*\n {6}Stated for the sentence .*: "The cube of two numbers/,
    );
    expect(ran.stdout).toContain('not checkable as written: 1 sentence that no claim states');
    expect(server.heard).toHaveLength(2);
    expectPlainFailure(
      await vibegrad(at, ['import', '-', '--claims', claims], { input: chat }),
      2,
      /Add --run/,
    );
    writeFileSync(claims, '{"of": 3}');
    expectPlainFailure(
      await vibegrad(at, ['import', '-', '--run', '--claims', claims], { input: chat }),
      2,
      /holds no claims/,
    );
  });
});
