/** Numbers are taken for the same when they agree to three digits: nobody predicts seventeen. */
const DIGITS = 1e-3;

/** Whether what a person said would be printed is what was: the same words, or the same numbers to three digits. */
export function heldAgainst(said: string, printed: string): boolean {
  const [a, b] = [numbersIn(said), numbersIn(printed)];
  if (a.length === 0 || b.length === 0) return squeeze(said) === squeeze(printed);
  return (
    a.length === b.length &&
    a.every((number, i) => Object.is(number, b[i]) || Math.abs(number - b[i]!) <= DIGITS * Math.abs(b[i]!))
  );
}

const squeeze = (text: string): string => text.toLowerCase().replace(/[\s"']+/g, '');

function numbersIn(text: string): number[] {
  const found = text.match(/[-+−]?(?:Infinity|NaN|\d+\.?\d*(?:e[-+]?\d+)?|\.\d+(?:e[-+]?\d+)?)/gi) ?? [];
  return found.map((number) => Number(number.replace('−', '-').replace(/infinity/i, 'Infinity')));
}
