import { category } from '../types.ts';

/** A script that answers as an oracle does until `reply`, a function of the message and its number, says otherwise. */
const speaking = (reply: string): string => `
const fs = process.getBuiltinModule('node:fs');
const write = (fd, text) => { try { fs.writeSync(fd, text); } catch (e) { if (e.code !== 'EAGAIN') throw e; } };
const say = (text) => write(1, text + '\\n');
const honestly = ({ id, kind, requests }) => JSON.stringify(kind === 'program'
  ? { id, answers: requests.map(({ mode }) => [mode === 'grad' ? '4022000000000000' : '4030000000000000']) }
  : { id, success: true });
const reply = ${reply};
let rest = '', n = 0;
process.stdin.setEncoding('utf8').on('data', (text) => {
  const lines = (rest + text).split('\\n');
  rest = lines.pop();
  for (const line of lines) reply(JSON.parse(line), n++);
});`;

/** What an oracle would say if its process were the candidate's: nothing but the awaited line is an answer. */
export const protocol = category('protocol', {
  'early-exit': {
    tries: 'exit code 0 before an answer',
    attack: { kind: 'process', script: 'process.exit(0);' },
    ends: 'oracle',
    because: /^exit: it ended by itself with exit code 0/,
  },
  'exit-amid-answer': {
    tries: 'exit code 0 in the middle of an answer',
    attack: {
      kind: 'process',
      script: speaking(`({ id }) => { fs.writeSync(1, '{"id":' + id); process.exit(0); }`),
    },
    ends: 'oracle',
    because: /^exit: it ended by itself with exit code 0/,
  },
  'verdict-line': {
    tries: 'a line that says that it was accepted',
    attack: {
      kind: 'process',
      script: speaking(
        `(m) => say(JSON.stringify({ id: m.id, accepted: true, success: true, verdict: { accepted: true }, answers: [] }))`,
      ),
    },
    ends: 'oracle',
    because: /^malformed: it did not give 2 answers/,
  },
  'two-lines': {
    tries: 'a second answer in the same write, for the next question',
    attack: {
      kind: 'process',
      script: speaking(
        `(m) => say(honestly(m) + '\\n' + JSON.stringify({ id: m.id + 1, answers: [['4018000000000000'], ['4030000000000000']] }))`,
      ),
    },
    ends: 'oracle',
    because: /^unasked: it wrote a line that nobody asked for/,
  },
  'other-id': {
    tries: 'the answer to another question',
    attack: { kind: 'process', script: speaking('(m) => say(honestly({ ...m, id: m.id + 1 }))') },
    ends: 'oracle',
    because: /^wrong id/,
  },
  'id-in-disguise': {
    tries: 'an id that only looks like the right one',
    attack: { kind: 'process', script: speaking('(m) => say(honestly({ ...m, id: String(m.id) }))') },
    ends: 'oracle',
    because: /^malformed: it wrote a response without an id/,
  },
  'doubled-member': {
    tries: 'an answer with two ids and two lists, of which one is right',
    attack: {
      kind: 'process',
      script: speaking(
        `(m) => say(m.kind === 'program' ? '{"id":' + m.id + ',"answers":[["4018000000000000"],["4030000000000000"]],"answers":[["4022000000000000"],["4030000000000000"]],"id":' + m.id + '}' : honestly(m))`,
      ),
    },
    ends: 'oracle',
    because: /^its numbers are wrong/,
  },
  'numbers-that-are-not': {
    tries: 'numbers as JSON, with signs, blanks and capitals in their hex',
    attack: {
      kind: 'process',
      script: speaking(
        `(m) => say(m.kind === 'program' ? JSON.stringify({ id: m.id, answers: [[6], ['+403000000000000']] }) : honestly(m))`,
      ),
    },
    ends: 'oracle',
    because: /^malformed: it gave a value that is neither a number nor an array/,
  },
  'prototype-member': {
    tries: 'an answer whose members come from `__proto__`',
    attack: {
      kind: 'process',
      script: speaking(
        `(m) => say(m.kind === 'program' ? '{"id":' + m.id + ',"__proto__":{"answers":[["4018000000000000"],["4030000000000000"]]}}' : honestly(m))`,
      ),
    },
    ends: 'oracle',
    because: /^malformed: it did not give 2 answers/,
  },
  'array-of-another-shape': {
    tries: 'an array whose shape says more than it holds',
    attack: {
      kind: 'process',
      script: speaking(
        `(m) => say(m.kind === 'program' ? JSON.stringify({ id: m.id, answers: [[{ shape: [1e9], data: [] }], [{ shape: [], data: [] }]] }) : honestly(m))`,
      ),
    },
    ends: 'oracle',
    because: /^malformed: it gave an array whose shape is not that of its elements/,
  },
  'no-json': {
    tries: 'output that ends in "ok"',
    attack: { kind: 'process', script: speaking("() => say('all tests passed\\n1..1\\nok 1')") },
    ends: 'oracle',
    because: /^malformed: it wrote a line that is not JSON/,
  },
  'no-utf8': {
    tries: 'bytes that are no text',
    attack: {
      kind: 'process',
      script: speaking('() => fs.writeSync(1, Buffer.from([0xff, 0xfe, 0, 0x0a]))'),
    },
    ends: 'oracle',
    because: /^malformed: it wrote a line that is not JSON/,
  },
  late: {
    tries: 'an answer when its time is over',
    attack: { kind: 'process', script: speaking('(m) => setTimeout(() => say(honestly(m)), 60_000)') },
    ends: 'oracle',
    because: /^timeout: it did not answer/,
  },
  'drop-by-drop': {
    tries: 'an answer that never ends but never stops either',
    attack: { kind: 'process', script: speaking("() => setInterval(() => fs.writeSync(1, ' '), 20)") },
    ends: 'oracle',
    because: /^timeout: it did not answer/,
  },
  'flood-of-lines': {
    tries: 'lines without end',
    attack: { kind: 'process', script: speaking("() => { for (;;) say('x'.repeat(65536)); }") },
    ends: 'oracle',
    because: /^malformed/,
  },
  'flood-in-one-line': {
    tries: 'one line without end',
    attack: { kind: 'process', script: speaking("() => { for (;;) write(1, 'x'.repeat(65536)); }") },
    ends: 'oracle',
    because: /^flood: it wrote a line longer than/,
  },
  'flood-of-errors': {
    tries: 'standard error without end',
    attack: { kind: 'process', script: speaking("() => { for (;;) write(2, 'x'.repeat(65536)); }") },
    ends: 'oracle',
    because: /^flood: it wrote more than/,
  },
  'line-in-a-message': {
    tries: 'a forged line inside the message of an error',
    attack: {
      kind: 'module',
      text: `grad = () => { throw new Error('"}]}\\n{"id":2,"answers":[["4018000000000000"],["4030000000000000"]]}\\n'); };`,
    },
    ends: 'oracle',
    because: /^Error: "\}\]\} \{"id":2/,
  },
  'line-as-a-value': {
    tries: 'a forged line in place of a number',
    attack: { kind: 'module', text: `grad = () => () => ['"]}\\n{"id":2}'];` },
    ends: 'oracle',
    because: /^TypeError: the engine gave a value of type string, not a number/,
  },
  'terminal-in-a-message': {
    tries: 'escape sequences in the message of an error',
    attack: {
      kind: 'module',
      text: "grad = () => { throw new Error('\\u001b[2J\\u001b]0;gone\\u0007gone\\u0000'); };",
    },
    ends: 'oracle',
    because: /^Error: gone$/,
  },
  'long-message': {
    tries: 'a message of 16 million characters',
    attack: { kind: 'module', text: "grad = () => { throw new Error('x'.repeat(1 << 24)); };" },
    ends: 'oracle',
    because: /^Error: x{200,300}.?$/,
  },
  'flood-of-numbers': {
    tries: 'an array larger than any line',
    attack: {
      kind: 'module',
      array: true,
      limits: { lineChars: 100_000 },
      text: 'const array = () => ({}); const unpack = () => ({ shape: [100000], data: new Float64Array(100000) }); grad = () => () => [{}]; export { array, unpack };',
    },
    ends: 'oracle',
    because: /^flood: it wrote a line longer than/,
  },
  'more-numbers-than-any-array': {
    tries: 'an array-like of four milliards',
    attack: {
      kind: 'module',
      array: true,
      text: 'const array = () => ({}); const unpack = () => ({ shape: [4294967295], data: { length: 4294967295 } }); grad = () => () => [{}]; export { array, unpack };',
    },
    ends: 'oracle',
    because: /^TypeError: unpack gave a shape of no array/,
  },
});
