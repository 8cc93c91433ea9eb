/**
 * The exit codes that every command documents.
 *
 * 0 done · 1 judged and refused (or a check failed) · 2 bad input or usage · 3 a replay diverged ·
 * 4 the judge changed since the recording · 5 something the machine lacks · 6 a session that is damaged
 * or in use · 7 a model or its server failed · 8 a budget ended the run · 70 a defect (`DEFECT`) · 130 interrupted.
 */
export const EXIT = {
  ok: 0,
  refused: 1,
  usage: 2,
  diverged: 3,
  judgeChanged: 4,
  missing: 5,
  session: 6,
  model: 7,
  budget: 8,
  interrupted: 130,
} as const;

/** The exit code of a defect of Vibegrad itself: nothing that a person did. */
export const DEFECT = 70;

export type ExitName = keyof typeof EXIT;

/** An error that a person can act on: one sentence of what happened and where, one of what to do. */
export class UserError extends Error {
  override readonly name = 'UserError';
  readonly exit: ExitName;
  /** What to do about it, as one sentence; empty when the message says it already. */
  readonly mend: string;

  constructor(exit: ExitName, message: string, mend = '', options?: ErrorOptions) {
    super(message, options);
    this.exit = exit;
    this.mend = mend;
  }
}

/** The message of anything that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

const UNREAD: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file or folder',
  ENOTDIR: 'there is no such file or folder',
  EISDIR: 'it is a folder',
  EACCES: 'this user may not read it',
};

/** Why a file or folder could not be read, in words. */
export function whyUnread(error: unknown): string {
  return UNREAD[String((error as NodeJS.ErrnoException).code)] ?? messageOf(error);
}
