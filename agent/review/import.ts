import { existsSync, rmSync } from 'node:fs';
import { basename } from 'node:path';
import { UserError } from '../base/errors.ts';
import { digest, type Json } from '../base/json.ts';
import type { ClaimRequest, ClaimResult } from '../judge/types.ts';
import { type Reserve, readBlob, runSession, storeBlob } from '../kernel/index.ts';
import type { Budget, Devices } from '../kernel/types.ts';
import type { Model, ModelRequest } from '../models/types.ts';
import type { Stating } from '../programs/state-claim.ts';
import type { Conversation } from './exported-chat.ts';
import { chatOf } from './exported-chats.ts';
import { type Imported, recount, type StatedClaim } from './import-recount.ts';
import { openSession } from './open.ts';
import { parseChat } from './parse-chat.ts';
import { isTranscript, parseTranscript } from './parse-transcript.ts';
import type { Transcript } from './transcript-model.ts';

export interface ImportOptions {
  /** A new folder for the session. */
  readonly dir: string;
  readonly session: string;
  /** The file's name, for the title and the record. */
  readonly name: string;
  readonly bytes: Uint8Array;
  /** What the bytes say, where they are a conversation of an export; left out: they are a chat in Markdown, or a transcript. */
  readonly conversation?: Conversation;
  /** Runs the code of an answer, as it is run for any answer; without it nothing is run. */
  readonly runClaim?: (
    claim: Pick<ClaimRequest, 'code' | 'language' | 'expect'>,
    signal: AbortSignal,
  ) => Promise<ClaimResult>;
  /** Claims that say what a sentence of an answer says; they run where its code does. */
  readonly claimsFor?: (sentence: string) => readonly StatedClaim[];
  /** A model that is asked to state what is left; its claims run, too. */
  readonly stating?: {
    readonly model: Model;
    readonly budget: Budget;
    readonly estimate: (request: ModelRequest) => Reserve;
    readonly prompts: Stating['prompts'];
  };
}

/**
 * Makes a session of a chat: a journal like any other (program `import`), so that every reading works on it. The
 * original bytes are kept as a blob. Nothing of it was judged here, and its readings say so.
 *
 * @throws UserError('usage') when no question can be told from an answer.
 */
export async function importChat(options: ImportOptions): Promise<void> {
  const { dir, session, name, bytes, conversation, runClaim, claimsFor = () => [], stating } = options;
  const imported =
    conversation === undefined
      ? readImport(new TextDecoder().decode(bytes), name)
      : { format: conversation.format, byline: null, ...chatOf(conversation), title: conversation.title };
  const fresh = !existsSync(dir);
  try {
    const original = storeBlob(dir, bytes);
    const model =
      imported.byline === null
        ? { id: 'imported chat', kind: 'recorded' }
        : { id: imported.byline.model, kind: imported.byline.kind };
    const result = await runSession({
      dir,
      programs: {
        import: {
          digest: digest(imported.entries as unknown as Json),
          run: () =>
            recount(
              imported,
              runClaim === undefined
                ? null
                : { claimsFor, stating: stating ? { ...stating, trouble: { inARow: 0 } } : null },
            ),
        },
      },
      devices: importDevices(runClaim, stating?.model),
      budget: stating?.budget ?? { maxTokens: null, maxCost: null, maxTime: null, maxIterations: null },
      ...(stating ? { estimate: stating.estimate } : {}),
      start: {
        session,
        program: 'import',
        args: { title: imported.title, model },
        prompts: {},
        about: {
          intro: imported.intro,
          imported: { original, name, format: imported.format, byline: imported.byline as Json },
        },
      },
    });
    if (result.error !== null) throw result.error;
    if (result.reason === 'budget') {
      throw new UserError(
        'budget',
        `the ${result.stop?.limit ?? 'budget'} limit was met before every sentence was asked about, so nothing is imported`,
        'Give a larger one, or import without a model.',
      );
    }
  } catch (error) {
    // A folder that this import made and could not fill is of no use to anybody.
    if (fresh) rmSync(dir, { recursive: true, force: true });
    throw error;
  }
}

/** The bytes that a session was imported from. @throws UserError('usage') when it was not imported. */
export function originalOf(dir: string): Buffer {
  const { imported, id } = openSession(dir).view;
  if (imported === null) {
    throw new UserError(
      'usage',
      `${id} was not imported: there is no original`,
      'Export it with --html or --markdown.',
    );
  }
  return readBlob(dir, imported.original);
}

function readImport(text: string, name: string): Imported {
  if (isTranscript(text)) {
    const transcript: Transcript = parseTranscript(text);
    return { format: 'transcript', ...transcript };
  }
  const chat = parseChat(text);
  if (chat === null) {
    throw new UserError(
      'usage',
      `${basename(name)} holds no question with an answer that could be told apart`,
      'Start them with "Chat Question:" and "Answer:", "User:" and "Assistant:", or "## Q" and "## A".',
    );
  }
  const { intro, entries } = chat;
  return { format: 'chat', title: chat.title ?? basename(name), intro, byline: null, entries };
}

function importDevices(runClaim: ImportOptions['runClaim'], model: Model | undefined): Devices {
  const absent = async (): Promise<never> => {
    throw new UserError('usage', 'an import calls no judge or workspace, and no model unless one is named');
  };
  return {
    model: async (request, { signal, progress }) =>
      model === undefined
        ? absent()
        : model.complete(request, { signal, onEvent: (text) => progress({ kind: 'event', text }) }),
    judge: absent,
    workspace: absent,
    approve: absent,
    tool: async (_, args, context) => {
      if (runClaim === undefined) return absent();
      const { code, language, expect } = args as unknown as ClaimRequest;
      return (await runClaim({ code, language, expect }, context.signal)) as unknown as Json;
    },
    now: () => Date.now(),
    random: (bytes) => crypto.getRandomValues(new Uint8Array(bytes)),
  };
}
