import { z } from 'zod';
import { messageOf } from '../base/errors.ts';
import { ollamaURL } from './choose.ts';
import { type Environment, KEY_VARIABLES, redactSecrets } from './keys.ts';
import type { Model } from './types.ts';

export interface FoundKey {
  readonly provider: 'anthropic' | 'openai' | 'chat';
  readonly variable: string;
  /** What to write after --model. */
  readonly form: string;
}

export interface FoundServer {
  readonly name: string;
  readonly url: string;
  /** Ready to write after --model. */
  readonly models: readonly string[];
}

export interface Discovery {
  readonly keys: readonly FoundKey[];
  readonly servers: readonly FoundServer[];
}

/** A local server that answers at all answers its model list at once. */
const PATIENCE_MS = 400;

interface Place {
  readonly name: string;
  /** The base of its OpenAI-compatible API. */
  readonly url: string;
  id(model: string): string;
}

function places(env: Environment): Place[] {
  const chat = (url: string) => (model: string) => `${url}#${model}`;
  const llama = 'http://127.0.0.1:8080/v1';
  const studio = 'http://127.0.0.1:1234/v1';
  return [
    ...ollama(env),
    { name: 'a server at port 8080 (llama.cpp)', url: llama, id: chat(llama) },
    { name: 'a server at port 1234 (LM Studio)', url: studio, id: chat(studio) },
  ];
}

function ollama(env: Environment): Place[] {
  try {
    return [{ name: 'Ollama', url: `${ollamaURL(env)}/v1`, id: (model) => `ollama:${model}` }];
  } catch {
    // An OLLAMA_HOST that is no address leads nowhere; choosing `ollama:NAME` says so.
    return [];
  }
}

/** Which keys are set and which local servers answer. Sends no key anywhere; never throws. */
export async function discoverModels(
  env: Environment = process.env,
  looked: readonly Place[] = places(env),
): Promise<Discovery> {
  const keys: FoundKey[] = [];
  for (const provider of ['anthropic', 'openai', 'chat'] as const) {
    const variable = KEY_VARIABLES[provider];
    if ((env[variable]?.trim() ?? '') === '') continue;
    keys.push({ provider, variable, form: provider === 'chat' ? 'URL#NAME' : `${provider}:NAME` });
  }
  const found = await Promise.all(looked.map(ask));
  return { keys, servers: found.filter((server) => server !== null) };
}

const modelList = z.object({ data: z.array(z.object({ id: z.string().max(200) })).max(1000) });

async function ask(place: Place): Promise<FoundServer | null> {
  try {
    const response = await fetch(`${place.url}/models`, {
      redirect: 'error',
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    if (!response.ok) return null;
    const { data } = modelList.parse(await response.json());
    return { name: place.name, url: place.url, models: data.map(({ id }) => place.id(id)) };
  } catch {
    // Whatever is wrong with it, it is no model server to offer.
    return null;
  }
}

export interface Ping {
  readonly ok: boolean;
  readonly seconds: number;
  /** What answered, by its own word; null where nothing did. */
  readonly model: string | null;
  readonly cost: number | null;
  /** Why it failed; empty where it did not. */
  readonly why: string;
}

/** One tiny call: does the model answer, and as what? */
export async function pingModel(model: Model, signal: AbortSignal): Promise<Ping> {
  const started = performance.now();
  const seconds = () => (performance.now() - started) / 1000;
  try {
    const reply = await model.complete(
      { system: '', messages: [{ role: 'user', content: 'Answer with the word: here' }], maxTokens: 16 },
      { signal },
    );
    return { ok: true, seconds: seconds(), model: reply.model, cost: reply.cost, why: '' };
  } catch (error) {
    return { ok: false, seconds: seconds(), model: null, cost: null, why: redactSecrets(messageOf(error)) };
  }
}
