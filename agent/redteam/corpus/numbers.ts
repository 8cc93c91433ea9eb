import { category } from '../types.ts';

export const numbers = category('numbers', {
  factor: {
    tries: 'a wrong factor',
    attack: { kind: 'engine', edits: [['ops.mul(-1, ops.mul(y, y))', 'ops.mul(-2, ops.mul(y, y))']] },
    ends: 'smoke',
    because: /^r1\/tanh/,
  },
  'a-file': {
    tries: 'to read a file',
    attack: { kind: 'host', attempt: "(await import('node:fs')).readFileSync('%SECRET%')" },
    ends: 'oracle',
    because: /ERR_ACCESS_DENIED|ENOENT/,
  },
  exit: {
    tries: 'an early exit',
    attack: { kind: 'process', script: 'process.exit(0)' },
    ends: 'oracle',
    because: /^exit/,
  },
  loop: {
    tries: 'a loop',
    attack: { kind: 'module', text: 'for (;;) {}' },
    ends: 'oracle',
    because: /^timeout/,
  },
});
