import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { EXIT, UserError, whyUnread } from '../base/errors.ts';
import { digest, type Json } from '../base/json.ts';
import { count, oneLine } from '../base/text.ts';
import { allSessions, findSession } from '../host/sessions.ts';
import { createVerifier, type Decided, TAKEN_AS_RECORDED, type Verified } from '../judge/index.ts';
import { readBlob } from '../kernel/index.ts';
import { openSession, receiptOf } from '../review/open.ts';
import type { Rejudged } from '../review/replay.ts';
import { fitted, type Style } from '../review/style.ts';
import { requireWhole } from './whole.ts';

const decidedSchema = z.object({ accepted: z.boolean(), unmeasured: z.boolean() });

/** What `vibegrad verify --json` prints. */
export const verifySchema = z.object({
  /** SHA-256 of the receipt's canonical JSON. */
  receipt: z.string(),
  fresh: z.boolean(),
  class: z.enum([
    'bit-equal',
    'last-place',
    'within tolerance',
    'verdict flipped',
    'judge changed',
    'damaged',
  ]),
  verdictSame: z.boolean(),
  recorded: decidedSchema.nullable(),
  now: decidedSchema.nullable(),
  differences: z.array(z.string()),
  /** Members that nothing recomputes: paths, with * for any index. All others were compared. */
  takenAsRecorded: z.array(z.string()),
  /** 0 the same, 1 a fresh judgement comes to another verdict, 3 diverged, 4 the judge changed, 6 damaged. */
  exit: z.int(),
});

export type VerifyDocument = z.infer<typeof verifySchema>;

/** Recomputes a receipt: a file, `SESSION#N` for proposal N of a session, or the id of one that a session here holds. */
export async function verifyNamed(name: string, fresh: boolean): Promise<VerifyDocument> {
  const receipt = await receiptNamed(name);
  const verifier = createVerifier();
  try {
    const verified = await verifier.verify(receipt, { fresh });
    return {
      receipt: digest(receipt),
      fresh,
      class: verified.class,
      verdictSame: verified.verdictSame,
      recorded: decidedDocument(verified.recorded),
      now: decidedDocument(verified.now),
      differences: [...verified.differences],
      takenAsRecorded: TAKEN_AS_RECORDED.map(({ path }) => path),
      exit: exitOf(verified, fresh),
    };
  } finally {
    await verifier.close();
  }
}

function exitOf({ class: kind, verdictSame }: Verified, fresh: boolean): number {
  if (kind === 'damaged') return EXIT.session;
  if (fresh) return verdictSame ? EXIT.ok : EXIT.refused;
  if (kind === 'judge changed') return EXIT.judgeChanged;
  return verdictSame && kind !== 'verdict flipped' ? EXIT.ok : EXIT.diverged;
}

async function receiptNamed(name: string): Promise<Json> {
  const inSession = /^(.+)#(\d+)$/.exec(name);
  if (inSession !== null && !existsSync(name)) {
    const session = openSession(findSession(inSession[1] ?? '').dir);
    await requireWhole(session);
    const { view, source } = session;
    const number = Number(inSession[2]);
    const judged = view.judged.findLast((entry) => entry.number === number);
    if (judged === undefined) {
      throw new UserError(
        'usage',
        `${view.id} has no verdict on a proposal ${number}`,
        'vibegrad show lists them.',
      );
    }
    return receiptOf(source, judged.value);
  }
  const told = (why: string): UserError =>
    new UserError(
      'usage',
      `${name} is no receipt: ${why}`,
      'Give a file that `vibegrad check --receipt FILE` wrote, SESSION#N, or the id of a receipt in a session here.',
    );
  const there = existsSync(name);
  const held = there ? null : await blobNamed(name);
  if (!there && held === null) {
    throw told('there is no such file, and no session here holds one of that id.');
  }
  if (there && statSync(name).isDirectory()) throw told('it is a folder.');
  let receipt: Json;
  try {
    receipt = JSON.parse(held ?? readFileSync(name, 'utf8')) as Json;
  } catch (error) {
    throw told(`it cannot be read (${whyUnread(error)}).`);
  }
  // Whatever calls itself one is judged as one.
  if (receipt === null || typeof receipt !== 'object' || !('format' in receipt)) {
    throw told('it does not say that it is one.');
  }
  return receipt;
}

/** At least so many characters of an id: fewer would name too much. */
const ID = /^[0-9a-f]{8,64}$/;

/** A receipt lies in its session's blobs under its id; null where no session here holds one that begins so. */
async function blobNamed(id: string): Promise<string | null> {
  if (!ID.test(id)) return null;
  const found = new Map(
    allSessions().flatMap(({ dir }) => {
      const blobs = join(dir, 'blobs');
      const names = existsSync(blobs) ? readdirSync(blobs) : [];
      return names.filter((name) => name.startsWith(id)).map((name) => [name, dir] as const);
    }),
  );
  const [first, second] = found;
  if (first === undefined) return null;
  if (second !== undefined) {
    throw new UserError('usage', `${id} could be ${[...found.keys()].join(' or ')}`, 'Give more of it.');
  }
  const [name, dir] = first;
  await requireWhole(openSession(dir));
  return readBlob(dir, name).toString('utf8');
}

function decidedDocument(said: Decided | null): VerifyDocument['now'] {
  return said === null ? null : { accepted: said.accepted, unmeasured: said.unmeasured === true };
}

function wordOf({ accepted, unmeasured = false }: { accepted: boolean; unmeasured?: boolean }): string {
  if (unmeasured) return 'unmeasured';
  return accepted ? 'accepted' : 'refused';
}

export function verifyText(document: VerifyDocument, style: Style): string {
  const verdict = (v: VerifyDocument['now']): string => (v === null ? 'no verdict' : wordOf(v));
  const { differences } = document;
  return [
    fitted(
      `receipt ${document.receipt.slice(0, 16)}: recorded ${verdict(document.recorded)}, now ${verdict(document.now)}${document.fresh ? ' on a fresh draw' : ''} (${document.class})`,
      style,
    ),
    ...[
      ...(document.class === 'judge changed'
        ? [`the judge has changed since; its verdict is ${document.verdictSame ? 'the same' : 'another'}`]
        : []),
      ...differences.slice(0, 5).map((difference) => oneLine(difference, 200)),
      ...(differences.length > 5 ? [`and ${count(differences.length - 5, 'difference')} more`] : []),
      ...(document.class === 'damaged' ? [] : [`taken as recorded: ${document.takenAsRecorded.join(', ')}`]),
    ].map((line) => fitted(line, style, '  ')),
  ].join('\n');
}

/** Today's judge on a recorded receipt, in the words of a replay; one set of warm processes for all of them. */
export async function withRejudge<T>(
  work: (rejudge: (receipt: Json) => Promise<Rejudged>) => Promise<T>,
): Promise<T> {
  const verifier = createVerifier();
  try {
    return await work(async (receipt) => {
      const verified = await verifier.rejudge(receipt);
      const word = (v: Verified['now']): string => (v === null ? '' : wordOf(v));
      return {
        class: verified.class === 'damaged' ? 'verdict flipped' : verified.class,
        sameVerdict: verified.verdictSame,
        where: verified.differences[0] ?? '',
        recorded: word(verified.recorded),
        now: word(verified.now),
      };
    });
  } finally {
    await verifier.close();
  }
}
