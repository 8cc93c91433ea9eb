import { describe, expect, it } from 'vitest';
import { missing, pytest } from './pytest.ts';

const PATIENCE = 1_200_000;

describe.skipIf(missing)('vibegrad.check for PyTorch', () => {
  it.for([
    ['takes what it says, and says what it found', 'test_check.py'],
    ['refuses every planted wrong op, for what is wrong with it', 'test_planted_torch.py'],
    ['accuses no right op', 'test_correct_torch.py'],
    ["finds PyTorch's own mistakes", 'test_found.py'],
    ['is a plugin of pytest', 'test_plugin.py'],
  ] as const)('%s', { timeout: PATIENCE }, async ([, file]) => {
    const { code, said } = await pytest(file);
    expect(code, said.slice(-4000)).toBe(0);
  });
});
