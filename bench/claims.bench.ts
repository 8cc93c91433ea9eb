import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runClaim } from '../agent/judge/claims.ts';
import { createJudge } from '../agent/judge/index.ts';
import { openPythonPool } from '../agent/judge/sandbox/index.ts';
import { parseAnswer } from '../agent/programs/answer.ts';
import { plantedClaims } from '../test/judge/planted-claims.ts';
import { median, type Row, row, testPython } from './measure.ts';

export const name = 'claims';

const folder = join(import.meta.dirname, '..', 'sessions', 'textbook', 'answers');

/** From a claim to its badge, on the library: the claim itself, and wrong engines until one refutes it. */
export async function run(): Promise<readonly Row[]> {
  const { signal } = new AbortController();
  const claims = readdirSync(folder)
    .flatMap((file) => parseAnswer(readFileSync(join(folder, file), 'utf8')).claims[0] ?? [])
    .filter(({ language }) => language === 'ts');
  const judge = createJudge();
  try {
    const times: number[] = [];
    for (const { code, language, expect } of [claims[0]!, ...claims]) {
      const { seconds } = await judge.claim({ engine: 'library', code, language, expect }, signal);
      times.push(1000 * seconds);
    }
    let right = 0;
    for (const { holds, code, expect } of plantedClaims) {
      const { badge } = await judge.claim({ engine: 'library', code, language: 'ts', expect }, signal);
      if (badge === (holds ? 'verified' : 'refuted')) right += 1;
    }
    return [
      // The first one also reads the library.
      row(name, 'a TypeScript claim to its badge, median', median(times.slice(1)), 'ms', { most: 150 }),
      row(name, 'planted claims, half of them false, judged rightly of 60', right, 'claims', { least: 60 }),
      ...(await pythonRows(signal)),
    ];
  } finally {
    await judge.close();
  }
}

interface PythonClaim {
  readonly code: string;
  readonly value: number;
}

const SINE = 4 * Math.cos(4);

/** Derivatives as answers have them: of a number, at a kink, second ones, of arrays, compiled, of a loop. */
const PYTHON: Readonly<Record<string, readonly PythonClaim[]>> = {
  PyTorch: [
    {
      code: `x = torch.tensor(2.0, requires_grad=True)
torch.sin(x**2).backward()
print(x.grad.item())`,
      value: SINE,
    },
    {
      code: `x = torch.tensor(0.0, requires_grad=True)
torch.relu(x).backward()
print(x.grad.item())`,
      value: 0,
    },
    {
      code: `x = torch.tensor(0.5, dtype=torch.float64, requires_grad=True)
first, = torch.autograd.grad(torch.exp(2 * x), x, create_graph=True)
print(torch.autograd.grad(first, x)[0].item())`,
      value: 4 * Math.E,
    },
    {
      code: `def loss(w, x, y):
    return ((torch.tanh(x @ w) - y) ** 2).mean()
w = torch.zeros(3, requires_grad=True)
loss(w, torch.ones(4, 3), torch.ones(4)).backward()
print(w.grad.sum().item())`,
      value: -6,
    },
    {
      code: `f = lambda x: (x**3).sum()
print(torch.func.hessian(f)(torch.tensor([1.0, 2.0]))[1, 1].item())`,
      value: 12,
    },
    {
      code: `x = torch.tensor(1.0, requires_grad=True)
y = x
for _ in range(10):
    y = 2 * torch.tanh(y) / torch.tanh(torch.tensor(1.0)) - y
y.backward()
print(y.item())`,
      value: 1,
    },
  ],
  JAX: [
    { code: 'print(float(jax.grad(lambda x: jnp.sin(x**2))(2.0)))', value: SINE },
    { code: 'print(float(jax.grad(jax.nn.relu)(0.0)))', value: 0 },
    { code: 'print(float(jax.grad(jax.grad(lambda x: jnp.exp(2 * x)))(0.5)))', value: 4 * Math.E },
    {
      code: `def loss(w, x, y):
    return jnp.mean((jnp.tanh(x @ w) - y) ** 2)
print(float(jax.jit(jax.grad(loss))(jnp.zeros(3), jnp.ones((4, 3)), jnp.ones(4)).sum()))`,
      value: -6,
    },
    {
      code: 'print(float(jax.hessian(lambda x: jnp.sum(x**3))(jnp.array([1.0, 2.0]))[1, 1]))',
      value: 12,
    },
    {
      code: `def f(x):
    return jax.lax.fori_loop(0, 10, lambda i, y: 2 * jnp.tanh(y) / jnp.tanh(1.0) - y, x)
print(float(jax.jit(f)(1.0)))`,
      value: 1,
    },
  ],
};

const IMPORTS: Readonly<Record<string, string>> = {
  PyTorch: 'import torch',
  JAX: 'import jax\nimport jax.numpy as jnp',
};

/** The same in Python, its libraries loaded before: the claim, and perturbations until one refutes it. Nothing where they are missing. */
async function pythonRows(signal: AbortSignal): Promise<Row[]> {
  const pythons = openPythonPool({ python: testPython() });
  const rows: Row[] = [];
  for (const [library, claims] of Object.entries(PYTHON)) {
    const times: number[] = [];
    for (const { code, value } of claims) {
      await pythons.warm();
      const expect = { kind: 'equals', value, within: 1e-5 } as const;
      const claim = {
        engine: 'library',
        code: `${IMPORTS[library]}\n${code}`,
        language: 'python',
        expect,
      } as const;
      const { badge, why, seconds } = await runClaim(claim, { signal, pythons });
      if (badge === 'not run' && why.startsWith('needs')) break;
      if (badge !== 'verified') throw new Error(`${library}: ${badge} (${why}), not verified: ${code}`);
      times.push(1000 * seconds);
    }
    if (times.length > 0) {
      rows.push(
        row(name, `a Python claim on warm ${library} to its badge, median`, median(times), 'ms', {
          most: 500,
        }),
      );
    }
  }
  await pythons.close();
  return rows;
}
