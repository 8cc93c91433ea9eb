import type { Model } from './types.ts';

/** Something put around a model that is a model again. */
export type Wrapper = (model: Model) => Model;

/** Puts wrappers around a model, the first one innermost. */
export function wrap(model: Model, ...wrappers: readonly Wrapper[]): Model {
  return wrappers.reduce((inner, wrapper) => wrapper(inner), model);
}
