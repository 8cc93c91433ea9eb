import { modules } from './modules/index.ts';
import type { Task } from './task.ts';

/** What is measured and reported by name. */
interface Timing {
  readonly name: 'prepare' | 'evaluate';
  readonly nanoseconds: number;
}

/** Nanoseconds since any fixed time. */
export type Clock = () => number;

/**
 * The response to one line of the protocol, as one line without its end. `start`, `analysis` and messages of unknown kinds
 * are acknowledged; what cannot be defined or evaluated is answered with `success: false` and why.
 *
 * @throws SyntaxError for a line that is no message with an id: there is nothing to answer to
 */
export function respond(line: string, clock: Clock): string {
  const message = messageOf(line);
  const { id } = message;
  try {
    if (message.kind === 'start') return JSON.stringify({ id, tool: 'vibegrad' });
    if (message.kind === 'define') return JSON.stringify({ id, ...define(message) });
    if (message.kind === 'evaluate') return sent({ id, ...evaluate(message, clock) });
    return JSON.stringify({ id });
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return JSON.stringify({ id, success: false, error: why });
  }
}

type Message = Readonly<Record<string, unknown>> & { readonly id: number };

function messageOf(line: string): Message {
  let message: unknown;
  try {
    message = JSON.parse(line);
  } catch (error) {
    throw new SyntaxError(`a line is no JSON: ${(error as Error).message}`);
  }
  const { id } = (message ?? {}) as { id?: unknown };
  if (Number.isSafeInteger(id)) return message as Message;
  throw new SyntaxError('a line is no message: it has no whole number as `id`');
}

function define({ module: name }: Message): object {
  moduleOf(name);
  return { success: true };
}

function moduleOf(name: unknown) {
  const module = modules.get(name as string);
  if (module !== undefined) return module;
  throw new Error(`no module ${JSON.stringify(name)}; there are ${[...modules.keys()].join(', ')}`);
}

function evaluate({ module: name, function: wanted, input }: Message, clock: Clock): object {
  const module = moduleOf(name);
  if (typeof wanted !== 'string' || !Object.hasOwn(module, wanted)) {
    const known = Object.keys(module).join(', ');
    throw new Error(`no function ${JSON.stringify(wanted)} in ${name}; there are ${known}`);
  }
  const { least, seconds } = runsOf(input);
  const start = clock();
  const task = module[wanted]!(input);
  // Compiled for inputs of these shapes, which is part of preparing and not of evaluating.
  task.compute();
  const timings: Timing[] = [{ name: 'prepare', nanoseconds: clock() - start }];
  const output = repeated(task, least, seconds, clock, timings);
  return { success: true, output, timings };
}

/** How often an evaluation is to be run: at least so many times, and at least so many seconds in all. */
function runsOf(input: unknown): { readonly least: number; readonly seconds: number } {
  const { min_runs: least = 1, min_seconds: seconds = 0 } = (
    typeof input === 'object' && input !== null ? input : {}
  ) as Readonly<Record<string, unknown>>;
  if (!Number.isSafeInteger(least) || (least as number) < 1) {
    throw new TypeError(`\`min_runs\` wants a whole number ≥ 1, got ${JSON.stringify(least)}`);
  }
  if (typeof seconds !== 'number' || !(seconds >= 0)) {
    throw new TypeError(`\`min_seconds\` wants a number ≥ 0, got ${JSON.stringify(seconds)}`);
  }
  return { least: least as number, seconds };
}

function repeated(task: Task, least: number, seconds: number, clock: Clock, timings: Timing[]): unknown {
  let result: unknown;
  let elapsed = 0;
  for (let runs = 0; runs < least || elapsed < seconds * 1e9; runs++) {
    const start = clock();
    result = task.compute();
    const nanoseconds = clock() - start;
    timings.push({ name: 'evaluate', nanoseconds });
    elapsed += nanoseconds;
  }
  return task.output(result);
}

/** A response as JSON. It writes NaN and infinities as null, which an evaluation must not pass off as a result. */
function sent(response: object): string {
  const text = JSON.stringify(response);
  if (text.includes('null')) throw new RangeError('the result has numbers that are not finite');
  return text;
}
