/** The edit formats of text replies. */
export type EditFormat = 'rule' | 'search-replace' | 'unified-diff' | 'whole-file';

/** A file before or after an edit, raw bytes. */
export interface EditFile {
  readonly path: string;
  readonly mode: string;
  readonly bytes: Uint8Array;
}

export type ApplyReason =
  | 'no edit' // the reply holds nothing of the format
  | 'malformed' // it holds something that does not parse
  | 'not found'
  | 'ambiguous'
  | 'no change'
  | 'outside the editable paths'
  | 'unknown name'; // a rule uses an op that the engine lacks

export interface ApplyFailure {
  readonly reason: ApplyReason;
  /** One sentence for the model and the person, naming the nearest block where there is one. */
  readonly message: string;
  readonly path: string | null;
}

export type EditResult =
  | { readonly ok: true; readonly files: readonly EditFile[] } // only the files that changed
  | { readonly ok: false; readonly failure: ApplyFailure };

/**
 * What `workspace` syscalls ask. Trees and commits are git ids. A `worktree` is a name that stays good when a
 * session resumes; `pathOf` (index.ts) says where it is on this machine.
 */
export type WorkspaceCall =
  /** The text of the editable files at a commit, and of the contract. */
  | { readonly op: 'read'; readonly commit: string }
  /** Applies a reply's edits to a commit's tree: in a pooled worktree, all or nothing. */
  | {
      readonly op: 'apply';
      readonly commit: string;
      readonly format: EditFormat | 'auto';
      readonly text: string;
    }
  /** Freezes what a person changed by hand in the worktree that `apply` or `checkout` handed out. */
  | { readonly op: 'freeze'; readonly worktree: string; readonly commit: string }
  | { readonly op: 'checkout'; readonly commit: string }
  /** Lands a judged tree: a compare-and-swap of the session's branch from `commit`. */
  | {
      readonly op: 'accept';
      readonly commit: string;
      readonly tree: string;
      readonly subject: string;
      readonly body: string;
      readonly trailers: { readonly [name: string]: string };
    }
  | { readonly op: 'diff'; readonly from: string; readonly to: string };

export interface WorkspaceResults {
  read: {
    readonly tree: string;
    readonly files: readonly { readonly path: string; readonly text: string }[];
    /** Empty where the target names none or the commit lacks it. */
    readonly contract: string;
  };
  apply:
    | {
        readonly ok: true;
        readonly format: EditFormat;
        readonly tree: string;
        readonly diff: string;
        readonly worktree: string;
      }
    /** `auto`: nothing of any format was found. */
    | { readonly ok: false; readonly format: EditFormat | 'auto'; readonly failure: ApplyFailure };
  freeze: { readonly tree: string; readonly diff: string };
  checkout: { readonly worktree: string };
  /** `moved`: the branch's head is not `commit`; nothing was written. */
  accept: { readonly ok: true; readonly commit: string } | { readonly ok: false; readonly moved: string };
  diff: { readonly diff: string; readonly added: number; readonly removed: number };
}
