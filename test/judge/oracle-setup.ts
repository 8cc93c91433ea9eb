import { readFileSync } from 'node:fs';
import { fromHex64, toHex64 } from '../../agent/base/float64.ts';
import type {
  Mode,
  Num,
  Program,
  ProgramAnswer,
  ProgramNode,
  ProgramRequest,
} from '../../agent/checks/program.ts';
import {
  type ModuleText,
  type Oracle,
  type OracleOptions,
  openOracle,
  stripTypes,
} from '../../agent/judge/oracle/index.ts';
import { bubblewrapLayer } from '../../agent/judge/sandbox/index.ts';

/** Both ways that an oracle can run. Without bubblewrap on this machine that way is skipped, by name. */
export const bubblewrapWorks = (await bubblewrapLayer()).on;
export const INSTALL = 'apt install bubblewrap';
/** Skips unless everything is required: then a missing layer fails the test instead of hiding it. */
export const skipWithoutBubblewrap = !bubblewrapWorks && process.env.VIBEGRAD_REQUIRE_ALL !== '1';

export const ways = [
  {
    way: `with bubblewrap${skipWithoutBubblewrap ? ` (skipped: ${INSTALL})` : ''}`,
    bubblewrap: true,
    skip: skipWithoutBubblewrap,
  },
  { way: 'without bubblewrap', bubblewrap: false, skip: false },
];

export function modulesOf(path: string, name = 'engine.ts'): ModuleText[] {
  const stripped = stripTypes(readFileSync(new URL(path, import.meta.url), 'utf8'));
  if (!stripped.ok) throw new Error(stripped.error);
  return [{ path: name, text: stripped.text }];
}

export const seed = modulesOf('../../engine/seed/engine.ts');
export const full = modulesOf('./fixtures/oracle/full-engine.ts');

/** Opens an oracle for one use, and closes it. */
export async function withOracle<T>(options: OracleOptions, use: (oracle: Oracle) => Promise<T>): Promise<T> {
  const oracle = await openOracle(options);
  try {
    return await use(oracle);
  } finally {
    await oracle.close();
  }
}

/** A program of ops: each step is an op's name and the nodes it takes; the last node is the output. */
export function program(
  inputs: number,
  steps: readonly (readonly [string, ...number[]])[],
  outputs?: number[],
): Program {
  const nodes: ProgramNode[] = [];
  for (let index = 0; index < inputs; index++) nodes.push({ kind: 'input', index });
  for (const [op, ...args] of steps) nodes.push({ kind: 'op', op, args });
  return { inputs, nodes, outputs: outputs ?? [nodes.length - 1] };
}

export function request(
  body: Program,
  mode: Mode,
  at: readonly number[],
  along?: readonly number[],
): ProgramRequest {
  const base = { program: body, mode, at: at.map(toHex64) };
  return along === undefined ? base : { ...base, along: along.map(toHex64) };
}

/** x·x, the program of most tests here. */
export const square = program(1, [['mul', 0, 0]]);

export function plain(num: Num): number | { shape: readonly number[]; data: number[] } {
  return typeof num === 'string' ? fromHex64(num) : { shape: num.shape, data: num.data.map(fromHex64) };
}

export function valuesOf(answer: ProgramAnswer | undefined): unknown {
  if (answer === undefined) throw new Error('there is no answer');
  return answer.ok ? answer.values.map(plain) : answer.error;
}
