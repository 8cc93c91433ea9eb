import { parse } from 'acorn';
import { type Bench, EngineFailure, withOracle } from './bench.ts';
import { evaluate, type Outcome } from './evaluate.ts';
import { applyHunks, diffLines, type Hunk, linesOf } from './hunks.ts';
import { stripTypes } from './oracle/index.ts';
import { failures } from './report.ts';
import type { Ruling, RulingRequest } from './ruling.ts';
import { rule } from './stages.ts';
import { linkModules } from './static.ts';
import { fileMap, sameBytes } from './tree.ts';
import type { FrozenFile, FrozenTree, JudgeContext } from './types.ts';

/** A tree that shrinking judged, and what came of it. */
export interface Trial {
  readonly tree: FrozenTree;
  readonly ruling: Ruling;
}

/**
 * Drops what an accepted candidate does not need, a few subsets of its hunks at most. A hunk goes only if what is left
 * passes every case of the draws before, then every stage on draws of its own, and meets the same goals.
 * Gives the trees that were drawn for, in order; the last accepted one may land.
 */
export async function shrink(
  bench: Bench,
  request: RulingRequest,
  accepted: Ruling,
  context: JudgeContext,
): Promise<Trial[]> {
  const units = codeUnits(request.base, request.candidate);
  if (units.length < 2) return [];
  const always = restOf(request.base, request.candidate, units);
  const trials: Trial[] = [];
  let kept = units;
  let seen = accepted.outcomes;
  for (const unit of gathered(units, bench.limits.shrinkTries).reverse()) {
    const fewer = kept.filter((u) => !unit.includes(u));
    if (fewer.length === 0) continue;
    const files = treeWith(request.base, request.candidate, [...always, ...fewer.flat()]);
    if (!(await stillMeets(bench, { id: 'not stored', files }, accepted, context.signal))) continue;
    const tree = { id: await context.store(files), files };
    const first = seen.filter((o) => o.pool !== 'visible').map((o) => ({ ...o, cases: () => o.cases }));
    const ruling = await rule(bench, { ...request, candidate: tree, first }, context);
    trials.push({ tree, ruling });
    seen = [...seen, ...ruling.outcomes.filter((o) => !first.some((f) => f.cases() === o.cases))];
    if (ruling.accepted && sameGoals(ruling, accepted)) kept = fewer;
  }
  return trials;
}

/** The trial that may land: the last that was accepted and meets what the candidate meets. */
export function landedTrial(trials: readonly Trial[], accepted: Ruling): Trial | null {
  return trials.findLast(({ ruling }) => ruling.accepted && sameGoals(ruling, accepted)) ?? null;
}

function sameGoals(a: Ruling, b: Ruling): boolean {
  const met = (ruling: Ruling): string =>
    ruling.goals
      .filter((g) => g.after)
      .map((g) => g.id)
      .join('\n');
  return met(a) === met(b);
}

/** Whether a tree, not yet stored or drawn for, passes the new goals' earlier cases: the cheap question first. */
async function stillMeets(
  bench: Bench,
  tree: FrozenTree,
  accepted: Ruling,
  signal: AbortSignal,
): Promise<boolean> {
  const { modules, reasons } = linkModules(tree, bench.target);
  if (reasons.length > 0) return false;
  const fresh = accepted.outcomes.filter((o) => accepted.fresh.includes(o.goal.id));
  const replay = (o: Outcome) => ({ ...o, cases: () => o.cases });
  try {
    return await withOracle(bench, modules, signal, async (oracle) =>
      (await evaluate(oracle, fresh.map(replay))).every((o) => failures(o).length === 0),
    );
  } catch (error) {
    if (error instanceof EngineFailure) return false;
    throw error;
  }
}

/** Hunks that go or stay together: one with code, and the comments, types and blank lines that belong to it. */
type Unit = readonly Hunk[];

function codeUnits(base: FrozenTree, candidate: FrozenTree): Unit[] {
  const units: Unit[] = [];
  const changed = changedFiles(base, candidate);
  // The usual proposal is one hunk, and needs no parse to be told from its comments.
  if (changed.flatMap((c) => c.hunks).length < 2) return [];
  for (const { hunks, code } of changed) {
    let waiting: Hunk[] = [];
    const own: Hunk[][] = [];
    for (const hunk of hunks) {
      waiting.push(hunk);
      if (!code(hunk)) continue;
      own.push(waiting);
      waiting = [];
    }
    // Documentation stands before what it documents; what trails a file belongs to the last code.
    own.at(-1)?.push(...waiting);
    units.push(...own);
  }
  return units;
}

/** Changes without any code in their whole file: they stay. */
function restOf(base: FrozenTree, candidate: FrozenTree, units: readonly Unit[]): Hunk[] {
  const paths = new Set(units.flat().map((hunk) => hunk.path));
  return changedFiles(base, candidate).flatMap(({ hunks }) => hunks.filter((hunk) => !paths.has(hunk.path)));
}

/** At most `most` groups of neighbouring units. */
function gathered(units: readonly Unit[], most: number): Unit[][] {
  const size = Math.ceil(units.length / most);
  const groups: Unit[][] = [];
  for (let i = 0; i < units.length; i += size) groups.push(units.slice(i, i + size));
  return groups;
}

function changedFiles(
  base: FrozenTree,
  candidate: FrozenTree,
): { readonly hunks: readonly Hunk[]; code(hunk: Hunk): boolean }[] {
  const before = fileMap(base);
  const after = fileMap(candidate);
  const paths = [...new Set([...before.keys(), ...after.keys()])].sort();
  return paths.flatMap((path) => {
    const old = before.get(path)?.bytes ?? EMPTY;
    const now = after.get(path)?.bytes ?? EMPTY;
    if (sameBytes(old, now)) return [];
    const hunks = diffLines(path, linesOf(old), linesOf(now));
    let lines: { old: boolean[]; now: boolean[] } | undefined;
    const code = ({ start, end, at }: Hunk): boolean => {
      lines ??= { old: codeLines(path, old), now: codeLines(path, now) };
      return lines.old.slice(start, end).includes(true) || lines.now.slice(at.start, at.end).includes(true);
    };
    return [{ hunks, code }];
  });
}

const EMPTY = new Uint8Array();

/** For each line, whether anything on it runs: types and comments do not. */
function codeLines(path: string, bytes: Uint8Array): boolean[] {
  const source = Buffer.from(bytes).toString('utf8');
  const all = source.split('\n').map(() => true);
  if (path.endsWith('.py')) return source.split('\n').map((line) => !/^\s*(?:#|$)/.test(line));
  const stripped = path.endsWith('.ts') ? stripTypes(source) : null;
  if (!stripped?.ok) return all;
  try {
    let text = stripped.text;
    parse(text, {
      ecmaVersion: 'latest',
      sourceType: 'module',
      onComment: (_block, _text, start, end) => {
        text = text.slice(0, start) + text.slice(start, end).replace(/[^\n]/g, ' ') + text.slice(end);
      },
    });
    return text.split('\n').map((line) => line.trim() !== '');
  } catch {
    return all;
  }
}

/** The base with some of the candidate's hunks. A file that only one of the two has comes and goes as a whole. */
function treeWith(base: FrozenTree, candidate: FrozenTree, hunks: readonly Hunk[]): FrozenFile[] {
  const before = fileMap(base);
  const after = fileMap(candidate);
  const files: FrozenFile[] = [];
  for (const path of [...new Set([...before.keys(), ...after.keys()])].sort()) {
    const old = before.get(path);
    const now = after.get(path);
    const own = hunks.filter((hunk) => hunk.path === path);
    if (own.length === 0) {
      if (old) files.push(old);
      else if (now?.bytes.length === 0) files.push(now);
    } else if (now) {
      const bytes = applyHunks(linesOf(old?.bytes ?? EMPTY), own);
      files.push(sameBytes(bytes, now.bytes) ? now : { path, mode: now.mode, bytes });
    }
  }
  return files;
}
