import { randomBytes } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer, type Server } from 'node:net';

/** Servers that nobody may ever reach, and a secret that may turn up nowhere. */
export interface Canaries {
  readonly secret: string;
  readonly tcp: number;
  readonly udp: number;
  /** What was heard since the last call, one sentence each. */
  heard(): string[];
  close(): Promise<void>;
}

/** Starts listening: on two ports of the loopback interface, and on a socket at `path`. */
export async function openCanaries(path: string): Promise<Canaries> {
  let said: string[] = [];
  const hear = (what: string) => () => {
    said.push(what);
  };
  const tcp = createServer((socket) => {
    said.push('a connection reached the loopback interface');
    socket.on('error', () => {}).destroy();
  });
  const unix = createServer((socket) => {
    said.push('a connection reached a socket of the user');
    socket.on('error', () => {}).destroy();
  });
  const udp = createSocket('udp4').on('message', hear('a datagram reached the loopback interface'));
  udp.bind(0, '127.0.0.1');
  tcp.listen(0, '127.0.0.1');
  unix.listen(path);
  await Promise.all([once(udp, 'listening'), once(tcp, 'listening'), once(unix, 'listening')]);
  return {
    secret: randomBytes(24).toString('hex'),
    tcp: (tcp.address() as { port: number }).port,
    udp: udp.address().port,
    heard: () => {
      const heard = said;
      said = [];
      return heard;
    },
    close: async () => {
      udp.close();
      await Promise.all([tcp, unix].map((server: Server) => new Promise((done) => server.close(done))));
    },
  };
}

/** Whether a text holds a secret, plainly or in one of the ways in which bytes are usually written. */
export function holdsSecret(text: string, secret: string): boolean {
  const bytes = Buffer.from(secret);
  const reversed = [...secret].reverse().join('');
  const spellings = [secret, reversed, bytes.toString('hex'), bytes.toString('base64').replace(/=+$/, '')];
  return spellings.some((spelling) => text.includes(spelling));
}
