import { spawnSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { DIRECT, EDGE } from '../../agent/redteam/corpus/escapes.ts';
import { ways, withOracle } from './oracle-setup.ts';

const ENGINE = 'export const ops = {}, primal = (x) => x, grad = () => {};';

describe.each(ways)('a candidate finds no way out of its realm $way', ({ bubblewrap, skip }) => {
  test.skipIf(skip).each([
    ['by any name or constructor it can reach', DIRECT],
    ['at the end of the stack, where host code would fail in its hands', EDGE],
  ])('%s', async (_name, text) => {
    await withOracle({ bubblewrap, seconds: 30 }, async (oracle) => {
      expect(await oracle.define([{ path: 'engine.ts', text: ENGINE + text }], 'engine.ts')).toEqual({
        ok: true,
      });
      expect(await oracle.evaluate('report', null)).toEqual({ ok: true, output: [] });
      // Again, now that promise jobs and the first answer are behind it.
      expect(await oracle.evaluate('report', null)).toEqual({ ok: true, output: [] });
    });
  });
});

describe('the hunt itself is able to find a way out of', () => {
  /** The same text in a plain vm context of a Node without any of the oracle's measures. */
  const inPlainContext = (text: string): string[] => {
    const script = `'use strict';${text.replace('export const report = () => reached;', 'JSON.stringify(reached);')}`;
    const run = `process.stdout.write(require('vm').runInNewContext(${JSON.stringify(script)}), () => process.exit())`;
    const { stdout } = spawnSync(process.execPath, ['--unhandled-rejections=none', '-e', run], {
      encoding: 'utf8',
    });
    return JSON.parse(stdout);
  };

  test('a plain context, by its names and constructors', () => {
    const reached = inPlainContext(DIRECT);
    expect(reached).toEqual(expect.arrayContaining(['WebAssembly', 'Function', 'eval', 'stack', 'captured']));
  });

  test('a plain context, at the end of the stack', () => {
    expect(inPlainContext(EDGE)).toContain('stack');
  });
});
