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

/** Where frames of the stack are, as `file:line:column`, the innermost first; none where stacks do not tell. */
function placesOnStack(limit: number): string[] {
  const before: unknown = Reflect.get(Error, 'stackTraceLimit');
  const settable = typeof before === 'number' && Reflect.set(Error, 'stackTraceLimit', limit);
  const { stack = '' } = new Error();
  if (settable) Reflect.set(Error, 'stackTraceLimit', before);
  return stack.split('\n').flatMap((frame) => {
    const place = /[^\s(]+:\d+:\d+(?=\)?$)/.exec(frame)?.[0];
    return place?.replace(/^([^/]*@)?(file:\/\/)?/, '') ?? [];
  });
}

/** This engine's own folder, as stack frames write it. Taken from a frame: a judge lets no engine ask where it lies. */
const here = placesOnStack(1)[0]?.replace(/(core\/errors\.[jt]s.*)?:\d+:\d+$/, '');

/** ` (at file:line:column)` of the innermost frame that is not the engine's; empty where stacks do not tell. */
function callerLine(): string {
  if (!here) return '';
  const place = placesOnStack(DEEP).find((each) => !each.includes(here) && !each.startsWith('node:'));
  return place ? ` (at ${place})` : '';
}
