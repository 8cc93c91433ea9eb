import { oneLine } from '../base/text.ts';
import { checkPython } from './claim-python.ts';
import type { ClaimOptions, Held, Run } from './claim-run.ts';
import { checkTypeScript } from './claim-typescript.ts';
import { expectationMet } from './expectation.ts';
import type { Badge, ClaimRequest, ClaimResult } from './types.ts';

/**
 * Runs the code of a claim and holds what it printed against what was said to come out. TypeScript runs in an oracle
 * that holds the engine; a claim that comes out on it counts only if a wrong engine refutes it. Python runs only inside
 * bubblewrap; there a perturbed operation or input has to refute it.
 * @throws OracleFailure with reason `aborted` when the signal says so; nothing else a claim does makes it throw.
 */
export async function runClaim(request: ClaimRequest, options: ClaimOptions): Promise<ClaimResult> {
  const start = performance.now();
  const hold = (run: Run): Held => held(request, run);
  const result =
    request.language === 'ts'
      ? await checkTypeScript(request, options, hold)
      : await checkPython(request, options, hold);
  return { ...result, why: oneLine(result.why, 300), seconds: (performance.now() - start) / 1000 };
}

function held(request: ClaimRequest, run: Run): Held {
  if (run.kind === 'stopped') return { badge: run.badge, why: run.why, printed: [] };
  return { ...judge(request, run), printed: run.printed };
}

function judge(request: ClaimRequest, run: Extract<Run, { kind: 'ran' }>): { badge: Badge; why: string } {
  const { expect } = request;
  if (expect?.kind === 'throws') {
    if (run.error === null) return { badge: 'refuted', why: 'it threw nothing' };
    if (run.error.includes(expect.message)) return { badge: 'verified', why: '' };
    if (run.lacks) return { badge: 'not run', why: run.lacks };
    return { badge: 'refuted', why: `it threw ${run.error}` };
  }
  if (run.lacks) return { badge: 'not run', why: run.lacks };
  if (run.error !== null) return { badge: 'not checkable as written', why: `it threw ${run.error}` };
  if (expect === null) return { badge: 'ran, nothing claimed', why: '' };
  return expectationMet(expect, run.printed);
}
