import { Buffer } from 'node:buffer';
import type { Target } from '../../checks/types.ts';
import { together } from '../engine/together.ts';
import { CONFIG_FILE, goalsOf, parseConfig } from './config.ts';

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
  const { language, adapter, editable, pinned, goals, compiler, setup, tests } = parseConfig(text);
  return {
    name: 'configured',
    entry: adapter,
    // The judge's clock for speed is one of JavaScript's programs.
    goals: goalsOf(goals).filter(({ speed }) => language !== 'python' || speed === undefined),
    together,
    editable,
    pinned: [...new Set([CONFIG_FILE, adapter, ...pinned, ...(setup?.from ?? [])])],
    table: editable.find((path) => !path.endsWith('/')) ?? editable[0]!,
    contract: adapter,
    own: { language, compiler, setup: setup ?? null, tests: tests ?? null, installed: null },
  };
}
