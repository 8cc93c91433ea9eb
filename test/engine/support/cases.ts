import type { PrimitiveName } from '../../../engine/core/program.ts';
import { table } from '../../../engine/elementwise/rules.ts';
import type { ElementwiseName } from '../../../engine/elementwise/table.ts';
import { elementwiseSamples } from './cases-elementwise.ts';
import { higherSamples } from './cases-higher.ts';
import { structuralSamples } from './cases-structural.ts';
import type { Sample } from './sample.ts';

const elementwise = Object.fromEntries(
  (Object.keys(table) as ElementwiseName[]).map((name) => [name, elementwiseSamples(name)]),
) as Record<ElementwiseName, readonly Sample[]>;

/** Programs around every primitive: one without any does not compile. */
export const samples: { readonly [P in PrimitiveName]: readonly Sample[] } = {
  ...elementwise,
  ...structuralSamples,
  ...higherSamples,
};
