import type { Program, ProgramRequest } from '../../../checks/program.ts';
import { printedText } from './console.ts';
import { textWasRead, watchTexts } from './disguise.ts';
import { describe, type List, list, parse, random, stringify, textOf } from './intrinsics.ts';
import { lockdown } from './lockdown.ts';
import { Prepared, type Question } from './programs.ts';

/** The host's only doors into this realm: text in, text out, and nothing here throws on purpose. */
export { evaluate } from './evaluate.ts';
export { adopt } from './programs.ts';
export { describe, printedText };

lockdown();
watchTexts();

/** Every program that came so far, in order: a question names one by its number. */
const programs: List<Program> = list();

/**
 * Answers one `program` line: every question is asked twice, by functions of its own, one of them called at other
 * points before. An answer is the list of its values where both were the same bits and the inputs are what they
 * were, else an object that says so.
 */
export function answer(line: string): string {
  const message = parse(line) as {
    id: number;
    programs: readonly Program[];
    requests: readonly (Question & { readonly program: number })[];
  };
  const { requests } = message;
  for (let i = 0; i < message.programs.length; i++) programs[programs.length] = message.programs[i]!;
  const answers = list<string>();
  let kept: Kept | undefined;
  for (let i = 0; i < requests.length; i++) {
    const now = answerOne(programs[requests[i]!.program]!, requests[i]!);
    answers[i] = now.text;
    // By now there was a call at another point: what an earlier one gave may not have changed with it.
    if (kept !== undefined && changed(kept)) answers[i - 1] = answerText(kept.values, false, true);
    kept = now.kept;
  }
  let text = `{"id":${textOf(message.id)},"answers":[`;
  for (let i = 0; i < answers.length; i++) text += (i > 0 ? ',' : '') + answers[i]!;
  return `${text}]}`;
}

/**
 * How many calls that nobody looks at come before one of the two answers. Were it always the same, an engine could lie in
 * those calls alone: in each third one, or in the first of each function. Mostly one, now and then many.
 */
function callsBefore(): number {
  const at = random();
  if (at < 15 / 16) return 1;
  return at < 127 / 128 ? 3 : 24;
}

/** A result that is looked at again after the next question. */
interface Kept {
  readonly prepared: Prepared;
  readonly result: unknown;
  readonly values: string;
}

function changed({ prepared, result, values }: Kept): boolean {
  try {
    return prepared.read(result) !== values;
  } catch {
    return true;
  }
}

function answerOne(program: Program, question: Question): { readonly text: string; readonly kept?: Kept } {
  try {
    const prepared = new Prepared(program, question);
    const firstIsLate = random() < 1 / 2;
    const result = prepared.callAfter(firstIsLate ? callsBefore() : 0);
    const values = prepared.read(result);
    prepared.renew();
    const repeatable = values === prepared.read(prepared.callAfter(firstIsLate ? 0 : callsBefore()));
    if (textWasRead()) return { text: stringify(TEXT_READ) };
    const text = answerText(values, repeatable, prepared.inputsKept());
    return random() < 1 / 4 ? { text, kept: { prepared, result, values } } : { text };
  } catch (thrown) {
    return { text: stringify(describe(thrown)) };
  }
}

function answerText(values: string, repeatable: boolean, inputsKept: boolean): string {
  if (repeatable && inputsKept) return `[${values}]`;
  return `{"values":[${values}],"repeatable":${repeatable},"inputsKept":${inputsKept}}`;
}

const TEXT_READ =
  'the engine read the text of a function that it was given, which no derivative follows from';

let timed: Prepared | undefined;
let again: ProgramRequest | undefined;
let samples: readonly number[] | undefined;

/** Makes a request ready to be timed and asks it once; the text of an error, or nothing. */
export function prepareTimed(line: string): string {
  try {
    const message = parse(line) as { request: ProgramRequest; samples: readonly number[] };
    again = message.request;
    samples = message.samples;
    timed = new Prepared(again.program, again);
    timed.read(timed.call());
    return '';
  } catch (thrown) {
    return describe(thrown);
  }
}

/**
 * Asks the prepared request `calls` times, each at a point of its own, and looks at every number: a gradient that would be
 * computed when somebody reads it is computed here. What the sampled calls gave is compared with what the same call gives
 * by itself, or an engine could answer anything from its third call on; that costs the same however many
 * calls there are. The text of an error, or nothing.
 */
export function repeatTimed(calls: number): string {
  try {
    const given = list<string>();
    let next = 0;
    for (let k = 0; k < calls; k++) {
      timed!.nudge(k);
      const result = timed!.call();
      timed!.touch(result);
      if (next < samples!.length && samples![next] === k) given[next++] = timed!.read(result);
    }
    for (let i = 0; i < next; i++) {
      const alone = new Prepared(again!.program, again!);
      alone.nudge(samples![i]!);
      if (alone.read(alone.call()) !== given[i]) return 'a timed call gave another answer than one by itself';
    }
    return textWasRead() ? TEXT_READ : '';
  } catch (thrown) {
    return describe(thrown);
  }
}
