/**
 * Models: one interface over what answers. Adapters translate a provider's events, wrappers add retries,
 * the idle timeout and prices, and `openModel` puts them together.
 *
 * Whatever goes wrong ends in a ModelError (types.ts) of the right failure; nothing partial passes for a
 * whole answer. ARCHITECTURE.md has the table.
 */
export {
  formatModelId,
  MODEL_FORMS,
  type ModelId,
  type OpenedModel,
  type OpenOptions,
  openModel,
  parseModelId,
} from './choose.ts';
export { type Discovery, discoverModels, type Ping, pingModel } from './discover.ts';
export { redactSecrets, withoutKeys } from './keys.ts';
export type { AnswerSource, ManualOptions } from './manual.ts';
export { type Estimate, estimate, type Price, pricesSchema, requirePriceForCap } from './prices.ts';
export type { RecordedResult } from './recorded.ts';
export { extractJson } from './structured.ts';
export * from './types.ts';
