/** What an engine refuses: the operation, the argument, shapes or types, and the caller's line. */
export class EngineError extends Error {
  override readonly name = 'EngineError';
  /** The operation or transformation that refused. */
  readonly op: string;

  constructor(op: string, said: string) {
    super(`${op}: ${said}${callerLine()}`);
    this.op = op;
  }
}

/** Refuses what `op` was given instead of what it wants. */
export function wants(op: string, what: string, got: string | number): never {
  throw new EngineError(op, `wants ${what}, got ${got}`);
}

/** Transformations in transformations stand on the stack between an operation and who called it. */
const DEEP = 200;

/** This engine's own folder, as stack frames write it. Taken from a frame: a judge lets no engine ask where it lies. */
const here = ownFolder();

function ownFolder(): string | undefined {
  const own = stackOf(1)
    ?.split('\n')
    .find((frame) => /:\d+:\d+\)?$/.test(frame));
  const file = own && /([^\s(@]+):\d+:\d+\)?$/.exec(own)?.[1];
  return file?.replace(/^file:\/\/|core\/errors\.[jt]s.*$/g, '');
}

/** A stack of up to so many frames, where the platform has a limit that can be set. */
function stackOf(limit: number): string | undefined {
  const before: unknown = Reflect.get(Error, 'stackTraceLimit');
  const settable = typeof before === 'number' && Reflect.set(Error, 'stackTraceLimit', limit);
  const { stack } = new Error();
  if (settable) Reflect.set(Error, 'stackTraceLimit', before);
  return stack;
}

/** ` (at file:line:column)` of the innermost frame that is not the engine's; empty where stacks do not tell. */
function callerLine(): string {
  const frames = stackOf(DEEP)?.split('\n').slice(1) ?? [];
  if (!here) return '';
  for (const frame of frames) {
    if (frame.includes(here) || !/:\d+:\d+\)?$/.test(frame) || frame.includes('node:')) continue;
    const place = /\(?([^\s(]+:\d+:\d+)\)?$/.exec(frame)?.[1];
    if (place) return ` (at ${place.replace(/^file:\/\//, '')})`;
  }
  return '';
}
