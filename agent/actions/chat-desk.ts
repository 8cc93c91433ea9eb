import { resolve } from 'node:path';
import type { ChatDesk } from '../host/chat-person.ts';
import { loadKinds } from '../host/prompts.ts';
import { exportHtml } from '../review/html.ts';
import { openSession } from '../review/open.ts';
import { renderSession } from '../review/transcript.ts';
import { writeTranscript } from '../review/transcript-file.ts';
import { writeNew } from './output-file.ts';

/** What a person at the prompt of a chat can have done beside the conversation. */
export function chatDesk(dir: string, folder: string): ChatDesk {
  return {
    kinds: loadKinds(folder).map(({ kind }) => kind),
    save(file) {
      if (file === null) return writeTranscript(dir);
      const path = resolve(file);
      const session = openSession(dir);
      writeNew(path, /\.html?$/i.test(path) ? exportHtml(session) : renderSession(session.view));
      return path;
    },
    leave: () => process.kill(process.pid, 'SIGINT'),
  };
}
