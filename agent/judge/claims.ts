import { oneLine } from '../base/text.ts';
import { type ClaimEngine, claimEngine } from './claim-engines.ts';
import { mutantsOf } from './claim-mutants.ts';
import { expectationMet, numbersOf } from './expectation.ts';
import { OracleFailure, openOracle, stripTypes } from './oracle/index.ts';
import { openClaimPython, type PythonPool, type PythonRun, type SandboxOptions } from './sandbox/index.ts';
import type { Badge, ClaimRequest, ClaimResult } from './types.ts';

/** Seconds of wall-clock time that a claim may take. */
const SECONDS = { ts: 5, python: 20 } as const;

/** What a claim's code did, whatever its language. */
type Run =
  | { readonly kind: 'ran'; readonly printed: readonly string[]; readonly error: string | null }
  | { readonly kind: 'stopped'; readonly badge: Badge; readonly why: string };

interface Options extends SandboxOptions {
  readonly signal: AbortSignal;
  /** Warm Pythons to take one from; without, one is started. */
  readonly pythons?: PythonPool;
}

/**
 * Runs the code of a claim and holds what it printed against what was said to come out. TypeScript runs in an oracle
 * that holds the engine; a claim that comes out on it counts only if a wrong engine refutes it. Python runs only inside
 * bubblewrap; there a perturbed operation or input has to refute it.
 * @throws OracleFailure with reason `aborted` when the signal says so; nothing else a claim does makes it throw.
 */
export async function runClaim(request: ClaimRequest, options: Options): Promise<ClaimResult> {
  const start = performance.now();
  const result =
    request.language === 'ts' ? await checkTypeScript(request, options) : await checkPython(request, options);
  return { ...result, why: oneLine(result.why, 300), seconds: (performance.now() - start) / 1000 };
}

type Held = Omit<ClaimResult, 'seconds'>;

function held(request: ClaimRequest, run: Run): Held {
  if (run.kind === 'stopped') return { badge: run.badge, why: run.why, printed: [] };
  return { ...judge(request, run), printed: run.printed };
}

async function checkTypeScript(request: ClaimRequest, options: Options): Promise<Held> {
  const code = stripTypes(request.code);
  if (!code.ok) return { badge: 'not checkable as written', why: code.error, printed: [] };
  const engine = await claimEngine(request.engine);
  if (engine === null) return { badge: 'not run', why: 'the tree holds no engine.ts', printed: [] };
  const result = held(request, await runOn(engine, code.text, options));
  if (result.badge !== 'verified') return result;
  for (const mutant of mutantsOf(engine, code.text)) {
    const { badge } = held(request, await runOn(mutant, code.text, options));
    if (badge === 'refuted') return result;
  }
  return { ...result, ...cannotFail('on every wrong engine') };
}

const cannotFail = (where: string) =>
  ({ badge: 'ran, nothing claimed', why: `it cannot fail: it comes out ${where} too` }) as const;

async function checkPython(request: ClaimRequest, options: Options): Promise<Held> {
  const { code } = request;
  const python = await (options.pythons?.take() ?? openClaimPython(librariesOf(code), options));
  if (typeof python === 'string') return { badge: 'not run', why: python, printed: [] };
  try {
    const start = performance.now();
    const result = held(request, pythonRun(await python.run(code, null, SECONDS.python, options.signal)));
    if (result.badge !== 'verified') return result;
    // One that takes much longer than the claim itself says nothing.
    const seconds = Math.min(SECONDS.python, 1 + (3 * (performance.now() - start)) / 1000);
    for (let which = 0; which < python.perturbations(); which++) {
      const run = pythonRun(await python.run(code, which, seconds, options.signal));
      const repeated = which === python.perturbations() - 1 && repeats(code, result, run);
      if (held(request, run).badge === 'refuted' && !repeated) return result;
    }
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

function judge(request: ClaimRequest, run: Extract<Run, { kind: 'ran' }>): { badge: Badge; why: string } {
  const { expect } = request;
  if (expect?.kind === 'throws') {
    if (run.error === null) return { badge: 'refuted', why: 'it threw nothing' };
    if (run.error.includes(expect.message)) return { badge: 'verified', why: '' };
    return { badge: 'refuted', why: `it threw ${run.error}` };
  }
  if (run.error !== null) return { badge: 'not checkable as written', why: `it threw ${run.error}` };
  if (expect === null) return { badge: 'ran, nothing claimed', why: '' };
  return expectationMet(expect, run.printed);
}

async function runOn(engine: ClaimEngine, code: string, options: Options): Promise<Run> {
  const oracle = await openOracle({ ...options, seconds: SECONDS.ts });
  try {
    const { printed, cut, error } = await oracle.claim(
      engine.modules,
      engine.entry,
      `${engine.preface ?? ''}${code}`,
    );
    if (cut)
      return { kind: 'stopped', badge: 'not checkable as written', why: 'it printed more than is kept' };
    return { kind: 'ran', printed, error };
  } catch (failure) {
    if (!(failure instanceof OracleFailure) || failure.reason === 'aborted') throw failure;
    const why = failure.reason === 'timeout' ? `timed out after ${SECONDS.ts} s` : failure.message;
    return { kind: 'stopped', badge: 'not run', why };
  } finally {
    await oracle.close();
  }
}

function pythonRun(run: PythonRun): Run {
  if (!run.ran) return { kind: 'stopped', badge: 'not run', why: run.why };
  return { kind: 'ran', printed: run.printed.map((line) => oneLine(line, 2000)), error: run.error };
}
