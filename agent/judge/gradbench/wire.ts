import { fromHex64, toHex64 } from '../../base/float64.ts';
import type { Json } from '../../base/json.ts';
import type { GradbenchModule, Num, ProgramAnswer, ProgramRequest } from '../../checks/program.ts';
import { parseResponse } from '../oracle/protocol.ts';

/** What GradBench calls a module's value and its gradient. */
const FUNCTIONS: Readonly<Record<GradbenchModule, Readonly<Record<'value' | 'grad', string>>>> = {
  hello: { value: 'square', grad: 'double' },
  lse: { value: 'primal', grad: 'gradient' },
  llsq: { value: 'primal', grad: 'gradient' },
  det: { value: 'primal', grad: 'gradient' },
};

/** One call, without repetitions for timing. */
const ONCE = { min_runs: 1, min_seconds: 0 };

/** A request as an `evaluate` of GradBench: numbers are decimal, as its own evaluations write them. */
export function evaluation(request: ProgramRequest): { readonly function: string; readonly input: Json } {
  const { program, mode, at } = request;
  const module = program.gradbench!;
  const numbers = numbersOf(at[0]!);
  return { function: FUNCTIONS[module][mode as 'value' | 'grad'], input: inputOf(module, request, numbers) };
}

function inputOf(module: GradbenchModule, { program }: ProgramRequest, numbers: number[]): Json {
  switch (module) {
    case 'hello':
      return numbers[0]!;
    case 'lse':
      return { x: numbers, ...ONCE };
    case 'llsq':
      return { x: numbers, n: longest(program.nodes), ...ONCE };
    case 'det':
      return { A: numbers, ell: Math.sqrt(numbers.length), ...ONCE };
  }
}

/** How many places a program of least squares has: all of its long constants have one number for each. */
function longest(nodes: ProgramRequest['program']['nodes']): number {
  return Math.max(...nodes.map((node) => (node.kind === 'const' ? numbersOf(node.value).length : 0)));
}

const numbersOf = (num: Num): number[] => (typeof num === 'string' ? [num] : num.data).map(fromHex64);

/** A tool's output as the answer to a request: a number, or as many as there are inputs, however they are nested. */
export function answerOf(output: unknown, again: unknown, { mode, at }: ProgramRequest): ProgramAnswer {
  const numbers = flat(output);
  const wanted = mode === 'value' ? 1 : numbersOf(at[0]!).length;
  if (numbers === null || numbers.length !== wanted) {
    return {
      ok: false,
      error: `gave ${numbers === null ? 'something else than numbers' : `${numbers.length} numbers`}, not ${wanted}`,
    };
  }
  const hex = numbers.map(toHex64);
  const given = at[0]!;
  const value: Num =
    mode === 'value' || typeof given === 'string' ? hex[0]! : { shape: given.shape, data: hex };
  return {
    ok: true,
    values: [value],
    repeatable: JSON.stringify(output) === JSON.stringify(again),
    inputsKept: true,
  };
}

/** What Python's and GradBench's own reader take for numbers, and JSON does not know. */
const UNLISTED = /("(?:[^"\\]|\\.)*")|-?\bInfinity\b|\bNaN\b/g;
const WORDS: ReadonlySet<unknown> = new Set(['NaN', 'Infinity', '-Infinity']);

/** A response in which NaN and infinities may stand as Python writes them: they come as texts. @throws Malformed */
export function parsePythonic(line: string): ReturnType<typeof parseResponse> {
  return parseResponse(line.replace(UNLISTED, (found, text) => (text === undefined ? `"${found}"` : found)));
}

function flat(output: unknown): number[] | null {
  if (typeof output === 'number' || WORDS.has(output)) return [Number(output)];
  if (!Array.isArray(output)) return null;
  const parts = output.map(flat);
  return parts.every((part) => part !== null) ? parts.flat() : null;
}
