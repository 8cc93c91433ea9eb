import { oneLine } from '../base/text.ts';
import { type ClaimEngine, claimEngine } from './claim-engines.ts';
import { mutantsOf } from './claim-mutants.ts';
import { expectationMet } from './expectation.ts';
import { LONGEST_LINE, OracleFailure, openOracle, stripTypes } from './oracle/index.ts';
import { runPython, type SandboxOptions } from './sandbox/index.ts';
import type { Badge, ClaimRequest, ClaimResult } from './types.ts';

/** Seconds of wall-clock time that a claim may take. */
const SECONDS = { ts: 5, python: 20 } as const;

/** What a claim's code did, whatever its language. */
type Run =
  | { readonly kind: 'ran'; readonly printed: readonly string[]; readonly error: string | null }
  | { readonly kind: 'stopped'; readonly badge: Badge; readonly why: string };

type Options = SandboxOptions & { readonly signal: AbortSignal };

/**
 * Runs the code of a claim and holds what it printed against what was said to come out. TypeScript runs in an oracle
 * that holds the engine; a claim that comes out on it counts only if a wrong engine refutes it. Python runs only inside
 * bubblewrap.
 * @throws OracleFailure with reason `aborted` when the signal says so; nothing else a claim does makes it throw.
 */
export async function runClaim(request: ClaimRequest, options: Options): Promise<ClaimResult> {
  const start = performance.now();
  const result =
    request.language === 'ts'
      ? await checkTypeScript(request, options)
      : held(request, await python(request.code, options));
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
  return {
    ...result,
    badge: 'ran, nothing claimed',
    why: 'it cannot fail: it comes out on every wrong engine too',
  };
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

async function python(code: string, options: Options): Promise<Run> {
  const run = await runPython(code, { ...options, seconds: SECONDS.python });
  if (!run.ran) return { kind: 'stopped', badge: 'not run', why: run.why };
  return { kind: 'ran', printed: run.printed.map((line) => oneLine(line, LONGEST_LINE)), error: run.error };
}
