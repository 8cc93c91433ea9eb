import { oneLine } from '../base/text.ts';
import { redactSecrets } from './keys.ts';
import { ModelError } from './types.ts';

/** The most bytes of one response, framing included: 128 k tokens at 400 bytes an event are 51 MB. */
export const MAX_WIRE_BYTES = 64 * 2 ** 20;

/** The most bytes of an error's body. */
const MAX_ERROR_BYTES = 2 ** 20;

export interface GuardOptions {
  readonly maxBytes: number;
  onActivity?(): void;
  /** The body came to its end; `midEvent` when not at the blank line that ends an event. */
  onEnd?(midEvent: boolean): void;
}

/**
 * A fetch that holds a model server to what the SDKs take for granted: no redirect (a key goes where the
 * person said, and nowhere else), an event stream where one was asked for, bytes that are UTF-8, and
 * an end. The breach surfaces as a ModelError from the response's body, where the SDKs let it through.
 */
export function guardedFetch(options: GuardOptions): typeof fetch {
  return async (input, init) => {
    const response = await fetch(input, { ...init, redirect: 'manual' });
    options.onActivity?.();
    const type = response.headers.get('content-type') ?? '';
    if (response.ok && /^(?:text\/html|application\/json)\b/i.test(type)) {
      const head = redactSecrets(oneLine(await firstBytes(response), 200));
      throw new ModelError(
        'bad reply',
        `the server answered with ${type.split(';')[0]} instead of an event stream: ${head}`,
      );
    }
    if (response.body === null) return response;
    const maxBytes = response.ok ? options.maxBytes : MAX_ERROR_BYTES;
    return new Response(guardedBody(response.body, { ...options, maxBytes }), response);
  };
}

function guardedBody(body: ReadableStream<Uint8Array>, options: GuardOptions): ReadableStream<Uint8Array> {
  const reader = body.getReader();
  const utf8 = new TextDecoder('utf-8', { fatal: true });
  let bytes = 0;
  let tail = '';
  const refuse = (failure: 'cut' | 'bad reply', message: string): ModelError => {
    reader.cancel().catch(() => undefined);
    return new ModelError(failure, message);
  };
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { done, value } = await reader.read();
      if (done) {
        if (!valid(() => utf8.decode())) throw refuse('cut', 'the reply ends in the middle of a character');
        options.onEnd?.(!/(?:\n\n|\r\r|\r\n\r\n)$/.test(tail));
        controller.close();
        return;
      }
      options.onActivity?.();
      bytes += value.byteLength;
      if (bytes > options.maxBytes) {
        throw refuse('bad reply', `the reply is longer than ${options.maxBytes} bytes`);
      }
      if (!valid(() => utf8.decode(value, { stream: true }))) {
        throw refuse('bad reply', 'the reply is not UTF-8');
      }
      tail = (tail + Buffer.from(value.subarray(-4)).toString('latin1')).slice(-4);
      controller.enqueue(value);
    },
    cancel: (reason) => reader.cancel(reason),
  });
}

function valid(decode: () => unknown): boolean {
  try {
    decode();
    return true;
  } catch {
    return false;
  }
}

async function firstBytes(response: Response): Promise<string> {
  const reader = response.body?.getReader();
  const first = await reader?.read();
  reader?.cancel().catch(() => undefined);
  return new TextDecoder().decode(first?.value?.subarray(0, 200));
}
