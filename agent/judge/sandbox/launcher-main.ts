import type { ChildProcess } from 'node:child_process';
import type { Line } from './types.ts';

export type ToLauncher =
  | {
      readonly kind: 'start';
      readonly id: string;
      readonly line: Line;
      /** What to say first on the connection for standard input and output, and on that for standard error. */
      readonly headers: readonly [string, string];
    }
  | { readonly kind: 'kill'; readonly id: string };

export type LauncherMessage =
  | { readonly kind: 'ready' }
  | { readonly kind: 'started'; readonly id: string; readonly pid: number }
  | { readonly kind: 'failed'; readonly id: string; readonly message: string }
  | {
      readonly kind: 'ended';
      readonly id: string;
      readonly code: number | null;
      readonly signal: NodeJS.Signals | null;
    };

/**
 * All that the small process runs, as text: it refers to nothing outside of itself. It ends with whoever started it, and
 * kills what it has started then.
 */
export function launcherMain(path: string): void {
  const { spawn } = process.getBuiltinModule('node:child_process');
  const { connect } = process.getBuiltinModule('node:net');
  const running = new Map<string, ChildProcess | 'starting'>();
  const say = (message: LauncherMessage): void => void (process.connected && process.send!(message));

  const kill = (child: ChildProcess): void => {
    if (child.pid === undefined) return;
    try {
      process.kill(-child.pid, 'SIGKILL');
    } catch {
      // It is gone already.
    }
  };

  const start = async ({ id, line, headers }: Extract<ToLauncher, { kind: 'start' }>): Promise<void> => {
    running.set(id, 'starting');
    try {
      const [io, err] = await Promise.all(
        headers.map(async (header) => {
          const socket = connect(path);
          // What comes is for the program, and stays in the socket until the program reads it.
          socket.pause();
          await new Promise<void>((resolve, reject) => {
            socket.once('error', reject);
            socket.once('connect', () => socket.write(header, () => resolve()));
          });
          return socket;
        }),
      );
      if (!running.has(id)) {
        io!.destroy();
        err!.destroy();
        return say({ kind: 'ended', id, code: null, signal: 'SIGKILL' });
      }
      const child = spawn(line.command, [...line.args], {
        env: { ...line.environment },
        cwd: '/',
        detached: true,
        stdio: [io!, io!, err!],
      });
      running.set(id, child);
      if (child.pid !== undefined) say({ kind: 'started', id, pid: child.pid });
      io!.destroy();
      err!.destroy();
      child.on('error', (error) => say({ kind: 'failed', id, message: error.message }));
      child.on('exit', (code, signal) => {
        // Whatever it started itself goes with it.
        kill(child);
        running.delete(id);
        say({ kind: 'ended', id, code, signal });
      });
    } catch (error) {
      running.delete(id);
      say({ kind: 'failed', id, message: String((error as Error).message) });
    }
  };

  process.on('message', (message: ToLauncher) => {
    if (message.kind === 'start') return void start(message);
    const child = running.get(message.id);
    if (child === 'starting') running.delete(message.id);
    else if (child !== undefined) kill(child);
  });
  process.on('disconnect', () => {
    for (const child of running.values()) if (child !== 'starting') kill(child);
    process.exit();
  });
  say({ kind: 'ready' });
}
