import { UserError } from '../base/errors.ts';

/** Where each provider's key is read from. Nothing else in the project reads these variables. */
export const KEY_VARIABLES = {
  anthropic: 'ANTHROPIC_API_KEY',
  openai: 'OPENAI_API_KEY',
  chat: 'VIBEGRAD_API_KEY',
} as const;

export type KeyOwner = keyof typeof KEY_VARIABLES;
export type Environment = { readonly [name: string]: string | undefined };

/**
 * A provider's key, or null where none is set.
 * @throws UserError when the value cannot be a key; the value is not in the message.
 */
export function keyOf(owner: KeyOwner, env: Environment = process.env): string | null {
  const variable = KEY_VARIABLES[owner];
  const key = env[variable]?.trim();
  if (key === undefined || key === '') return null;
  // An HTTP header can carry nothing else, and fetch would quote the whole key in its complaint.
  if (!/^[\x21-\x7e]+$/.test(key)) {
    throw new UserError(
      'usage',
      `${variable} holds white space or characters that no key has`,
      `Set ${variable} again.`,
    );
  }
  return key;
}

const SECRET_NAME = /(?:KEY|TOKEN|SECRET|PASSWORD|PASSWD|CREDENTIALS?)$/i;

/** Below this length a "secret" is more likely a word, and blanking it would garble every message. */
const SHORTEST_SECRET = 8;

/** What keys look like, wherever they come from: a person may paste one into a prompt or a model id. */
const PATTERNS: readonly RegExp[] = [
  /\bsk-[A-Za-z0-9_-]{12,}/g, // OpenAI, Anthropic and many that copy them
  /\b(?:gh[pousr]|github_pat)_[A-Za-z0-9_]{20,}/g,
  /\bhf_[A-Za-z0-9]{20,}/g,
  /\bxox[abprs]-[A-Za-z0-9-]{10,}/g,
  /\bAIza[A-Za-z0-9_-]{30,}/g,
  /\b(?:gsk|xai|pplx|r8)[_-][A-Za-z0-9]{20,}/g,
  /\bAKIA[A-Z0-9]{16}\b/g,
];

const HEADER =
  /\b(authorization["']?\s*[:=]\s*["']?(?:bearer\s+|basic\s+)?|bearer\s+|x-api-key["']?\s*[:=]\s*["']?)([^\s"',;]{8,})/gi;
const URL_CREDENTIALS = /(\/\/)[^/\s:@]*:[^/\s@]+@/g;

const BLANK = '[secret]';

/** The text without keys: the values of secret-looking variables, and whatever has the form of a key. */
export function redactSecrets(text: string, env: Environment = process.env): string {
  let clean = text;
  for (const value of secretsOf(env)) clean = clean.replaceAll(value, BLANK);
  for (const pattern of PATTERNS) clean = clean.replace(pattern, BLANK);
  return clean
    .replace(HEADER, (_, head: string) => `${head}${BLANK}`)
    .replace(URL_CREDENTIALS, `$1${BLANK}@`);
}

/** The environment for a child process: nothing in it that looks like a secret. */
export function withoutKeys(env: Environment = process.env): Environment {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !SECRET_NAME.test(name)));
}

/** The values of secret-looking variables. Longest first, so that no secret is left half visible by a shorter one inside it. */
export function secretsOf(env: Environment = process.env): string[] {
  const values = new Set<string>();
  for (const [name, value] of Object.entries(env)) {
    if (value === undefined || !SECRET_NAME.test(name)) continue;
    const trimmed = value.trim();
    if (trimmed.length >= SHORTEST_SECRET) values.add(trimmed);
  }
  return [...values].sort((a, b) => b.length - a.length);
}
