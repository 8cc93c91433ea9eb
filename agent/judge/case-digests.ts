import { sha256 } from '../base/json.ts';
import type { ProgramAnswer } from '../checks/program.ts';
import type { Case, Expected } from '../checks/types.ts';
import { programText, questionText } from './oracle/index.ts';

const asked = new WeakMap<readonly Case[], string>();

/** SHA-256 of a list of cases, without their labels. The visible pool's lists live on, so theirs are remembered. */
export function casesDigest(cases: readonly Case[]): string {
  let known = asked.get(cases);
  if (known === undefined) {
    let text = '';
    for (const { request, expected, shapes } of cases) {
      const wanted = JSON.stringify([expected.map(packExpected), shapes ?? null]);
      text += `${programText(request.program)} ${questionText(request)} ${wanted}\n`;
    }
    known = sha256(text);
    asked.set(cases, known);
  }
  return known;
}

/** SHA-256 of a list of answers. */
export function answersDigest(answers: readonly ProgramAnswer[]): string {
  return sha256(answers.map(answerText).join('\n'));
}

/** What a candidate says when it fails may differ from run to run; that it failed may not. */
function answerText(answer: ProgramAnswer): string {
  if (!answer.ok) return 'error';
  return `${JSON.stringify(answer.values)} ${answer.repeatable} ${answer.inputsKept}`;
}

/** An expectation as receipts write it. */
export type PackedExpected =
  | ['near', string, string]
  | ['within', string, string]
  | ['same', string]
  | ['nan' | 'any'];

export function packExpected(expected: Expected): PackedExpected {
  switch (expected.kind) {
    case 'near':
      return ['near', expected.value, expected.scale];
    case 'within':
      return ['within', expected.low, expected.high];
    case 'same':
      return ['same', expected.value];
    case 'nan':
    case 'any':
      return [expected.kind];
  }
}
