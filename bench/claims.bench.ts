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

/** Claims whose last line is a derivative at 2 of sin(x²), by library. */
const PYTHON: Readonly<Record<string, string>> = {
  PyTorch: `import torch
x = torch.tensor(2.0, requires_grad=True)
torch.sin(x**2).backward()
print(x.grad.item())`,
  JAX: `import jax
import jax.numpy as jnp
print(float(jax.grad(lambda x: jnp.sin(x**2))(2.0)))`,
};

/** The same in Python, its libraries loaded before: the claim, and perturbations until one refutes it. Nothing where they are missing. */
async function pythonRows(signal: AbortSignal): Promise<Row[]> {
  const pythons = openPythonPool({ python: testPython() });
  const expect = { kind: 'equals', value: 4 * Math.cos(4), within: 1e-5 } as const;
  const rows: Row[] = [];
  for (const [library, code] of Object.entries(PYTHON)) {
    const times: number[] = [];
    for (let i = 0; i < 5; i++) {
      await pythons.warm();
      const claim = { engine: 'library', code, language: 'python', expect } as const;
      const { badge, seconds } = await runClaim(claim, { signal, pythons });
      if (badge === 'verified') times.push(1000 * seconds);
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
