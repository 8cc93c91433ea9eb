import { oneLine } from '../../base/text.ts';
import type { GradbenchModule, Num, ProgramAnswer, ProgramRequest } from '../../checks/program.ts';

/**
 * The protocol: JSON lines, GradBench's `start`, `define`, `evaluate` and `analysis`, and beside them `program`,
 * `time`, `engine` and `claim`. Each message has an `id` and a `kind`; each response repeats the id. A `define` carries the
 * module's sources, because an oracle reads no file.
 */
export type Message =
  | {
      readonly kind: 'start';
      readonly eval: 'vibegrad';
      readonly config: { readonly driver: readonly ModuleText[]; readonly extension: string };
    }
  | { readonly kind: 'define'; readonly module: string; readonly sources: readonly ModuleText[] }
  /** GradBench's own, to a tool that brings its modules with it. */
  | { readonly kind: 'start'; readonly eval: GradbenchModule }
  | { readonly kind: 'define'; readonly module: GradbenchModule }
  | { readonly kind: 'evaluate'; readonly module: string; readonly function: string; readonly input: unknown }
  /** JSON texts: programs that were not sent before, and questions, which name a program by its number among all sent. */
  | { readonly kind: 'program'; readonly programs: readonly string[]; readonly requests: readonly string[] }
  | {
      readonly kind: 'time';
      readonly request: ProgramRequest;
      readonly calls: number;
      /** Which of the calls are looked at, in order. */
      readonly samples: readonly number[];
    }
  /** An engine that a claim is run on; of all but the first, the modules that are others than the first one's. */
  | { readonly kind: 'engine'; readonly module: string; readonly sources: readonly ModuleText[] }
  /** The claim, on one of the engines by its number; once on each. */
  | { readonly kind: 'claim'; readonly engine: number; readonly code: string };

/** A message as its line, without the newline. */
export function lineOf(id: number, message: Message): string {
  if (message.kind !== 'program') return JSON.stringify({ id, ...message });
  const { programs, requests } = message;
  return `{"id":${id},"kind":"program","programs":[${programs.join()}],"requests":[${requests.join()}]}`;
}

/** A module as JavaScript text, by its path in the engine's tree. */
export interface ModuleText {
  readonly path: string;
  readonly text: string;
  /** The paths of what it imports, by specifier; of others the specifier itself is the relative path. */
  readonly imports?: { readonly [specifier: string]: string };
}

/** A response that is not what was asked for. */
export class Malformed extends Error {
  override readonly name = 'Malformed';
}

type Fields = { readonly [name: string]: unknown };

/** The fields of a response line. @throws Malformed */
export function parseResponse(line: string): Fields & { readonly id: number } {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    throw new Malformed('it wrote a line that is not JSON');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new Malformed('it wrote a line that is no response');
  }
  const fields = value as Fields;
  if (!Number.isSafeInteger(fields.id)) throw new Malformed('it wrote a response without an id');
  return fields as Fields & { readonly id: number };
}

/** An error text of a candidate's: one line, cut, safe to show. */
export function errorOf(fields: Fields): string {
  const { error } = fields;
  return typeof error === 'string' && error !== '' ? oneLine(error, 300) : 'it failed without saying why';
}

/** One answer for each request, rebuilt field by field. @throws Malformed */
export function readAnswers(fields: Fields, requests: readonly ProgramRequest[]): ProgramAnswer[] {
  const { answers } = fields;
  if (!Array.isArray(answers) || answers.length !== requests.length) {
    throw new Malformed(`it did not give ${requests.length} answers`);
  }
  return requests.map((request, i) => readAnswer(answers[i], request));
}

function readAnswer(answer: unknown, request: ProgramRequest): ProgramAnswer {
  if (typeof answer === 'string') return { ok: false, error: errorOf({ error: answer }) };
  if (Array.isArray(answer)) {
    return { ok: true, values: readValues(answer, request), repeatable: true, inputsKept: true };
  }
  if (typeof answer !== 'object' || answer === null) throw new Malformed('it gave an answer that is none');
  const { values, repeatable, inputsKept } = answer as Fields;
  if (typeof repeatable !== 'boolean' || typeof inputsKept !== 'boolean' || !Array.isArray(values)) {
    throw new Malformed('it gave an answer that is none');
  }
  return { ok: true, values: readValues(values, request), repeatable, inputsKept };
}

function readValues(values: readonly unknown[], request: ProgramRequest): readonly Num[] {
  if (values.length !== expectedValues(request)) {
    throw new Malformed(`it did not give ${expectedValues(request)} values`);
  }
  return values.map(readNum);
}

/** How many values the answer to a request has: see ProgramAnswer. */
function expectedValues({ mode, program }: ProgramRequest): number {
  switch (mode) {
    case 'value':
      return program.outputs.length;
    case 'grad':
    case 'hvp':
      return program.inputs;
    case 'jvp':
      return 2;
    case 'hessian':
      return program.inputs * program.inputs;
    case 'jacobian':
      return program.outputs.length * program.inputs;
  }
}

const HEX = /^[0-9a-f]{16}$/;

function readNum(value: unknown): Num {
  if (typeof value === 'string' && HEX.test(value)) return value;
  const { shape, data } = (value ?? {}) as { shape?: unknown; data?: unknown };
  const isDim = (dim: unknown): dim is number => Number.isSafeInteger(dim) && (dim as number) >= 0;
  const isHex = (text: unknown): text is string => typeof text === 'string' && HEX.test(text);
  if (!Array.isArray(shape) || !shape.every(isDim) || !Array.isArray(data) || !data.every(isHex)) {
    throw new Malformed('it gave a value that is neither a number nor an array');
  }
  if (shape.reduce((size, dim) => size * dim, 1) !== data.length) {
    throw new Malformed('it gave an array whose shape is not that of its elements');
  }
  return { shape, data };
}
