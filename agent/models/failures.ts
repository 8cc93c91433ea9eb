import { messageOf } from '../base/errors.ts';
import { oneLine } from '../base/text.ts';
import { redactSecrets } from './keys.ts';
import { ModelError, type ModelFailure } from './types.ts';

/** What is known about a call when it fails. */
export interface CallSite {
  /** For people: `https://api.anthropic.com`. */
  readonly server: string;
  readonly model: string;
  /** The variable the key came from; null where the call carried none. */
  readonly keyVariable: string | null;
  readonly signal: AbortSignal;
  /** True once the response's headers are in. */
  readonly streaming: boolean;
  /** The body ended inside an event: half a JSON text is then no malformed one, but a cut one. */
  readonly midEvent: boolean;
}

/**
 * Turns whatever an SDK, fetch or a broken stream threw into one ModelError. It goes by status, type and
 * code, never by class, so that no SDK has to be loaded to know its errors.
 */
export function toModelError(error: unknown, site: CallSite): ModelError {
  if (site.signal.aborted) return aborted(site.signal);
  const known = chain(error).find((e) => e instanceof ModelError);
  if (known instanceof ModelError) return known;
  const facts = factsOf(error);
  const failure = failureOf(facts, site);
  const said = oneLine(facts.message, 500);
  const message = `${sentence(failure, facts, site)}${said === '' ? '' : `: ${said}`}`;
  return new ModelError(failure, redactSecrets(message), facts.retryAfter, {
    cause: new Error(redactSecrets(messageOf(error))),
  });
}

/** The error of a call that its caller stopped. A reason that is already a ModelError says it better. */
export function aborted(signal: AbortSignal): ModelError {
  return signal.reason instanceof ModelError
    ? signal.reason
    : new ModelError('aborted', 'the call was stopped');
}

interface Facts {
  readonly status: number | null;
  /** The provider's own words for the kind of error: `overloaded_error`, `insufficient_quota`. */
  readonly kinds: readonly string[];
  /** The server said it itself, in a body or an event. */
  readonly told: boolean;
  /** Node's and undici's codes: `ECONNREFUSED`, `UND_ERR_SOCKET`. */
  readonly codes: readonly string[];
  readonly message: string;
  readonly retryAfter: number | null;
  readonly syntax: boolean;
}

function factsOf(error: unknown): Facts {
  const links = chain(error);
  const top = (links[0] ?? {}) as Loose;
  const body = object(top.error);
  // OpenAI's SDK hands out the inner error object, Anthropic's the envelope around it.
  const inner = object(body?.error) ?? body;
  const last = links.at(-1);
  return {
    status: typeof top.status === 'number' ? top.status : null,
    kinds: [inner?.type, inner?.code, top.type, top.code].filter((k) => typeof k === 'string'),
    told: inner !== undefined,
    codes: links.map((link) => (link as Loose).code).filter((code) => typeof code === 'string'),
    message: textOf(inner?.message) ?? textOf(top.message) ?? messageOf(last ?? error),
    retryAfter: retryAfter(top.headers),
    syntax: links.some((link) => link instanceof SyntaxError || link instanceof TypeError),
  };
}

function failureOf(facts: Facts, { streaming, midEvent }: CallSite): ModelFailure {
  for (const kind of facts.kinds) {
    const failure = BY_KIND.get(kind);
    if (failure !== undefined && (facts.status === null || DECISIVE.has(kind))) return failure;
  }
  if (facts.status !== null) return byStatus(facts.status);
  if (facts.told) return 'server error';
  if (facts.codes.some((code) => TIMEOUTS.has(code)) || /timed out/i.test(facts.message)) return 'stalled';
  if (facts.codes.length > 0) return streaming ? 'cut' : 'network';
  if (streaming && facts.syntax && !midEvent) return 'bad reply';
  return streaming ? 'cut' : 'network';
}

function byStatus(status: number): ModelFailure {
  if (status === 401 || status === 402 || status === 403) return 'unauthorised';
  if (status === 404) return 'unknown model';
  if (status === 408) return 'network';
  if (status === 429) return 'rate limited';
  if (status === 529 || status === 503) return 'overloaded';
  return status >= 500 ? 'server error' : 'bad request';
}

/** Kinds that say more than the status they come with. */
const DECISIVE: ReadonlySet<string> = new Set(['insufficient_quota', 'model_not_found', 'overloaded_error']);

/** A map, not an object: the kinds are the server's words, and `constructor` is one. */
const BY_KIND: ReadonlyMap<string, ModelFailure> = new Map([
  // Comes as a 429, but no waiting helps.
  ['insufficient_quota', 'unauthorised'],
  ['authentication_error', 'unauthorised'],
  ['billing_error', 'unauthorised'],
  ['permission_error', 'unauthorised'],
  ['invalid_api_key', 'unauthorised'],
  ['model_not_found', 'unknown model'],
  ['not_found_error', 'unknown model'],
  ['rate_limit_error', 'rate limited'],
  ['rate_limit_exceeded', 'rate limited'],
  ['overloaded_error', 'overloaded'],
  ['unavailable_error', 'overloaded'],
  ['api_error', 'server error'],
  ['server_error', 'server error'],
  ['timeout_error', 'server error'],
  ['invalid_request_error', 'bad request'],
  ['invalid_prompt', 'bad request'],
  ['bio_policy', 'bad request'],
  ['misalignment_policy_violation', 'bad request'],
  ['data_residency_mismatch', 'bad request'],
  ['exceed_context_size_error', 'bad request'],
]);

const TIMEOUTS: ReadonlySet<string> = new Set([
  'UND_ERR_HEADERS_TIMEOUT',
  'UND_ERR_BODY_TIMEOUT',
  'UND_ERR_CONNECT_TIMEOUT',
  'ETIMEDOUT',
]);

function sentence(failure: ModelFailure, facts: Facts, site: CallSite): string {
  const { server } = site;
  switch (failure) {
    case 'unauthorised':
      return site.keyVariable === null
        ? `${server} wants a key and none is set`
        : `${server} refuses the key in ${site.keyVariable}`;
    case 'unknown model':
      return `${server} has no model ${JSON.stringify(site.model)} (or the address is wrong)`;
    case 'bad request':
      return facts.status !== null && facts.status >= 300 && facts.status < 400
        ? `${server} sends elsewhere (${facts.status}); give the final address`
        : `${server} refuses the request${facts.status === null ? '' : ` (${facts.status})`}`;
    case 'rate limited':
      return `${server} limits the rate of calls`;
    case 'overloaded':
      return `${server} is overloaded`;
    case 'server error':
      return `${server} failed${facts.status === null ? '' : ` (${facts.status})`}`;
    case 'network':
      return facts.codes.includes('ECONNREFUSED')
        ? `nothing listens at ${server} (is the server running?)`
        : `${server} cannot be reached`;
    case 'stalled':
      return `${server} fell silent`;
    case 'cut':
      return `the connection to ${server} broke in mid-reply`;
    case 'aborted':
    case 'stopped':
      return 'the call was stopped';
    case 'bad reply':
      return `${server} sent something that is no reply`;
  }
}

/** Seconds that the server asked to wait: `retry-after-ms`, or `retry-after` in seconds or as a date. */
export function retryAfter(headers: unknown, now: number = Date.now()): number | null {
  if (!(headers instanceof Headers)) return null;
  const ms = Number.parseFloat(headers.get('retry-after-ms') ?? '');
  if (Number.isFinite(ms) && ms >= 0) return ms / 1000;
  const text = headers.get('retry-after')?.trim() ?? '';
  if (/^\d+(?:\.\d+)?$/.test(text)) return Number.parseFloat(text);
  const date = text === '' ? Number.NaN : Date.parse(text);
  return Number.isFinite(date) ? Math.max(0, (date - now) / 1000) : null;
}

type Loose = { readonly [name: string]: unknown };

/** An error and its causes, outermost first. */
function chain(error: unknown): unknown[] {
  const links: unknown[] = [];
  for (let link = error; link !== null && typeof link === 'object' && links.length < 8; ) {
    links.push(link);
    link = (link as Loose).cause;
  }
  return links;
}

function object(value: unknown): Loose | undefined {
  return value !== null && typeof value === 'object' ? (value as Loose) : undefined;
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
