import { createHash } from 'node:crypto';
import { UserError } from '../base/errors.ts';
import { aborted } from './failures.ts';
import { extractJson } from './structured.ts';
import type { Model, Task } from './types.ts';

type Asked = Extract<Task, { kind: 'predict' }>['asked'];

/** Chances that are known: what an experiment on this model has to find again. */
export interface Rates {
  /** That a first answer is right. */
  readonly right: number;
  /** By way of asking again: that a wrong answer is made right, and that a right one is made wrong. */
  readonly again: { readonly [asked in Exclude<Asked, 'first'>]: readonly [mended: number, broken: number] };
  readonly seed: number;
}

const example = 'simulated:0.4,0.1/0.2,0.5/0.05,0.9/0.02';

/** Reads `RIGHT,ALONE,VERDICT,EVIDENCE[,SEED]`. @throws UserError for what is not of that form */
export function parseRates(text: string): Rates {
  const chance = String.raw`(0(?:\.\d+)?|1(?:\.0+)?)`;
  const pair = `${chance}/${chance}`;
  const found = new RegExp(`^${chance},${pair},${pair},${pair}(?:,(\\d{1,9}))?$`).exec(text);
  if (found === null) {
    throw new UserError(
      'usage',
      `simulated:${text} names no rates`,
      `Write them like ${example}: the chance of a right first answer, then for each way of asking again the chance that a wrong answer is mended and that a right one is broken; last, if you like, a seed.`,
    );
  }
  const [right = 0, a = 0, b = 0, c = 0, d = 0, e = 0, f = 0] = found.slice(1, 8).map(Number);
  return {
    right,
    again: { alone: [a, b], verdict: [c, d], evidence: [e, f] },
    seed: Number(found[8] ?? 0),
  };
}

/**
 * A device that answers questions of the correction experiment rightly and wrongly with known chances; no language model.
 * `truth` is what a program prints. What it says depends on seed, program and way of asking alone.
 */
export function createSimulated(id: string, rates: Rates, truth: (code: string) => Promise<number>): Model {
  return {
    id,
    kind: 'simulation, not a language model',
    async complete({ task, messages }, { signal, onText }) {
      if (signal.aborted) throw aborted(signal);
      const text =
        task?.kind === 'predict'
          ? await answer(rates, task, messages[1]?.content ?? '', truth)
          : 'I am a simulation of known rates, not a language model: I answer questions of `vibegrad control correction` only.';
      onText?.(text);
      return {
        ...{ text, toolCalls: [], stop: 'end', usage: { input: 0, cachedInput: 0, output: 0 } },
        ...{ model: 'simulation', requestId: null, cost: 0, seconds: 0, attempts: 1 },
      };
    },
  };
}

async function answer(
  { right, again, seed }: Rates,
  { code, asked }: Extract<Task, { kind: 'predict' }>,
  earlier: string,
  truth: (code: string) => Promise<number>,
): Promise<string> {
  const value = await truth(code);
  const chance = uniform(`${seed}\n${asked}\n${code}`);
  const said = asked === 'first' ? null : extractJson(earlier);
  const wasRight = said?.ok === true && (said.value as { value?: number } | null)?.value === value;
  const isRight =
    asked === 'first' ? chance < right : wasRight ? chance >= again[asked][1] : chance < again[asked][0];
  return JSON.stringify({ value: isRight ? value : value + 1 });
}

/** Between 0 and 1, from 52 bits of the text's digest. */
function uniform(text: string): number {
  const bits = createHash('sha256').update(text).digest().readBigUInt64BE() >> 12n;
  return Number(bits) / 2 ** 52;
}
