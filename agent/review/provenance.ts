import type { Json } from '../base/json.ts';
import { digest } from '../base/json.ts';
import type { Target } from '../checks/types.ts';
import { damages } from '../judge/integrity.ts';
import { type Receipt, ReceiptSchema, type ReceiptTree } from '../judge/receipt.ts';
import { openSession, receiptOf } from './open.ts';
import { ruleCodes } from './rule-code.ts';
import type { SessionView } from './view.ts';

/** A rule that an accepted tree brought: the base had none there, or another. */
export interface FoundRule {
  readonly name: string;
  /** See rule-code.ts. */
  readonly code: string;
  readonly session: string;
  readonly proposal: number;
  readonly receiptId: string;
  readonly receipt: Json;
  readonly model: SessionView['model'];
}

/** Where the sessions that may have brought a rule are. */
export interface SessionPlace {
  readonly id: string;
  readonly dir: string;
  readonly shipped: boolean;
}

/**
 * The rules that sessions found for an engine, of those that belong to it, in the order in which they landed. Only a receipt says so: it has to be there,
 * whole, accepted, and its landed tree has to hold the rule. What a journal, a commit or a comment says beside it counts for
 * nothing. `problems` names receipts that are not whole.
 */
export async function rulesOfSessions(
  target: Target,
  sessions: readonly SessionPlace[],
  belongs: (session: SessionPlace, view: SessionView) => Promise<boolean>,
): Promise<{ readonly found: readonly FoundRule[]; readonly problems: readonly string[] }> {
  const found: FoundRule[] = [];
  const problems: string[] = [];
  for (const session of sessions) {
    const { id } = session;
    try {
      const { view, source } = openSession(session.dir);
      if (view.target !== target.name || !(await belongs(session, view))) continue;
      const landed = new Set(view.proposals.flatMap((p) => (p.outcome === 'landed' ? [p.number] : [])));
      for (const { number, value } of view.judged) {
        if (number === null || !landed.has(number)) continue;
        const receipt = receiptOf(source, value);
        const brought = rulesBrought(target, receipt);
        if (typeof brought === 'string') problems.push(`${id}#${number}: ${brought}`);
        else {
          const of = {
            session: id,
            proposal: number,
            receiptId: digest(receipt),
            receipt,
            model: view.model,
          };
          found.push(...[...brought].map(([name, code]) => ({ name, code, ...of })));
        }
      }
    } catch (error) {
      problems.push(`${id}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  return { found, problems };
}

/** The rules that a receipt's landed tree has and its base has not, or what is wrong with the receipt. */
function rulesBrought(target: Target, json: Json): ReadonlyMap<string, string> | string {
  const parsed = ReceiptSchema.safeParse(json);
  if (!parsed.success) return 'its receipt is none';
  const receipt = parsed.data;
  const [damage] = damages(receipt);
  if (damage !== undefined) return damage;
  if (!receipt.verdict.accepted || receipt.target !== target.name) return new Map();
  const after = codesIn(receipt, receipt.landed ?? receipt.candidate, target);
  const before = receipt.base === null ? null : codesIn(receipt, receipt.base, target);
  return new Map([...(after ?? [])].filter(([name, code]) => before?.get(name) !== code));
}

function codesIn(receipt: Receipt, tree: ReceiptTree, { table }: Target): ReadonlyMap<string, string> | null {
  const entry = tree.files.find((file) => file.path === table);
  const text = entry === undefined ? undefined : receipt.blobs[entry.sha256];
  return text === undefined ? null : ruleCodes(Buffer.from(text, 'base64').toString('utf8'));
}
