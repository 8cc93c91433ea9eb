import assert from 'node:assert/strict';
import test from 'node:test';
import { Tape } from '../src/tape.ts';

test('the derivative of sin(x²) at 2', () => {
  const tape = new Tape();
  const x = tape.variable(2);
  const y = tape.record('sin', tape.record('mul', x, x));
  assert.equal(tape.backward(y).of(x), 4 * Math.cos(4));
});

test('a variable of another tape is refused', () => {
  assert.throws(() => new Tape().record('neg', new Tape().variable(1)), /another tape/);
});
