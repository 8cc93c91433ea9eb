import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { showSchema } from '../../agent/review/reports.ts';
import { committed, desk, git, improving, jsonOf, newestSession, vibegrad } from '../cli/vibegrad.ts';
import { skipWithoutBubblewrap } from '../judge/oracle-setup.ts';
import { chatServer } from './chat-server.ts';
import { goalsAsked } from './script.ts';

const row = '  sin: { value: Math.sin, slopes: (_, x) => [Math.cos(x!)] },';
const adding = (slope: string): string =>
  `The hyperbolic sine.\n\nsrc/rules.ts\n<<<<<<< SEARCH\n${row}\n=======\n${row}\n  sinh: { value: Math.sinh, slopes: (_, x) => [${slope}] },\n>>>>>>> REPLACE\n`;

const tries = [adding('Math.sinh(x!)'), adding('Math.cosh(x!)')];

describe('a session on a repository with an engine of its own', () => {
  it('proposes on what the config leaves open, judges behind the adapter, and can be replayed and verified', {
    timeout: 180_000,
  }, async () => {
    const at = desk();
    const repo = join(at.dir, 'tape');
    cpSync(join(import.meta.dirname, '../../examples/tape'), repo, { recursive: true });
    committed(at, repo);
    const prompts: string[] = [];
    let asked = 0;
    const server = await chatServer((call) => {
      if (goalsAsked(call).length === 0) return 'I have nothing to say.';
      prompts.push(call.messages[0]!.content);
      return tries[asked++] ?? 'I have nothing better.';
    });
    const improve = [...improving(server.model, 'r1/sinh'), '--auto'];
    const ran = await vibegrad(at, [...improve, '--candidates', '2'], { cwd: repo });
    expect(ran, ran.stdout + ran.stderr).toMatchObject({ code: 0, stderr: '' });
    // What a judge builds on, and what may be changed.
    expect(prompts[0]).toContain('vibegrad.adapter.ts');
    expect(prompts[0]).toContain(row);

    const session = newestSession(at);
    const shown = showSchema.parse(jsonOf(await vibegrad(at, ['show', '--json'])));
    const proposals = shown.entries.filter((entry) => entry.kind === 'proposal');
    expect(proposals.map(({ outcome }) => outcome)).toEqual(['refused', 'landed']);
    const landed = git(at, repo, 'show', `vibegrad/${session.id}:src/rules.ts`);
    expect(landed).toContain('sinh: { value: Math.sinh');
    expect(readFileSync(join(repo, 'src/rules.ts'), 'utf8')).not.toContain('sinh');

    const replayed = await vibegrad(at, ['replay', '--level', 'verdict']);
    expect(replayed, replayed.stdout + replayed.stderr).toMatchObject({ code: 0 });
    const verified = await vibegrad(at, ['verify', `${session.id}#2`]);
    expect(verified, verified.stdout + verified.stderr).toMatchObject({ code: 0 });
  });
});

/** Dual numbers in Python: a rule is a value and a slope. */
const ENGINE = `import math

RULES = {
    "sin": (math.sin, lambda x: math.cos(x)),
}
`;
const ADAPTER = `from engine import RULES

class Dual:
    def __init__(self, value, slope):
        self.value, self.slope = value, slope

def lift(x):
    return x if isinstance(x, Dual) else Dual(x, 0.0)

def times(slope, by):
    return 0.0 if slope == 0 else slope * by

def op(apply):
    def applied(*xs):
        y = apply(*map(lift, xs))
        return y if any(isinstance(x, Dual) for x in xs) else y.value
    return applied

def rule(value, slope):
    return op(lambda x: Dual(value(x.value), times(x.slope, slope(x.value))))

ops = {
    "add": op(lambda a, b: Dual(a.value + b.value, a.slope + b.slope)),
    "mul": op(lambda a, b: Dual(a.value * b.value, times(a.slope, b.value) + times(b.slope, a.value))),
    **{name: rule(*given) for name, given in RULES.items()},
}

def primal(x):
    return lift(x).value

def grad(f):
    return lambda *xs: [
        lift(f(*[Dual(x, 1.0) if i == j else x for j, x in enumerate(xs)])).slope for i in range(len(xs))
    ]
`;

describe.skipIf(skipWithoutBubblewrap)('a session on a repository in Python', () => {
  it('proposes, judges, lands, and can be replayed and verified', { timeout: 300_000 }, async () => {
    const at = desk();
    const repo = join(at.dir, 'duals');
    mkdirSync(repo);
    const config = {
      ...{ language: 'python', adapter: 'adapter.py', editable: ['engine.py'] },
      goals: ['r0/add', 'r0/mul', 'r1/sin', 'r1/atan'],
    };
    const files = {
      'engine.py': ENGINE,
      'adapter.py': ADAPTER,
      'vibegrad.config.json': JSON.stringify(config),
    };
    for (const [path, text] of Object.entries(files)) writeFileSync(join(repo, path), text);
    committed(at, repo);
    const row = '    "sin": (math.sin, lambda x: math.cos(x)),';
    const proposal = (slope: string): string =>
      `The inverse tangent.\n\nengine.py\n<<<<<<< SEARCH\n${row}\n=======\n${row}\n    "atan": (math.atan, lambda x: ${slope}),\n>>>>>>> REPLACE\n`;
    const tries = [proposal('1 / (1 + x)'), proposal('1 / (1 + x * x)')];
    let asked = 0;
    const server = await chatServer((call) =>
      goalsAsked(call).length === 0 ? 'I have nothing to say.' : (tries[asked++] ?? 'I have nothing better.'),
    );
    const improve = [...improving(server.model, 'r1/atan'), '--auto'];
    const ran = await vibegrad(at, [...improve, '--candidates', '2'], { cwd: repo });
    expect(ran, ran.stdout + ran.stderr).toMatchObject({ code: 0, stderr: '' });
    const session = newestSession(at);
    const shown = showSchema.parse(jsonOf(await vibegrad(at, ['show', '--json'])));
    const proposals = shown.entries.filter((entry) => entry.kind === 'proposal');
    expect(proposals.map(({ outcome }) => outcome)).toEqual(['refused', 'landed']);
    expect(git(at, repo, 'show', `vibegrad/${session.id}:engine.py`)).toContain('"atan": (math.atan');
    for (const again of [
      ['replay', '--level', 'verdict'],
      ['verify', `${session.id}#2`],
    ]) {
      const told = await vibegrad(at, again);
      expect(told, told.stdout + told.stderr).toMatchObject({ code: 0 });
    }
  });
});
