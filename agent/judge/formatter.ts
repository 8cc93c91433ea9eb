import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { biomeBinary } from './binaries.ts';
import {
  type FormatComplaint,
  type FormatFlags,
  type FormatTool,
  formatComplaint,
  formatConfig,
} from './format-check.ts';
import { type LanguageServer, startLanguageServer } from './language-server.ts';

export interface Formatter {
  /** @see formatComplaint */
  complaint(path: string, text: string, flags: FormatFlags): Promise<FormatComplaint | null>;
  close(): Promise<void>;
}

/** A formatter that waits; null where it does not start. */
type Running = { readonly server: LanguageServer; readonly root: string } | null;

interface Resident {
  readonly flags: string;
  readonly started: Promise<Running>;
}

/** Seconds for one answer: whatever takes longer is left to a process of its own. */
const PATIENCE = 2;

/**
 * A resident formatter, asked over the Language Server Protocol, says in 2 ms of a text that it is formatted already, where a
 * process of its own takes 15. All else, and what is wrong with a text, is said by such a process. The resident one starts
 * beside the second question, so that a single one does not wait for it; where it does not start, nothing is lost but time.
 */
export function createFormatter(tool: FormatTool): Formatter {
  let asked = false;
  let resident: Resident | null = null;
  let serial = 0;
  let closed = false;

  const stop = async (): Promise<void> => {
    const running = await resident?.started;
    running?.server.kill();
    if (running) await rm(running.root, { recursive: true, force: true, maxRetries: 10, retryDelay: 20 });
  };

  /** Whether the resident formatter is there and leaves a text as it is. */
  const isFormatted = async (path: string, text: string, flags: FormatFlags): Promise<boolean> => {
    const of = flags.join(' ');
    if (asked && resident === null && !closed) resident = { flags: of, started: startResident(flags) };
    asked = true;
    if (resident?.flags !== of || text.includes('\r')) return false;
    // Nobody waits for it to start.
    const running = await Promise.race([resident.started, null]);
    if (running === null) return false;
    const { server, root } = running;
    const uri = pathToFileURL(join(root, `${serial++}${path.endsWith('.d.ts') ? '.d.ts' : '.ts'}`)).href;
    const textDocument = { uri, languageId: 'typescript', version: 1, text };
    try {
      server.tell('textDocument/didOpen', { textDocument });
      const options = { tabSize: 2, insertSpaces: true };
      const edits = await server.ask('textDocument/formatting', { textDocument: { uri }, options }, PATIENCE);
      // Null is said of a text that it cannot read, and while it is not ready.
      return Array.isArray(edits) && edits.length === 0;
    } catch {
      // From here on it answers nothing, at once.
      server.kill();
      return false;
    } finally {
      server.tell('textDocument/didClose', { textDocument: { uri } });
    }
  };

  return {
    async complaint(path, text, flags) {
      const body = text.replace(/^\ufeff/, '');
      if (await isFormatted(path, body, flags)) return null;
      return formatComplaint(path, text, flags, tool);
    },
    close: async () => {
      closed = true;
      await stop();
    },
  };
}

/** It ends with its standard input, or with us. */
async function startResident(flags: FormatFlags): Promise<Running> {
  const root = await mkdtemp(join(tmpdir(), 'vibegrad-format-'));
  try {
    await writeFile(join(root, 'biome.json'), formatConfig(flags));
    // Its socket and its caches are in that folder, too: a person's own Biome is another one.
    const env = { HOME: root, TMPDIR: root, XDG_RUNTIME_DIR: root, XDG_CACHE_HOME: root };
    const args = ['lsp-proxy', '--watcher-kind=none'];
    return { server: await startLanguageServer(biomeBinary(), args, { cwd: root, env, root }), root };
  } catch {
    await rm(root, { recursive: true, force: true });
    return null;
  }
}
