import { oneLine } from '../base/text.ts';
import { targetWhere } from '../targets/index.ts';
import { expectationMet } from './expectation.ts';
import { type ModuleText, OracleFailure, openOracle, stripTypes } from './oracle/index.ts';
import { prepared } from './prepare.ts';
import { runPython, type SandboxOptions } from './sandbox/index.ts';
import { linkModules } from './static.ts';
import { isUnder, readerOf } from './tree.ts';
import type { Badge, ClaimRequest, ClaimResult, FrozenTree } from './types.ts';

/** Seconds of wall-clock time that a claim may take. */
const SECONDS = { ts: 5, python: 20 } as const;

/** What a claim's code did, whatever its language. */
type Run =
  | { readonly kind: 'ran'; readonly printed: readonly string[]; readonly error: string | null }
  | { readonly kind: 'stopped'; readonly badge: Badge; readonly why: string };

/**
 * Runs the code of a claim and holds what it printed against what was said to come out. TypeScript runs in an oracle
 * that holds the session's engine; Python runs only inside bubblewrap.
 * @throws OracleFailure with reason `aborted` when the signal says so; nothing else a claim does makes it throw.
 */
export async function runClaim(
  request: ClaimRequest,
  options: SandboxOptions & { readonly signal: AbortSignal },
): Promise<ClaimResult> {
  const start = performance.now();
  const run =
    request.language === 'ts' ? await runTypeScript(request, options) : await python(request.code, options);
  const seconds = (performance.now() - start) / 1000;
  if (run.kind === 'stopped') return { badge: run.badge, why: oneLine(run.why, 300), printed: [], seconds };
  const { badge, why } = judge(request, run);
  return { badge, why: oneLine(why, 300), printed: run.printed, seconds };
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

async function runTypeScript(
  request: ClaimRequest,
  options: SandboxOptions & { readonly signal: AbortSignal },
): Promise<Run> {
  const code = stripTypes(request.code);
  if (!code.ok) return { kind: 'stopped', badge: 'not checkable as written', why: code.error };
  const engine = await engineModules(request.engine);
  if (!engine.ok) return { kind: 'stopped', badge: 'not run', why: engine.error };
  const oracle = await openOracle({ ...options, seconds: SECONDS.ts });
  try {
    const { printed, cut, error } = await oracle.claim(engine.modules, engine.entry, code.text);
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

async function python(
  code: string,
  options: SandboxOptions & { readonly signal: AbortSignal },
): Promise<Run> {
  const run = await runPython(code, { ...options, seconds: SECONDS.python });
  if (!run.ran) return { kind: 'stopped', badge: 'not run', why: run.why };
  return { kind: 'ran', printed: run.printed.map((line) => oneLine(line, 2000)), error: run.error };
}

type Modules =
  | { readonly ok: true; readonly modules: readonly ModuleText[]; readonly entry: string }
  | { readonly ok: false; readonly error: string };

/** An engine's TypeScript modules as JavaScript. */
async function engineModules(tree: FrozenTree): Promise<Modules> {
  const read = readerOf(tree);
  const found = targetWhere(read);
  if (found === undefined) return { ok: false, error: 'the tree holds no engine.ts' };
  const target = await prepared(found, tree);
  const { entry } = target;
  if (target.own) return { ok: true, modules: linkModules(tree, target).modules, entry };
  const own = [...target.editable, ...target.pinned];
  const modules = tree.files.flatMap(({ path, bytes }): ModuleText[] => {
    if (!path.endsWith('.ts') || read(path) === undefined || !isUnder(path, own)) return [];
    const stripped = stripTypes(Buffer.from(bytes).toString('utf8'));
    // A file that the engine does not import does no harm by not being a module; one that it does is missed by name.
    return stripped.ok ? [{ path, text: stripped.text }] : [];
  });
  return { ok: true, modules, entry };
}
