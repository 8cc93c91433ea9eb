import { describe, expect, it } from 'vitest';
import { missing, pytest } from './pytest.ts';

const PATIENCE = 1_200_000;

describe.skipIf(missing)('vibegrad.check for JAX', () => {
  it.for([
    ['refuses every planted wrong rule, for what is wrong with it', 'test_planted_jax.py'],
    ['accuses no right function', 'test_correct_jax.py'],
  ] as const)('%s', { timeout: PATIENCE }, async ([, file]) => {
    const { code, said } = await pytest(file);
    expect(code, said.slice(-4000)).toBe(0);
  });
});
