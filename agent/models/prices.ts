import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { messageOf, UserError, whyUnread } from '../base/errors.ts';
import shipped from './prices.json' with { type: 'json' };
import { ModelError, type Usage, withUsed } from './types.ts';
import type { Wrapper } from './wrap.ts';

const UNIT = 'US dollars per million tokens';

const dollars = z.number().nonnegative();

const priceSchema = z.strictObject({
  /** US dollars per million tokens, as are all the others. */
  input: dollars,
  cachedInput: dollars,
  /** Left out where writing to the cache costs what plain input costs. */
  cacheWrite: dollars.optional(),
  output: dollars,
  /** The longest prompt in tokens that these prices hold for. */
  upTo: z.number().int().positive().optional(),
  /** When the price was read, and where. */
  date: z.iso.date(),
  source: z.url(),
});

/** `$VIBEGRAD_HOME/prices.json`: the same form as the shipped file; an entry replaces the shipped one. */
export const pricesSchema = z.strictObject({
  unit: z.literal(UNIT),
  models: z.record(z.string(), priceSchema),
});

/** For whoever writes one. */
const FORM = `{"unit": "${UNIT}", "models": {"MODEL": {"input": 3, "cachedInput": 0.3, "output": 15, "date": "2026-01-31", "source": "https://example.com/prices"}}}`;

export type Price = z.infer<typeof priceSchema>;
export type Prices = { readonly [id: string]: Price };

/** What runs on the person's own machine costs nothing that is counted here. */
export const FREE: Omit<Price, 'date' | 'source'> = { input: 0, cachedInput: 0, output: 0 };

/**
 * The shipped prices with the user's own over them.
 * @param home `$VIBEGRAD_HOME`
 * @throws UserError when the user's file is there and cannot be read or is not a price file
 */
export async function loadPrices(home: string): Promise<Prices> {
  const file = join(home, 'prices.json');
  let own: string;
  try {
    own = await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return shipped.models;
    throw new UserError('usage', `${file} cannot be read: ${whyUnread(error)}`, '', { cause: error });
  }
  try {
    return { ...shipped.models, ...pricesSchema.parse(JSON.parse(own)).models };
  } catch (error) {
    const issue = error instanceof z.ZodError ? error.issues[0] : undefined;
    const at = issue === undefined || issue.path.length === 0 ? '' : `${issue.path.join('.')}: `;
    const why = `${at}${issue?.message ?? messageOf(error)}`;
    throw new UserError('usage', `${file} is not a price file: ${why}`, `It reads ${FORM}.`, {
      cause: error,
    });
  }
}

/** The price of a model id. A dated name (`…-20251001`, `…-2026-04-01`) has the price of its family. */
export function priceOf(prices: Prices, id: string): Price | null {
  const family = id.replace(/-(?:\d{8}|\d{4}-\d{2}-\d{2})$/, '');
  return own(prices, id) ?? own(prices, family) ?? null;
}

function own(prices: Prices, id: string): Price | undefined {
  return Object.hasOwn(prices, id) ? prices[id] : undefined;
}

/** US dollars; null where the price is unknown, or the prompt is longer than it holds for. */
export function costOf(usage: Usage, price: typeof FREE | null): number | null {
  if (price === null || (price.upTo !== undefined && usage.input > price.upTo)) return null;
  const cacheWrite = usage.cacheWrite ?? 0;
  const plain = Math.max(0, usage.input - usage.cachedInput - cacheWrite);
  const micro =
    plain * price.input +
    usage.cachedInput * price.cachedInput +
    cacheWrite * (price.cacheWrite ?? price.input) +
    usage.output * price.output;
  return micro / 1e6;
}

/** Says what each reply cost, and what had come of one that failed. */
export function withPrices(price: typeof FREE | null): Wrapper {
  return (inner) => ({
    ...inner,
    async complete(request, options) {
      const priced = <U extends { readonly usage: Usage }>(used: U) => ({
        ...used,
        cost: costOf(used.usage, price),
      });
      try {
        const { lost, ...reply } = await inner.complete(request, options);
        return { ...priced(reply), ...(lost === undefined ? {} : { lost: priced(lost) }) };
      } catch (error) {
        if (!(error instanceof ModelError) || error.used === null) throw error;
        throw withUsed(error, priced(error.used));
      }
    },
  });
}

export interface Estimate {
  readonly tokens: number;
  /** US dollars; null where the price is unknown. */
  readonly cost: number | null;
}

/** What a run may come to: so many calls of so many input and output tokens each, nothing cached. */
export function estimate(
  calls: number,
  each: { readonly input: number; readonly output: number },
  price: typeof FREE | null,
): Estimate {
  const cost = costOf({ input: each.input, cachedInput: 0, output: each.output }, price);
  return { tokens: calls * (each.input + each.output), cost: cost === null ? null : calls * cost };
}

/**
 * A cap in dollars holds nothing where no price is known.
 * @throws UserError when there is a cap and no price
 */
export function requirePriceForCap(id: string, price: typeof FREE | null, maxCost: number | null): void {
  if (maxCost === null || price !== null) return;
  throw new UserError(
    'usage',
    `no price is known for ${id}, so a cap of $${maxCost} could not be kept`,
    `Give one in prices.json, in the folder that \`vibegrad doctor\` names, which reads ${FORM.replace('MODEL', id)}; or cap tokens instead: --max-cost none --max-tokens N.`,
  );
}
