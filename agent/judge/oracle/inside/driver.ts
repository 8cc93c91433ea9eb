import type { Program, ProgramRequest } from '../../../checks/program.ts';
import { printedText } from './console.ts';
import { disguiseTexts } from './disguise.ts';
import { describe, type List, list, parse, stringify, textOf } from './intrinsics.ts';
import { lockdown } from './lockdown.ts';
import { Prepared, type Question } from './programs.ts';

/** The host's only doors into this realm: text in, text out, and nothing here throws on purpose. */
export { evaluate } from './evaluate.ts';
export { adopt } from './programs.ts';
export { describe, printedText };

lockdown();
disguiseTexts();

/** Every program that came so far, in order: a question names one by its number. */
const programs: List<Program> = list();

/**
 * Answers one `program` line: every question is asked twice, the first time after a call at another point. An answer is
 * the list of its values where both were the same bits, no later call changed them, and the inputs are what they were;
 * else an object that says so.
 */
export function answer(line: string): string {
  const message = parse(line) as {
    id: number;
    programs: readonly Program[];
    requests: readonly (Question & { readonly program: number })[];
  };
  const { requests } = message;
  for (let i = 0; i < message.programs.length; i++) programs[programs.length] = message.programs[i]!;
  let text = `{"id":${textOf(message.id)},"answers":[`;
  for (let i = 0; i < requests.length; i++) {
    text += (i > 0 ? ',' : '') + answerOne(programs[requests[i]!.program]!, requests[i]!, i % 2 === 0);
  }
  return `${text}]}`;
}

/** `afresh`: the second time by a function that is transformed anew, else by the one that answered the first time. */
function answerOne(program: Program, question: Question, afresh: boolean): string {
  try {
    const prepared = new Prepared(program, question);
    const given = prepared.callAfterElsewhere();
    const first = prepared.read(given);
    const second = prepared.read(afresh ? prepared.call() : prepared.callAgain());
    const repeatable = first === second && (prepared.plain || prepared.keeps(given, first));
    const inputsKept = prepared.inputsKept();
    if (repeatable && inputsKept) return `[${first}]`;
    return `{"values":[${first}],"repeatable":${repeatable},"inputsKept":${inputsKept}}`;
  } catch (thrown) {
    return stringify(describe(thrown));
  }
}

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
    return '';
  } catch (thrown) {
    return describe(thrown);
  }
}
