import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { createServer, type Server, type Socket } from 'node:net';
import { type LauncherMessage, launcherMain, type ToLauncher } from './launcher-main.ts';
import { type Spawn, type SpawnEvents, type Spawned, spawnHere } from './spawn.ts';
import type { Line } from './types.ts';

/** Starts programs, from a small process where that is quicker. */
export interface Launcher {
  readonly spawn: Spawn;
  /** Ends the small process, which kills what it started and is still there. */
  close(): void;
}

/** Programs that are started from here before a process of its own is worth its start. */
const FEW = 2;

/**
 * On Linux Node starts a program by `fork`, which copies the page tables of the process that asks: a judge of 150 MB stands
 * still for 4 to 10 ms, a Node that does nothing else for one. So a process that does nothing else starts programs, once
 * there have been a few; their streams are sockets to here. Where `fork` is not used they are started from here.
 */
export function openLauncher(): Launcher {
  if (process.platform !== 'linux') return { spawn: spawnHere, close: () => {} };
  let calls = 0;
  let helper: Helper | null = null;
  let closed = false;
  return {
    spawn(line, events) {
      calls++;
      if (calls > FEW && !closed) helper ??= startHelper();
      return helper?.ready() === true && !closed ? helper.start(line, events) : spawnHere(line, events);
    },
    close() {
      closed = true;
      helper?.end();
    },
  };
}

interface Helper {
  ready(): boolean;
  start(line: Line, events: SpawnEvents): Spawned;
  end(): void;
}

/** A program that the helper starts. */
interface Started {
  readonly events: SpawnEvents;
  /** Connections that are not closed yet. */
  open: number;
  pid: number | null;
  exit: { readonly code: number | null; readonly signal: NodeJS.Signals | null } | null;
}

function startHelper(): Helper {
  const started = new Map<string, Started>();
  /** Takes a program off the list. Only while there are some does the small process keep this one from ending. */
  const done = (id: string): boolean => {
    const was = started.delete(id);
    if (started.size === 0) child.channel?.unref();
    return was;
  };
  const connections = openConnections();
  let ready = false;

  const child: ChildProcess = spawn(
    process.execPath,
    ['--input-type=commonjs', '--eval', `(${launcherMain})(${JSON.stringify(connections.path)})`],
    { env: {}, cwd: '/', stdio: ['ignore', 'ignore', 'ignore', 'ipc'] },
  );
  child.unref();
  child.channel?.unref();
  child.on('message', (message: LauncherMessage) => {
    if (message.kind === 'ready') {
      ready = true;
      return;
    }
    const one = started.get(message.id);
    if (one === undefined) return;
    if (message.kind === 'started') {
      one.pid = message.pid;
      return;
    }
    if (message.kind === 'failed') {
      done(message.id);
      return one.events.onError(new Error(message.message));
    }
    one.exit = message;
    closeIfDone(message.id, one);
  });
  const lost = (): void => {
    ready = false;
    connections.close();
    for (const [id, { events }] of started) {
      done(id);
      events.onError(new Error('the process that starts programs has ended'));
    }
  };
  child.on('exit', lost);
  child.on('error', lost);

  function closeIfDone(id: string, one: Started): void {
    if (one.open > 0 || one.exit === null || !done(id)) return;
    one.events.onClose(one.exit.code, one.exit.signal);
  }

  function tell(message: ToLauncher): void {
    if (child.connected) child.send(message);
  }

  return {
    ready: () => ready,
    end: () => {
      ready = false;
      if (child.connected) child.disconnect();
    },
    start(line, events) {
      const id = randomBytes(8).toString('hex');
      const one: Started = { events, open: 2, pid: null, exit: null };
      started.set(id, one);
      child.channel?.ref();
      const onClose = (): void => {
        one.open--;
        closeIfDone(id, one);
      };
      const io = connections.expect(events.onOut, onClose);
      const err = connections.expect(events.onErr, onClose);
      err.end();
      tell({ kind: 'start', id, line, headers: [io.header, err.header] });
      return { write: io.write, end: io.end, kill: () => tell({ kind: 'kill', id }), pid: () => one.pid };
    },
  };
}

/** A connection that is expected: it says `header` first. What is written before it is there waits for it. */
interface Expected {
  readonly header: string;
  write(text: string): void;
  end(): void;
}

interface Connections {
  readonly path: string;
  expect(onData: (bytes: Buffer) => void, onClose: () => void): Expected;
  close(): void;
}

const HEADER = 32;

/**
 * Where a program's streams connect to: an abstract address, gone with us. Others may connect to it too, but nobody else
 * knows the headers, and each counts once.
 */
function openConnections(): Connections {
  const path = `\0vibegrad-${randomBytes(16).toString('hex')}`;
  const expected = new Map<string, (socket: Socket) => void>();
  const server: Server = createServer({ allowHalfOpen: true }, (socket) => {
    socket.on('error', () => {}); // its end is told by `close`
    socket.once('data', (bytes: Buffer) => {
      const header = bytes.toString('latin1', 0, HEADER);
      const take = expected.get(header);
      if (take === undefined) return void socket.destroy();
      expected.delete(header);
      take(socket);
      if (bytes.length > HEADER) socket.unshift(bytes.subarray(HEADER));
    });
  });
  server.listen(path);
  server.unref();
  return {
    path,
    expect(onData, onClose) {
      const header = randomBytes(HEADER / 2).toString('hex');
      const waiting: string[] = [];
      let there: Socket | null = null;
      let ended = false;
      expected.set(header, (socket) => {
        there = socket;
        socket.on('data', onData);
        socket.on('close', onClose);
        socket.on('end', () => socket.end());
        for (const text of waiting.splice(0)) socket.write(text);
        if (ended) socket.end();
      });
      return {
        header,
        write: (text) => void (there === null ? waiting.push(text) : there.write(text)),
        end: () => {
          ended = true;
          there?.end();
        },
      };
    },
    close: () => void server.close(),
  };
}
