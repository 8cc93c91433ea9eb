import { existsSync, lstatSync, readFileSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { UserError } from '../base/errors.ts';
import type { Json } from '../base/json.ts';
import { packageRoot } from '../base/package.ts';
import { count, oneLine } from '../base/text.ts';
import { localPath } from '../host/paths.ts';
import { allSessions } from '../host/sessions.ts';
import { findEngine } from '../judge/files.ts';
import { createVerifier } from '../judge/index.ts';
import { type FoundRule, rulesOfSessions, type SessionPlace } from '../review/provenance.ts';
import { ruleCodes } from '../review/rule-code.ts';
import { columns, fitted, type Style } from '../review/style.ts';
import type { SessionView } from '../review/view.ts';
import { commitHolds, commitsWithReceipts, locate } from '../workspace/index.ts';
import { lacksTable } from './rule-place.ts';

const sourceSchema = z.object({
  session: z.string(),
  proposal: z.int(),
  receipt: z.string(),
  model: z.object({ id: z.string(), kind: z.string() }),
});

/** What `vibegrad provenance --json` prints. */
export const provenanceSchema = z.object({
  path: z.string(),
  target: z.enum(['engine', 'library', 'configured', 'gradbench']),
  /** The module that holds the rules. */
  table: z.string(),
  /** Whether every receipt that is named was recomputed; without it each is there and whole. */
  recomputed: z.boolean(),
  rules: z.array(
    z.object({
      name: z.string(),
      /**
       * `session`: an accepted tree holds exactly this rule. `claimed`: a commit that brought it names a receipt, which is
       * not here. `hand-written`: nothing says otherwise.
       */
      by: z.enum(['session', 'claimed', 'hand-written']),
      source: sourceSchema.nullable(),
      /** Of a rule that is not `session`: the last session that brought another rule of that name. */
      changedSince: sourceSchema.nullable(),
      /** Of a `claimed` rule: the commit, and what it names. */
      claim: z.object({ commit: z.string(), session: z.string(), receipt: z.string() }).nullable(),
    }),
  ),
  /** What could not be told, and why. */
  notes: z.array(z.string()),
});

export type ProvenanceDocument = z.infer<typeof provenanceSchema>;
type Rule = ProvenanceDocument['rules'][number];
type Source = z.infer<typeof sourceSchema>;

/** Where each rule of the engine at a path came from. */
export async function provenanceOf(path: string, recompute: boolean): Promise<ProvenanceDocument> {
  const { target, folder } = findEngine(path);
  const table = join(folder, target.table);
  if (!existsSync(table)) {
    throw new UserError(
      'usage',
      `${table} does not exist, so ${folder} holds no engine whose rules could be named`,
      'Give the folder of an engine. An installed package holds none: its rules are those of the checkout it was built from.',
    );
  }
  // A configured target may name a folder, which is no text to read.
  const text = lstatSync(table).isDirectory() ? '' : readFileSync(table, 'utf8');
  const present = ruleCodes(text);
  if (present === null) {
    throw new UserError(
      'usage',
      lacksTable(table, 'so it has no rules to name.'),
      '`git log vibegrad/SESSION` and `vibegrad show` tell what sessions changed there.',
    );
  }

  // Those that come with the checkout first: what anyone can look up.
  const sessions = allSessions().toSorted((a, b) => Number(b.shipped) - Number(a.shipped));
  const { found, problems } = await rulesOfSessions(target, sessions, (session, view) =>
    belongsTo(folder, session, view),
  );
  const notes = problems.map((problem) => `Not counted: ${problem}`);
  const standing = await recomputedOnes(
    found.filter((rule) => present.get(rule.name) === rule.code),
    recompute,
    notes,
  );
  const unexplained = [...present.keys()].filter((name) => !standing.some((rule) => rule.name === name));
  const claims = await claimsFor(folder, target.table, new Set(unexplained), present, notes);
  const rules = [...present.keys()].map((name): Rule => {
    const source = standing.find((rule) => rule.name === name);
    if (source !== undefined) {
      return { name, by: 'session', source: sourceOf(source), changedSince: null, claim: null };
    }
    const claim = claims.get(name) ?? null;
    const earlier = found.findLast((rule) => rule.name === name);
    return {
      name,
      by: claim === null ? 'hand-written' : 'claimed',
      source: null,
      changedSince: earlier === undefined ? null : sourceOf(earlier),
      claim,
    };
  });
  return { path, target: target.name, table: target.table, recomputed: recompute, rules, notes };
}

/**
 * A rule that another engine's session found may read the same by chance: only sessions of this repository count, and of those
 * in one of several packages only that one's.
 */
async function belongsTo(folder: string, { shipped }: SessionPlace, view: SessionView): Promise<boolean> {
  if (shipped) return realpathSync(folder) === realpathSync(packageRoot);
  const worked = view.workspace === null ? '' : localPath(view.workspace);
  if (worked === folder) return true;
  const { prefix } = await locate(folder).catch(() => ({ prefix: '' }));
  const other = prefix === '' ? worked.startsWith(`${folder}/`) : !`${worked}/`.endsWith(`/${prefix}`);
  return !other && view.base !== null && (await commitHolds(folder, view.base, ''));
}

function sourceOf({ session, proposal, receiptId, model }: FoundRule): Source {
  return { session, proposal, receipt: receiptId, model: { ...model } };
}

/** Those whose receipt a judge of today comes to again; all of them where nothing is recomputed. */
async function recomputedOnes(
  rules: readonly FoundRule[],
  recompute: boolean,
  notes: string[],
): Promise<readonly FoundRule[]> {
  if (!recompute) return rules;
  const verifier = createVerifier();
  const same = new Map<string, boolean>();
  try {
    for (const { receiptId, receipt, session, proposal } of rules) {
      if (same.has(receiptId)) continue;
      const verified = await verifier.verify(receipt as Json);
      same.set(receiptId, verified.verdictSame);
      if (!verified.verdictSame) {
        notes.push(
          `Not counted: ${session}#${proposal} does not recompute: ${verified.differences[0] ?? ''}`,
        );
      }
    }
  } finally {
    await verifier.close();
  }
  return rules.filter(({ receiptId }) => same.get(receiptId) === true);
}

/** What commits say of rules that no receipt here explains. */
async function claimsFor(
  folder: string,
  table: string,
  names: ReadonlySet<string>,
  present: ReadonlyMap<string, string>,
  notes: string[],
): Promise<ReadonlyMap<string, NonNullable<Rule['claim']>>> {
  const claims = new Map<string, NonNullable<Rule['claim']>>();
  if (names.size === 0) return claims;
  const commits = await commitsWithReceipts(folder, table);
  if (commits === null) {
    notes.push('There is no git history here, so commits that name receipts could not be looked at.');
    return claims;
  }
  // Oldest first: the first one that brought a rule is the one that landed it.
  for (const { commit, session, receipt, before, after } of commits) {
    const [old, now] = [before, after].map((text) => (text === null ? null : ruleCodes(text)));
    for (const [name, code] of now ?? []) {
      if (!names.has(name) || claims.has(name) || code !== present.get(name) || old?.get(name) === code)
        continue;
      claims.set(name, { commit, session, receipt });
    }
  }
  return claims;
}

export function provenanceText(document: ProvenanceDocument, style: Style): string {
  const { rules, notes, table, recomputed } = document;
  const of = (by: Rule['by']): number => rules.filter((rule) => rule.by === by).length;
  const rows = rules.map((rule) => [style.bold(rule.name), ...wordsOf(rule, style)]);
  const claimed =
    of('claimed') === 0 ? '' : `, ${of('claimed')} claimed by a commit whose receipt is not here`;
  const head = `${count(rules.length, 'rule')} in ${table}: ${of('session')} from sessions, ${of('hand-written')} hand-written${claimed}`;
  const how = recomputed
    ? 'Every receipt that is named was recomputed.'
    : 'Every receipt that is named is here and whole; --verify recomputes them.';
  const said = notes.map((note) => style.yellow(oneLine(note, 300)));
  return [
    fitted(head, style),
    '',
    columns(rows, [], style.width),
    '',
    ...[how, ...said].map((line) => fitted(line, style)),
  ].join('\n');
}

function wordsOf({ by, source, changedSince, claim }: Rule, style: Style): string[] {
  if (source !== null) {
    return [
      `${source.session}#${source.proposal}`,
      `receipt ${source.receipt.slice(0, 16)}`,
      style.dim(source.model.kind),
    ];
  }
  if (claim !== null)
    return [style.yellow(by), `receipt ${claim.receipt.slice(0, 16)}`, `commit ${claim.commit.slice(0, 10)}`];
  const since =
    changedSince === null ? '' : `another one than ${changedSince.session}#${changedSince.proposal} brought`;
  return [style.dim(by), style.dim(since)];
}
