import { describe, expect, it } from 'vitest';
import { outcomes } from './suite/everywhere.ts';

describe('the engine in Node', () => {
  it.each(outcomes())('$name', ({ error }) => {
    expect(error).toBeUndefined();
  });
});
