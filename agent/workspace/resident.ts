import { execa } from 'execa';
import { explain, gitEnvironment, HARDENED, notStarted } from './git.ts';

/** Reads what a resident process answers. */
export interface Answer {
  /** The next line, without its newline. */
  line(): Promise<string>;
  /** Exactly `size` bytes. */
  bytes(size: number): Promise<Buffer>;
}

/** A git process that stays up and answers requests in the order they were made. */
export interface Resident {
  /** Requests are written at once and answered in order. @throws UserError when the process ended instead. */
  request<T>(input: string | Uint8Array, read: (answer: Answer) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

interface Running extends Answer {
  write(input: string | Uint8Array): void;
  end(): Promise<void>;
  ended: boolean;
}

/**
 * Starting git costs several milliseconds, a request to one that runs a fraction of one. The process
 * starts with the first request, and again after it ended (`update-ref` ends when it refuses).
 */
export function resident(args: readonly string[], options: { cwd: string; gitDir: string }): Resident {
  let running: Running | null = null;
  let last: Promise<unknown> = Promise.resolve();

  return {
    request(input, read) {
      if (running === null || running.ended) running = start(args, options);
      const process = running;
      process.write(input);
      const answer = last.then(() => read(process));
      last = answer.catch(() => undefined);
      return answer;
    },
    async close() {
      await last;
      await running?.end();
      running = null;
    },
  };
}

function start(args: readonly string[], { cwd, gitDir }: { cwd: string; gitDir: string }): Running {
  const child = execa('git', [...HARDENED, ...args], {
    cwd,
    env: gitEnvironment({ GIT_DIR: gitDir }),
    extendEnv: false,
    stdin: 'pipe',
    stdout: 'pipe',
    stderr: 'pipe',
    buffer: { stdout: false, stderr: true },
    encoding: 'buffer',
    reject: false,
    // Not in the terminal's process group, so that Ctrl-C leaves time to stop; it ends with its input.
    detached: true,
  });
  let held: Buffer[] = [];
  let size = 0;
  let wake: () => void = () => undefined;
  const running: Running = {
    ended: false,
    write: (input) => void child.stdin.write(input),
    async end() {
      child.stdin.end();
      await child;
    },
    async line() {
      for (let from = 0; ; ) {
        const all = joined();
        const at = all.indexOf(10, from);
        if (at >= 0) return take(at + 1).toString('utf8', 0, at);
        from = all.length;
        await more();
      }
    },
    async bytes(wanted) {
      while (size < wanted) await more();
      return take(wanted);
    },
  };

  const joined = (): Buffer => {
    if (held.length !== 1) held = [Buffer.concat(held)];
    return held[0]!;
  };
  const take = (count: number): Buffer => {
    const all = joined();
    held = [all.subarray(count)];
    size = all.length - count;
    return all.subarray(0, count);
  };
  const more = async (): Promise<void> => {
    if (running.ended) {
      const result = await child;
      if (result.exitCode === undefined) throw notStarted(result.code, gitDir, result.shortMessage ?? '');
      throw explain(Buffer.from(result.stderr).toString('utf8'), gitDir);
    }
    await new Promise<void>((resolve) => {
      wake = resolve;
    });
  };

  child.stdout.on('data', (chunk: Buffer) => {
    held.push(chunk);
    size += chunk.length;
    wake();
  });
  child.stdout.on('close', () => {
    running.ended = true;
    wake();
  });
  // A process that died gives its reason when an answer is read; the broken pipe adds nothing.
  child.stdin.on('error', () => undefined);
  return running;
}
