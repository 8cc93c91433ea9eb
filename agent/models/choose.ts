import { isIP } from 'node:net';
import { UserError } from '../base/errors.ts';
import { type Environment, KEY_VARIABLES, type KeyOwner, keyOf, redactSecrets } from './keys.ts';
import type { ManualOptions } from './manual.ts';
import type { FREE } from './prices.ts';
import type { RecordedResult } from './recorded.ts';
import type { RetryPolicy } from './retry.ts';
import type { Model } from './types.ts';

/** A model as named on the command line. */
export type ModelId =
  | { readonly kind: 'embedded' }
  | { readonly kind: 'manual' }
  | { readonly kind: 'recorded'; readonly session: string }
  | { readonly kind: 'simulated'; readonly rates: string }
  | { readonly kind: 'anthropic'; readonly name: string }
  | { readonly kind: 'openai'; readonly name: string }
  | { readonly kind: 'ollama'; readonly name: string }
  /** Any server that speaks OpenAI's Chat Completions. */
  | { readonly kind: 'chat'; readonly baseURL: string; readonly name: string };

/** The forms of a model id, for help texts and errors. */
export const MODEL_FORMS: readonly { readonly form: string; readonly what: string }[] = [
  { form: 'embedded', what: 'a search over small rules; no key, no network' },
  { form: 'manual', what: 'you answer, or paste the answers of any chat window' },
  { form: 'anthropic:NAME', what: `Anthropic's API; key in ${KEY_VARIABLES.anthropic}` },
  { form: 'openai:NAME', what: `OpenAI's API; key in ${KEY_VARIABLES.openai}` },
  { form: 'ollama:NAME', what: 'a model of a local Ollama' },
  {
    form: 'http://127.0.0.1:8080/v1#NAME',
    what: `any OpenAI-compatible server; key, if it wants one, in ${KEY_VARIABLES.chat}`,
  },
  { form: 'recorded:SESSION', what: 'the answers of a recorded session, in their order' },
  { form: 'simulated:RATES', what: 'no model: known chances, for `control correction` to find again' },
];

/** @throws UserError naming the forms, for a text of no known form */
export function parseModelId(text: string): ModelId {
  const id = text.trim();
  if (id === 'embedded' || id === 'manual') return { kind: id };
  if (/^https?:\/\//i.test(id)) return parseURL(id);
  const colon = id.indexOf(':');
  const kind = id.slice(0, Math.max(0, colon));
  const name = id.slice(colon + 1);
  if (colon > 0 && name !== '') {
    if (kind === 'anthropic' || kind === 'openai' || kind === 'ollama') return { kind, name };
    if (kind === 'recorded') return { kind, session: name };
    if (kind === 'simulated') return { kind, rates: name };
  }
  const forms = MODEL_FORMS.map(({ form, what }) => `  ${form}  ${what}`).join('\n');
  throw new UserError(
    'usage',
    `${JSON.stringify(redactSecrets(id))} names no model`,
    `A model is one of\n${forms}`,
  );
}

function parseURL(id: string): ModelId {
  const bad = (why: string) =>
    new UserError('usage', `${redactSecrets(id)}: ${why}`, 'Write it like http://127.0.0.1:8080/v1#NAME.');
  let url: URL;
  try {
    url = new URL(id);
  } catch {
    throw bad('not an address');
  }
  // The id goes into journals and transcripts: it is no place for a secret.
  if (url.username !== '' || url.password !== '' || url.search !== '') {
    throw bad(`an address takes no user, password or query here; a key goes into ${KEY_VARIABLES.chat}`);
  }
  let name: string;
  try {
    name = decodeURIComponent(url.hash.slice(1));
  } catch {
    name = url.hash.slice(1);
  }
  if (name === '') throw bad('the model is missing after #');
  return { kind: 'chat', baseURL: `${url.origin}${url.pathname.replace(/\/+$/, '')}`, name };
}

/** The canonical text of an id; `parseModelId` reads it back. */
export function formatModelId(id: ModelId): string {
  switch (id.kind) {
    case 'embedded':
    case 'manual':
      return id.kind;
    case 'recorded':
      return `recorded:${id.session}`;
    case 'simulated':
      return `simulated:${id.rates}`;
    case 'chat':
      return `${id.baseURL}#${id.name}`;
    default:
      return `${id.kind}:${id.name}`;
  }
}

export interface OpenOptions {
  /** `$VIBEGRAD_HOME`, where the user's prices.json may lie. */
  readonly home: string;
  /** Needed for `manual`. */
  readonly manual?: ManualOptions;
  /** Needed for `recorded:SESSION`: the results of that session's model calls. */
  readonly recorded?: (session: string) => Promise<readonly RecordedResult[]>;
  /** Needed for `simulated`: the number that a program prints. */
  readonly truth?: (code: string) => Promise<number>;
  readonly retry?: Partial<RetryPolicy>;
  readonly env?: Environment;
}

export interface OpenedModel {
  readonly model: Model;
  /** Null where no price is known; zeros for what runs on this machine. */
  readonly price: typeof FREE | null;
}

/**
 * A model ready to be called: adapter, idle timeout, retries and prices. Nothing is sent yet, and each
 * provider's SDK is loaded at the first call.
 * @throws UserError for a missing key, and for a kind whose options are missing
 */
export async function openModel(id: ModelId, options: OpenOptions): Promise<OpenedModel> {
  const { FREE } = await import('./prices.ts');
  switch (id.kind) {
    case 'embedded': {
      const { createEmbedded } = await import('./embedded/index.ts');
      return { model: createEmbedded(), price: FREE };
    }
    case 'manual': {
      if (options.manual === undefined) throw new TypeError('a manual model needs its options');
      const { createManual } = await import('./manual.ts');
      return { model: createManual(options.manual), price: FREE };
    }
    case 'recorded': {
      if (options.recorded === undefined) throw new TypeError('a recorded model needs its recordings');
      const { createRecorded } = await import('./recorded.ts');
      const results = await options.recorded(id.session);
      return { model: createRecorded(formatModelId(id), results), price: FREE };
    }
    case 'simulated': {
      if (options.truth === undefined) throw new TypeError('a simulation needs to know what is right');
      const { createSimulated, parseRates } = await import('./simulated.ts');
      return {
        model: createSimulated(formatModelId(id), parseRates(id.rates), options.truth),
        price: FREE,
      };
    }
    default:
      return openRemote(id, options);
  }
}

type Remote = Extract<ModelId, { readonly name: string }>;

async function openRemote(id: Remote, options: OpenOptions): Promise<OpenedModel> {
  const env = options.env ?? process.env;
  const [{ FREE, loadPrices, priceOf, withPrices }, { RETRY, withRetry }, { withIdleTimeout }, { wrap }] =
    await Promise.all([
      import('./prices.ts'),
      import('./retry.ts'),
      import('./idle.ts'),
      import('./wrap.ts'),
    ]);
  const server = serverOf(id, env);
  const prices = await loadPrices(options.home);
  const price = priceOf(prices, server.id) ?? (isLoopback(server.baseURL) ? FREE : null);
  const model = wrap(
    await adapterOf(id, server),
    withIdleTimeout(),
    withRetry({ ...RETRY, ...options.retry }),
    withPrices(price),
  );
  return { model, price };
}

async function adapterOf(id: Remote, server: ReturnType<typeof serverOf>): Promise<Model> {
  switch (id.kind) {
    case 'anthropic':
      return (await import('./anthropic.ts')).createAnthropic(server);
    case 'openai':
      return (await import('./openai.ts')).createOpenAI(server);
    case 'ollama':
    case 'chat':
      return (await import('./chat.ts')).createChat(server);
  }
}

function serverOf(id: Remote, env: Environment) {
  const base = { id: formatModelId(id), name: id.name };
  switch (id.kind) {
    case 'anthropic':
      return { ...base, ...keyed('anthropic', env.ANTHROPIC_BASE_URL ?? 'https://api.anthropic.com', env) };
    case 'openai':
      return { ...base, ...keyed('openai', env.OPENAI_BASE_URL ?? 'https://api.openai.com/v1', env) };
    case 'ollama':
      return { ...base, baseURL: `${ollamaURL(env)}/v1`, key: null, keyVariable: KEY_VARIABLES.chat };
    case 'chat':
      return { ...base, baseURL: id.baseURL, key: keyOf('chat', env), keyVariable: KEY_VARIABLES.chat };
  }
}

function keyed(owner: KeyOwner, baseURL: string, env: Environment) {
  const key = keyOf(owner, env);
  const keyVariable = KEY_VARIABLES[owner];
  // A server on this machine that speaks the provider's wire asks for no key.
  if (key === null && !isLoopback(baseURL)) {
    throw new UserError(
      'missing',
      `no key for ${owner}: ${keyVariable} is not set`,
      `Set it (export ${keyVariable}=…), or choose another model with --model.`,
    );
  }
  return { baseURL: baseURL.replace(/\/+$/, ''), key, keyVariable };
}

/**
 * Where Ollama listens: `OLLAMA_HOST` in the forms that Ollama itself takes (`host`, `host:port`, `:port`, a URL).
 * @throws UserError when it is none of them
 */
export function ollamaURL(env: Environment = process.env): string {
  const host = env.OLLAMA_HOST?.trim() ?? '';
  const scheme = /^https?:\/\//i.test(host);
  const text = scheme ? host : `http://${/^(:|$)/.test(host) ? `127.0.0.1${host}` : host}`;
  if (!URL.canParse(text)) {
    throw new UserError('usage', `OLLAMA_HOST is no address: ${host}`, 'Set it like 127.0.0.1:11434.');
  }
  const { protocol, hostname } = new URL(text);
  // A URL without a port means its scheme's own; a bare host means Ollama's.
  const port = /:(\d+)\/*$/.exec(text)?.[1] ?? (scheme ? null : '11434');
  // What a server listens on is no address to call.
  const name = hostname === '0.0.0.0' || hostname === '[::]' ? '127.0.0.1' : hostname;
  return `${protocol}//${name}${port === null ? '' : `:${port}`}`;
}

function isLoopback(address: string): boolean {
  if (!URL.canParse(address)) return false;
  const host = new URL(address).hostname.replace(/^\[|\]$/g, '');
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
}
