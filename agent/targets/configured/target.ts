import { Buffer } from 'node:buffer';
import type { Target } from '../../checks/types.ts';
import { goals as ladder } from '../engine/goals.ts';
import { together } from '../engine/together.ts';
import { CONFIG_FILE, parseConfig } from './config.ts';

const known = new Map<string, Target>();

/**
 * The target that a repository's config describes: an engine with an API of its own, reached through an adapter that
 * exports the contract. The config and the adapter belong to the base and are pinned. @throws UserError
 */
export function configuredTarget(config: Uint8Array | string): Target {
  const text = typeof config === 'string' ? config : Buffer.from(config).toString('utf8');
  let target = known.get(text);
  if (target === undefined) {
    target = readTarget(text);
    known.set(text, target);
  }
  return target;
}

function readTarget(text: string): Target {
  const { adapter, editable, pinned, goals, compiler, setup, tests } = parseConfig(text);
  const asked = new Set(goals);
  return {
    name: 'configured',
    entry: adapter,
    goals: ladder.filter(({ id, rung }) => goals === undefined || asked.has(id) || asked.has(`r${rung}`)),
    together,
    editable,
    pinned: [...new Set([CONFIG_FILE, adapter, ...pinned, ...(setup?.from ?? [])])],
    table: editable.find((path) => !path.endsWith('/')) ?? editable[0]!,
    contract: adapter,
    own: { compiler, setup: setup ?? null, tests: tests ?? null, installed: null },
  };
}
