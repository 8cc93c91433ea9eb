import { hash, randomBytes } from 'node:crypto';
import {
  chmodSync,
  closeSync,
  existsSync,
  fdatasync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { deflateSync } from 'node:zlib';
import { onDisk } from './disk.ts';

/** Writes objects into a repository, each in a file of its own, as git's `hash-object -w` does. */
export interface LooseObjects {
  /** Begins to write an object. Its bytes are on disk before its name exists. */
  write(type: 'blob' | 'tree' | 'commit', body: Uint8Array): Written;
}

const datasync = promisify(fdatasync);

export interface Written {
  readonly oid: string;
  /** When the object is there. Several that are written together share what a sync costs. @throws UserError */
  readonly done: Promise<void>;
}

/**
 * The format is git's own and does not change (gitrepository-layout(5), `objects/[0-9a-f][0-9a-f]`): the zlib stream of
 * `type SP size NUL body`, named by the digest of that. To ask a git process for it takes ten times as long, most of
 * it spent on handing over the bytes, and `mktree` syncs nothing.
 *
 * @param idLength hexadecimal digits of an id: 40 in a SHA-1 repository, 64 in a SHA-256 one
 */
export function openLoose({ gitDir, idLength }: { gitDir: string; idLength: number }): LooseObjects {
  const algorithm = idLength === 64 ? 'sha256' : 'sha1';
  const objects = join(gitDir, 'objects');

  function folderFor(oid: string): string {
    const folder = join(objects, oid.slice(0, 2));
    if (existsSync(folder)) return folder;
    mkdirSync(folder, { recursive: true });
    // A repository that a group shares lets the group write to all its folders.
    chmodSync(folder, statSync(objects).mode & 0o7777);
    return folder;
  }

  /** Waits for the disk alone: each step that is handed to another thread takes longer than the step itself. */
  async function place(oid: string, bytes: Uint8Array): Promise<void> {
    const folder = folderFor(oid);
    const path = join(folder, oid.slice(2));
    if (existsSync(path)) return;
    // A name that `git prune` knows for what a killed process left.
    const temporary = join(folder, `tmp_obj_${randomBytes(6).toString('hex')}`);
    try {
      const fd = openSync(temporary, 'wx', 0o444);
      try {
        writeFileSync(fd, bytes);
        await datasync(fd);
      } finally {
        closeSync(fd);
      }
      renameSync(temporary, path);
    } catch (error) {
      rmSync(temporary, { force: true });
      throw error;
    }
  }

  return {
    write(type, body) {
      const whole = Buffer.concat([Buffer.from(`${type} ${body.length}\0`), body]);
      const oid = hash(algorithm, whole, 'hex');
      return { oid, done: onDisk(gitDir, () => place(oid, deflateSync(whole, { level: 1 }))) };
    },
  };
}
