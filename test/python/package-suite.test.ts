import { describe, expect, it } from 'vitest';
import { missing, python, run, source } from './pytest.ts';

const PATIENCE = 1_800_000;
const name = `python/tests${missing ? ' (skipped: sh test/python/install.sh)' : ''}`;

/** What its own tests hold, by pytest: wrong ops planted and right ones, by library, and the parts. */
const parts: Readonly<Record<string, readonly string[]>> = {
  'PyTorch: every planted op is refused, no right one': ['test_planted_torch.py', 'test_correct_torch.py'],
  'JAX: every planted rule is refused, no right one': ['test_planted_jax.py', 'test_correct_jax.py'],
  'the rest': ['test_check.py', 'test_found.py', 'test_oracle.py', 'test_plugin.py'],
};

describe.skipIf(missing)(name, () => {
  it.each(Object.entries(parts))('%s', { timeout: PATIENCE }, async (_, files) => {
    // One seed: what JAX has compiled for the shapes that follow from it is kept for the next run.
    const options = ['-q', '-p', 'no:cacheprovider', '-p', 'vibegrad.pytest_plugin', '--vibegrad-seed=1'];
    const paths = files.map((file) => `tests/${file}`);
    const ran = await run(python, ['-m', 'pytest', ...options, ...paths], { env: { PYTHONPATH: source } });
    expect(ran.code, ran.said).toBe(0);
  });
});
