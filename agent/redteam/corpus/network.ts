import { category } from '../types.ts';

const module_ = (text: string) => ({ kind: 'module', text }) as const;
const host = (attempt: string) => ({ kind: 'host', attempt }) as const;
const get = (name: string): string => `process.getBuiltinModule('node:${name}')`;
const refused = /it was refused: ERR_ACCESS_DENIED/;

/** Whatever speaks or listens. */
export const network = category('network', {
  'fetch-in-text': {
    tries: '`fetch` by name',
    attack: { kind: 'engine', append: "fetch('http://127.0.0.1:%TCP%/');\n" },
    ends: 'static',
    because: /uses `fetch`/,
  },
  'fetch-past-the-text': {
    tries: '`fetch`, past the static stage',
    attack: module_("fetch('http://127.0.0.1:%TCP%/');"),
    ends: 'oracle',
    because: /^ReferenceError: fetch is not defined/,
  },
  connect: {
    tries: 'a connection on the loopback interface',
    attack: host(
      `await new Promise((ok, no) => ${get('net')}.connect(%TCP%, '127.0.0.1', ok).on('error', no))`,
    ),
    ends: 'oracle',
    because: /it was refused: (?:ERR_ACCESS_DENIED|ECONNREFUSED|ENETUNREACH)/,
  },
  fetch: {
    tries: '`fetch` from the host realm',
    attack: host("await fetch('http://127.0.0.1:%TCP%/')"),
    ends: 'oracle',
    because: /it was refused: /,
  },
  'web-socket': {
    tries: 'a web socket',
    attack: host(
      "await new Promise((ok, no) => { const s = new WebSocket('ws://127.0.0.1:%TCP%/'); s.onopen = ok; s.onerror = () => no({ code: 'ERR_ACCESS_DENIED' }); })",
    ),
    ends: 'oracle',
    because: /it was refused: /,
  },
  datagram: {
    tries: 'a datagram on the loopback interface',
    attack: host(
      `await new Promise((ok, no) => { const s = ${get('dgram')}.createSocket('udp4').on('error', no); s.send('x', %UDP%, '127.0.0.1', (e) => (e ? no(e) : ok())); })`,
    ),
    ends: 'oracle',
    because: /it was refused: (?:ERR_ACCESS_DENIED|ECONNREFUSED|ENETUNREACH)/,
  },
  'name-server': {
    tries: 'a question to a name server, with data in the name',
    attack: host(
      `const r = new (${get('dns')}.Resolver)({ timeout: 300, tries: 1 }); r.setServers(['127.0.0.1:%UDP%']); await new Promise((ok, no) => r.resolve4('secret.example', (e, a) => (e ? no(e) : ok(a))))`,
    ),
    ends: 'oracle',
    because: /it was refused: (?:ERR_ACCESS_DENIED|ECONNREFUSED|ETIMEOUT|ENETUNREACH)/,
  },
  'system-resolver': {
    tries: 'a name by way of the system',
    attack: host(
      `await new Promise((ok, no) => ${get('dns')}.lookup('secret.example', (e, a) => (e ? no(e) : ok(a))))`,
    ),
    ends: 'oracle',
    because: /it was refused: (?:ERR_ACCESS_DENIED|EAI_AGAIN|ENOTFOUND)/,
  },
  socket: {
    tries: 'a socket of the user’s',
    attack: host(`await new Promise((ok, no) => ${get('net')}.connect('%SOCKET%', ok).on('error', no))`),
    ends: 'oracle',
    because: /it was refused: (?:ERR_ACCESS_DENIED|ENOENT)/,
  },
  listen: {
    tries: 'to listen on a port',
    attack: host(`await new Promise((ok, no) => ${get('net')}.createServer().on('error', no).listen(0, ok))`),
    ends: 'oracle',
    because: refused,
  },
  'listen-on-a-name': {
    tries: 'to listen on a socket without a path',
    attack: host(
      `await new Promise((ok, no) => ${get('net')}.createServer().on('error', no).listen('\\0vibegrad-redteam', ok))`,
    ),
    ends: 'oracle',
    because: refused,
  },
});
