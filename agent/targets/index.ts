import type { Goal, Target } from '../checks/types.ts';
import { CONFIG_FILE } from './configured/config.ts';
import { configuredTarget } from './configured/target.ts';
import { engineTarget } from './engine/target.ts';
import { gradbenchTarget } from './gradbench/target.ts';
import { libraryTarget } from './library/target.ts';

export { type AdapterPlace, adapterText } from './configured/adapter.ts';
export { pythonAdapterText } from './configured/adapter-python.ts';
export { CONFIG_FILE, configFault, parseConfig } from './configured/config.ts';
export type { Config, ConfigSchema } from './configured/config-schema.ts';
export { type Exported, recognise, type Shape, unused } from './configured/shapes.ts';
export { differenceQuotientUlps, finiteDifferenceError } from './engine/differences.ts';
export { definition, type VisiblePoint, visiblePoints } from './engine/points.ts';
export { secondOrderChecks } from './engine/second-order.ts';
export { configuredTarget, engineTarget, gradbenchTarget, libraryTarget };

/** The first whose main module is there is the one that a folder holds, unless a config says otherwise. */
export const targets: readonly Target[] = [engineTarget, libraryTarget];

/** What may be read of a folder or a tree: the bytes of a file, undefined where there is none. */
export type ReadFile = (path: string) => Uint8Array | undefined;

/**
 * The target of that name; a configured one follows from the config that the base holds. Undefined where there is none.
 * @throws UserError for a config that says nothing that can be judged
 */
export function targetNamed(name: string, read: ReadFile = () => undefined): Target | undefined {
  if (name !== 'configured') return targets.find((target) => target.name === name);
  const config = read(CONFIG_FILE);
  return config && configuredTarget(config);
}

/** The target that a folder or a tree holds: what its config says, else the first whose main module is there. @throws UserError */
export function targetWhere(read: ReadFile): Target | undefined {
  return targetNamed('configured', read) ?? targets.find((target) => read(target.entry) !== undefined);
}

const byId: ReadonlyMap<string, Goal> = new Map(
  targets.flatMap((target) => target.goals.map((goal) => [goal.id, goal])),
);

/** A goal of any target; undefined where there is none of that id. */
export function goalById(id: string): Goal | undefined {
  return byId.get(id);
}
