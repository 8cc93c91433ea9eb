import { expect, test } from 'vitest';
import { JAX_DEFECTS } from '../../agent/audit/known-defects.ts';
import { missing, python, run } from '../python/pytest.ts';

/** A defect that is gone would hide false alarms. */
test.skipIf(missing)('what JAX is known to answer wrongly it still does', { timeout: 300_000 }, async () => {
  const shown = JAX_DEFECTS.map((defect) => defect.shown);
  const code = `import json, math, jax, jax.numpy as jnp
jax.config.update("jax_enable_x64", True)
print(json.dumps([bool(eval(shown)) for shown in json.loads(${JSON.stringify(JSON.stringify(shown))})]))`;
  const { said, code: ended } = await run(python, ['-W', 'ignore', '-c', code]);
  expect(ended, said).toBe(0);
  const there = JSON.parse(said.trim().split('\n')[0] ?? '') as boolean[];
  expect(shown.filter((_, i) => !there[i])).toEqual([]);
});
