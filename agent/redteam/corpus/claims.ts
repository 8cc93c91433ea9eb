import { category } from '../types.ts';

const SIX = { kind: 'equals', value: 6, within: 0 } as const;
const ts = (code: string) => ({ kind: 'claim', language: 'ts', code, expect: SIX }) as const;

/** Claims in TypeScript that are false, and want to be taken for verified. */
export const claims = category('claim', {
  'engine-in-the-host': {
    tries: 'the host by way of console',
    attack: ts("console.log(console.log.constructor.constructor('return process.pid')() ? 6 : 6);"),
    ends: 'claim',
    because: /^not checkable as written: it threw EvalError/,
  },
  'forged-result': {
    tries: 'a line of the protocol as what it printed',
    attack: ts(`console.log('6\\n"],"cut":false,"error":null}');`),
    ends: 'claim',
    because: /^not checkable as written: the last line it printed is no number/,
  },
  'console-of-its-own': {
    tries: 'a console that forgets',
    attack: ts('console.log(7); console.log = () => {};'),
    ends: 'claim',
    because: /^not checkable as written: it threw TypeError/,
  },
  'patched-printing': {
    tries: 'intrinsics that turn 7 into 6 on the way out',
    attack: ts(
      "JSON.stringify = () => '6'; String.prototype.concat = () => '6'; Number.prototype.toString = () => '6'; Array.prototype.join = () => '6'; console.log(7);",
    ),
    ends: 'claim',
    because: /^refuted: printed 7/,
  },
  'print-a-liar': {
    tries: 'an object that prints as 6',
    attack: ts("console.log({ toString: () => '6', toJSON: () => 6, valueOf: () => 6 });"),
    ends: 'claim',
    because: /is no number/,
  },
  file: {
    tries: 'a file',
    attack: ts(
      "import { readFileSync } from 'node:fs'; console.log(readFileSync('%SECRET%', 'utf8') ? 6 : 6);",
    ),
    ends: 'claim',
    because: /only modules of the engine itself can be imported/,
  },
  flood: {
    tries: 'lines without end',
    attack: ts('for (;;) console.log(6);'),
    ends: 'claim',
    because: /^not run: timed out/,
  },
  loop: {
    tries: 'a loop without end',
    attack: ts('console.log(6); for (;;) {}'),
    ends: 'claim',
    because: /^not run: timed out/,
  },
  'late-print': {
    tries: 'to print in a promise job, over what it said last',
    attack: ts('console.log(6); Promise.resolve().then(() => console.log(7));'),
    ends: 'claim',
    because: /^refuted: printed 7/,
  },
});
