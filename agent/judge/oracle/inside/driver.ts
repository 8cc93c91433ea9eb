import type { ProgramRequest } from '../../../checks/program.ts';
import { printedText } from './console.ts';
import { disguiseTexts } from './disguise.ts';
import { describe, list, parse, stringify, textOf } from './intrinsics.ts';
import { lockdown } from './lockdown.ts';
import { type Prepared, prepare } from './programs.ts';

/** The host's only doors into this realm: text in, text out, and nothing here throws on purpose. */
export { evaluate } from './evaluate.ts';
export { adopt } from './programs.ts';
export { describe, printedText };

lockdown();
disguiseTexts();

/**
 * Answers one `program` line: every request is asked twice, the first time after a call at another point, and each answer
 * says whether both were the same bits.
 */
export function answer(line: string): string {
  const { id, requests } = parse(line) as { id: number; requests: readonly ProgramRequest[] };
  let text = `{"id":${textOf(id)},"answers":[`;
  for (let i = 0; i < requests.length; i++) text += (i > 0 ? ',' : '') + answerOne(requests[i]!);
  return `${text}]}`;
}

function answerOne(request: ProgramRequest): string {
  try {
    const prepared = prepare(request);
    const first = prepared.read(prepared.callAfterElsewhere());
    const second = prepared.read(prepared.call());
    return `{"ok":true,"values":[${first}],"repeatable":${first === second},"inputsKept":${prepared.inputsKept()}}`;
  } catch (thrown) {
    return `{"ok":false,"error":${stringify(describe(thrown))}}`;
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
    timed = prepare(again);
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
      const alone = prepare(again!);
      alone.nudge(samples![i]!);
      if (alone.read(alone.call()) !== given[i]) return 'a timed call gave another answer than one by itself';
    }
    return '';
  } catch (thrown) {
    return describe(thrown);
  }
}
