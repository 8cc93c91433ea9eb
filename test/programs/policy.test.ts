import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { drawFrom } from '../../agent/checks/draw.ts';
import type { Verdict } from '../../agent/judge/types.ts';
import type { Syscall } from '../../agent/kernel/types.ts';
import type { ModelRequest } from '../../agent/models/types.ts';
import { type ImproveArgs, improve } from '../../agent/programs/improve.ts';
import { type Arm, beta, bySampling, type Choice, inTurn, type Policy } from '../../agent/programs/policy.ts';

const armsOf = (...kinds: string[]): [Arm, ...Arm[]] =>
  kinds.map((kind) => ({ kind, question: `Of {{aim}}, ${kind}?`, accepted: 0, refused: 0 })) as [
    Arm,
    ...Arm[],
  ];

/** 32 bytes that look random and are the same in every run. */
const bytesOf = (seed: string): string => createHash('sha256').update(seed).digest('hex');

/** What sampling chooses when the kernel's bytes are these. */
function sampled(arms: readonly [Arm, ...Arm[]], bytes: string): Choice {
  const program = bySampling(arms);
  expect(program.next().value).toEqual({ kind: 'random', bytes: 32 });
  const step = program.next(bytes);
  if (!step.done) throw new Error('it asked for more than random bytes');
  return step.value;
}

describe('a policy that takes turns', () => {
  it('asks every kind once before any is asked again', () => {
    const arms = armsOf('a', 'b', 'c');
    const kinds = Array.from({ length: 7 }, (_, i) => inTurn(arms, i).arm.kind);
    expect(kinds).toEqual(['a', 'b', 'c', 'a', 'b', 'c', 'a']);
  });
});

describe('a bandit', () => {
  it('chooses the same for the same bytes, whatever for others', () => {
    const arms = armsOf('a', 'b', 'c', 'd');
    const choices = Array.from({ length: 40 }, (_, i) => sampled(arms, bytesOf(`${i}`)));
    expect(choices).toEqual(Array.from({ length: 40 }, (_, i) => sampled(arms, bytesOf(`${i}`))));
    expect(new Set(choices.map(({ arm }) => arm.kind)).size).toBe(4);
  });

  it('draws chances from the posterior: mean and variance of Beta(a, b)', () => {
    const draw = drawFrom(Buffer.from(bytesOf('beta'), 'hex'), 'policy', 'bandit');
    for (const [a, b] of [
      [1, 1],
      [3, 1],
      [2, 9],
    ] as const) {
      const drawn = Array.from({ length: 20_000 }, () => beta(draw, a, b));
      const mean = drawn.reduce((sum, x) => sum + x, 0) / drawn.length;
      const variance = drawn.reduce((sum, x) => sum + (x - mean) ** 2, 0) / drawn.length;
      const [m, v] = [a / (a + b), (a * b) / ((a + b) ** 2 * (a + b + 1))];
      expect(Math.abs(mean - m)).toBeLessThan(5 * Math.sqrt(v / drawn.length));
      expect(Math.abs(variance / v - 1)).toBeLessThan(0.1);
    }
  });

  it('comes to ask the kind that is followed by accepted proposals, and says from which counts', () => {
    const arms = armsOf('a', 'b', 'c');
    const chance: Record<string, number> = { a: 0.1, b: 0.7, c: 0.3 };
    const reward = drawFrom(Buffer.from(bytesOf('world'), 'hex'), 'world', 'reward');
    const asked: Record<string, number> = { a: 0, b: 0, c: 0 };
    for (let i = 0; i < 300; i++) {
      const { arm, why } = sampled(arms, bytesOf(`round ${i}`));
      expect(why).toContain(`${arm.kind}, 0.`);
      expect(why).toContain(`from ${arm.accepted} accepted of ${arm.accepted + arm.refused}`);
      asked[arm.kind]! += 1;
      if (reward.uint32() / 2 ** 32 < chance[arm.kind]!) arm.accepted += 1;
      else arm.refused += 1;
    }
    expect(asked.b).toBeGreaterThan(200);
  });
});

/** What the world of a session without a disk says. */
interface World {
  readonly answer: (request: ModelRequest) => string;
  readonly badge: (code: string, tree: string) => string;
  readonly accepts: (proposal: number) => boolean;
}

interface Played {
  readonly calls: readonly Syscall[];
  readonly prompts: readonly string[];
  readonly observed: readonly string[];
  readonly kinds: readonly string[];
}

/** Runs `improve` on three goals against a world that answers at once. */
function play(policy: Policy, world: World, most = 12): Played {
  const calls: Syscall[] = [];
  const args: ImproveArgs = {
    title: 't',
    model: { id: 'm', kind: 'language model' },
    prompts: {
      system: 's',
      explain: '{{kind}}: {{question}}',
      propose: 'GOALS {{goals}}{{known}}',
      forms: '',
    },
    commit: 'c0',
    target: 'engine',
    goals: ['r1/neg', 'r1/square', 'r1/cube'],
    candidates: 2,
    questions: { policy, kinds: armsOf('definition', 'limits', 'error-diagnosis') },
    auto: true,
    shrink: false,
    wish: null,
  };
  const program = improve(args);
  let trees = 0;
  let proposals = 0;
  let step = program.next();
  while (!step.done && proposals < most) {
    const call = step.value;
    calls.push(call);
    step = program.next(resultOf(call));
  }
  const notes = calls.filter((call) => call.kind === 'note');
  const dataOf = (topic: string) =>
    notes.filter((call) => call.topic === topic).map((call) => call.data as Record<string, string>);
  return {
    calls,
    prompts: calls.flatMap((call) =>
      call.kind === 'model' && call.purpose === 'propose' ? [call.request.messages[0]!.content] : [],
    ),
    observed: dataOf('observation').map(({ text }) => text!),
    kinds: dataOf('question').map(({ kind }) => kind!),
  };

  function resultOf(call: Syscall): unknown {
    switch (call.kind) {
      case 'model':
        return { text: world.answer(call.request), stop: 'end', model: 'm', usage: {} };
      case 'tool': {
        if (call.name === 'goals-met') return ['r0/add', 'r0/mul'];
        const { code, tree } = call.args as { code: string; tree: string };
        return { badge: world.badge(code, tree), why: '', printed: [], seconds: 0 };
      }
      case 'random':
        return bytesOf(`${calls.length}`);
      case 'workspace':
        if (call.call.op === 'read') return { tree: 'tree 0', files: [], contract: '' };
        if (call.call.op === 'apply')
          return { ok: true, tree: `tree ${++trees}`, worktree: 'w', diff: '', format: 'rule' };
        return { ok: true, commit: `c${trees}` };
      case 'judge': {
        const accepted = world.accepts(++proposals);
        return {
          ...{ accepted, tree: `tree ${trees}`, receiptId: 'r', stage: 'smoke', checks: [] },
          reasons: accepted ? [] : ['no'],
          counterexample: null,
          goals: accepted ? [{ id: call.call.goals[0], before: false, after: true }] : [],
        } as unknown as Verdict;
      }
      default:
        return null;
    }
  }
}

const claim = (statement: string) => ({
  statement,
  language: 'ts',
  code: statement,
  expect: { kind: 'equals', value: 1, within: 0 },
});

const badges = ['verified', 'refuted', 'ran, nothing claimed', 'not run', 'not checkable as written'];

describe('what is asked before a proposal', () => {
  const silent: World = {
    answer: ({ output }) =>
      output === undefined ? '```rule\nneg: -1\n```' : JSON.stringify({ prose: 'p', claims: [] }),
    badge: () => 'verified',
    accepts: () => false,
  };

  it('is nothing, the topic’s own question, or one of the kinds, by the policy; the choice and why are noted', () => {
    expect(play('none', silent).kinds).toEqual([]);
    const fixed = play('fixed', silent);
    expect(fixed.kinds).toEqual(['mechanism-trace', 'error-diagnosis']);
    expect(fixed.observed.filter((text) => text.startsWith('Question'))).toEqual([
      'Question by the policy fixed: the topic local-rules is asked its own question once.',
      'Question by the policy fixed: r1/square was tried 2 times in vain.',
    ]);
    const turns = play('round-robin', silent);
    expect(turns.kinds).toHaveLength(turns.prompts.length);
    expect(turns.kinds.slice(0, 4)).toEqual(['definition', 'limits', 'error-diagnosis', 'definition']);
    const bandit = play('bandit', silent);
    expect(bandit.kinds).toHaveLength(bandit.prompts.length);
    const why = bandit.observed.filter((text) => text.startsWith('Question by the policy bandit: '));
    expect(why).toHaveLength(bandit.kinds.length);
    for (const [i, kind] of bandit.kinds.entries()) expect(why[i]).toContain(`was drawn for ${kind}, 0.`);
    // What came of each proposal is counted for the kind that was asked before it.
    const asked = bandit.kinds.slice(0, -1).filter((kind) => kind === bandit.kinds.at(-1)).length;
    expect(why.at(-1)).toContain(`from 0 accepted of ${asked}`);
  });

  it('is chosen again in the same way when the recorded results are met again', () => {
    expect(play('bandit', silent).calls).toEqual(play('bandit', silent).calls);
  });
});

describe('what a proposal’s prompt is told of an answer', () => {
  it('is what was verified, and nothing of any other badge', () => {
    const { prompts } = play('fixed', {
      answer: ({ output }) =>
        output === undefined
          ? '```rule\nneg: -1\n```'
          : JSON.stringify({ prose: 'THE PROSE', claims: badges.map((badge) => claim(`<${badge}>`)) }),
      badge: (code) => code.slice(1, -1),
      accepts: () => false,
    });
    expect(prompts[0]).toContain('<verified>');
    for (const words of ['THE PROSE', ...badges.slice(1).map((badge) => `<${badge}>`)])
      for (const prompt of prompts) expect(prompt).not.toContain(words);
  });

  it('is no longer what a later tree refutes', () => {
    const { prompts, calls } = play('fixed', {
      answer: ({ output }) =>
        output === undefined
          ? '```rule\nneg: -1\n```'
          : JSON.stringify({ prose: 'p', claims: [claim('holds'), claim('the engine knows no neg')] }),
      badge: (code, tree) => (code === 'holds' || tree === 'tree 0' ? 'verified' : 'refuted'),
      accepts: (proposal) => proposal === 1,
    });
    expect(prompts[0]).toContain('the engine knows no neg');
    expect(prompts[1]).toContain('holds');
    expect(prompts[1]).not.toContain('the engine knows no neg');
    // Once for each tree: what was seen to hold on it is not run again.
    const runs = calls.filter((call) => call.kind === 'tool' && call.name === 'claim');
    expect(runs).toHaveLength(4);
  });
});
