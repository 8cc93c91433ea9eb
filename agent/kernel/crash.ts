/**
 * Called at every boundary between events, with its name. Tests arm one to throw or to kill the process;
 * in a normal run there is none.
 */
export type CrashPoint = (name: string) => void;

/**
 * The crash point that the environment arms: `VIBEGRAD_CRASH_AT` is the number of a boundary (1 is the
 * first that is met) or its name. Honoured only with `VIBEGRAD_TEST=1`, so that nothing in a user's
 * environment can make a session die.
 */
export function crashPointFromEnvironment(
  env: { readonly [name: string]: string | undefined } = process.env,
): CrashPoint | null {
  const at = env.VIBEGRAD_CRASH_AT;
  if (env.VIBEGRAD_TEST !== '1' || at === undefined || at === '') return null;
  let met = 0;
  return (name) => {
    met += 1;
    if (at === name || at === String(met)) process.kill(process.pid, 'SIGKILL');
  };
}
