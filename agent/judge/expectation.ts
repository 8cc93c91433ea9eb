import { curvesMet, divergesMet, growsLikeMet, pairsOf, shapeMet } from './series.ts';
import type { Badge, Expectation } from './types.ts';

/** Holds what a claim printed against its expectation, `throws` aside. */
export function expectationMet(
  expect: Exclude<Expectation, { kind: 'throws' }>,
  printed: readonly string[],
): { badge: Badge; why: string } {
  const last = printed.at(-1);
  if (last === undefined) return { badge: 'not checkable as written', why: 'it printed nothing' };
  if (expect.kind === 'prints') {
    const wanted = expect.text.trim().split('\n');
    const got = printed.slice(-wanted.length);
    return verdict(
      squeeze(got.join('\n')) === squeeze(wanted.join('\n')),
      got.join(' ⏎ '),
      `not ${expect.text.trim()}`,
    );
  }
  if (expect.kind === 'grows-like' || expect.kind === 'shape') {
    const pairs = pairsOf(last);
    if (!pairs.ok) return { badge: 'not checkable as written', why: `${pairs.why}: ${last}` };
    const { met, not } =
      expect.kind === 'shape' ? shapeMet(expect, pairs.pairs) : growsLikeMet(expect, pairs.pairs);
    return verdict(met, last, not);
  }
  if (expect.kind === 'curves') {
    const met = curvesMet(expect, last);
    if (!met.ok) return { badge: 'not checkable as written', why: met.why };
    return met.met ? { badge: 'verified', why: '' } : { badge: 'refuted', why: `of the curves ${met.not}` };
  }
  const numbers = numbersOf(last);
  if (numbers === null) {
    return { badge: 'not checkable as written', why: `the last line it printed is no number: ${last}` };
  }
  if (expect.kind === 'equals') {
    const wanted = typeof expect.value === 'number' ? [expect.value] : expect.value;
    const near = wanted.every(
      (value, i) => Math.abs(numbers[i]! - value) <= expect.within || numbers[i] === value,
    );
    const within = expect.within > 0 ? ` within ${expect.within}` : '';
    return verdict(
      near && numbers.length === wanted.length,
      last,
      `not ${JSON.stringify(expect.value)}${within}`,
    );
  }
  if (expect.kind === 'diverges') {
    if (numbers.length < 2)
      return { badge: 'not checkable as written', why: `the last line it printed is no list: ${last}` };
    return verdict(divergesMet(expect, numbers), last, `which does not grow ${expect.factor} times`);
  }
  if (expect.kind === 'ratio') {
    const [a, b] = numbers;
    if (numbers.length !== 2 || a === undefined || b === undefined || b === 0) {
      const why = `the last line it printed is not two numbers, the second other than 0: ${last}`;
      return { badge: 'not checkable as written', why };
    }
    const met = Math.abs(a / b - expect.value) <= expect.within;
    return verdict(met, last, `a ratio of ${a / b}, not ${expect.value} within ${expect.within}`);
  }
  const [number] = numbers;
  if (number === undefined || numbers.length > 1) {
    return { badge: 'not checkable as written', why: `the last line it printed is not one number: ${last}` };
  }
  return expect.kind === 'less-than'
    ? verdict(number < expect.value, last, `which is not less than ${expect.value}`)
    : verdict(number > expect.value, last, `which is not greater than ${expect.value}`);
}

function verdict(met: boolean, got: string, not: string): { badge: Badge; why: string } {
  return met ? { badge: 'verified', why: '' } : { badge: 'refuted', why: `printed ${got}, ${not}` };
}

/** White space is no part of what is claimed. */
function squeeze(text: string): string {
  return text.replace(/\s+/gu, '');
}

const NUMBER = /^[+-]?(?:Infinity|inf|NaN|nan|(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)$/;

/**
 * The numbers of a printed line: one number, or a flat list in brackets, in the spelling of JavaScript, JSON or Python
 * (`tensor([…])` and the like have none).
 */
export function numbersOf(line: string): number[] | null {
  const text = line.trim();
  const list = /^\[(.*)\]$/s.exec(text);
  const items = list === null ? [text] : list[1]!.trim() === '' ? [] : list[1]!.trim().split(/\s*,\s*|\s+/u);
  const numbers = items.map((item) =>
    NUMBER.test(item) ? Number(item.replace(/inf$/, 'Infinity').replace(/nan$/, 'NaN')) : null,
  );
  return numbers.some((number) => number === null) ? null : (numbers as number[]);
}
