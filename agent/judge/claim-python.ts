import { oneLine } from '../base/text.ts';
import { type ClaimOptions, cannotFail, type Held, type Run } from './claim-run.ts';
import { numbersOf } from './expectation.ts';
import { LONGEST_LINE } from './oracle/index.ts';
import { type ClaimPythonRun, openClaimPython, PYTHON_LIMITS } from './sandbox/index.ts';
import type { ClaimRequest } from './types.ts';

/** Seconds that a claim may take, by the clock. */
const SECONDS = 20;

/**
 * Runs a claim in a Python of its own, inside bubblewrap, and where it comes out with operations and inputs perturbed until that
 * refutes it. `hold` holds what was printed against what was claimed, outside.
 * @throws OracleFailure with reason `aborted` when the signal says so.
 */
export async function checkPython(
  { code }: ClaimRequest,
  options: ClaimOptions,
  hold: (run: Run) => Held,
): Promise<Held> {
  const python = await (options.pythons?.take() ?? openClaimPython(librariesOf(code), options));
  if (typeof python === 'string') return { badge: 'not run', why: python, printed: [] };
  try {
    const first = { wall: SECONDS, processor: PYTHON_LIMITS.cpuSeconds };
    const result = hold(pythonRun(await python.run(code, null, first, options.signal)));
    if (result.badge !== 'verified') return result;
    const { perturbations, processor } = python.ran();
    // One that needs much more than the claim itself says nothing. By the clock it may wait as long: others work here, too.
    const limits = { wall: SECONDS, processor: 1 + 3 * processor };
    let stopped: Extract<Run, { kind: 'stopped' }> | null = null;
    for (let which = 0; which < perturbations; which++) {
      const run = pythonRun(await python.run(code, which, limits, options.signal));
      const repeated = which === perturbations - 1 && repeats(code, result, run);
      if (hold(run).badge === 'refuted' && !repeated) return result;
      if (run.kind === 'stopped') stopped = run;
    }
    // What could not be seen of every perturbation is no verdict on the claim.
    if (stopped !== null) return { ...result, badge: 'not run', why: `with a perturbation: ${stopped.why}` };
    return { ...result, ...cannotFail('with every perturbation') };
  } finally {
    await python.close();
  }
}

/** What a text imports: these are loaded before it runs, once for it and its perturbations. */
function librariesOf(code: string): string[] {
  return [...new Set([...code.matchAll(/^\s*(?:from|import)\s+([\w.]+)/gm)].map((match) => match[1]!))];
}

/** The last perturbation is of inputs. Whether it only says another number of the text's own in place of the one that it said before. */
function repeats(code: string, { printed }: Held, run: Run): boolean {
  const [before, after] = [printed.at(-1), run.kind === 'ran' ? run.printed.at(-1) : undefined].map((line) =>
    numbersOf(line ?? ''),
  );
  if (before?.length !== 1 || after?.length !== 1) return false;
  const [x, y] = [Math.abs(before[0]!), Math.abs(after[0]!)];
  const near = (a: number, b: number): boolean => Math.abs(a - b) <= 1e-6 * Math.abs(b);
  // A whole number becomes the next one, any other is off as perturb.py has it.
  return [...code.matchAll(/(?<![\w.])\d+(\.\d*)?(e[+-]?\d+)?/gi)].some(([text, point, exponent]) => {
    const literal = Number(text);
    return near(x, literal) && near(y, point || exponent ? literal * 1.001 + 0.001 : literal + 1);
  });
}

function pythonRun(run: ClaimPythonRun): Run {
  if (!run.ran) return { kind: 'stopped', badge: 'not run', why: run.why };
  const { printed, error, lacks } = run;
  return { kind: 'ran', printed: printed.map((line) => oneLine(line, LONGEST_LINE)), error, lacks };
}
