import { UserError } from '../base/errors.ts';
import { toHex64 } from '../base/float64.ts';
import type { Num, Program, ProgramRequest } from '../checks/program.ts';
import type { OwnRepository } from '../checks/types.ts';
import { type Oracle, openOracle, oracleOver } from '../judge/oracle/oracle.ts';
import { openPythonCandidate } from '../judge/oracle/python.ts';
import { openTransport } from '../judge/oracle/transport.ts';
import {
  DEFAULT_LIMITS,
  OracleFailure,
  type SandboxOptions,
  type Spawn,
  startSandboxed,
} from '../judge/sandbox/index.ts';
import type { Attack, Happened, PythonAttack } from './types.ts';

/** x·x, and what is asked of it: the gradient at 3, then the value at 4. */
const SQUARE: Program = {
  inputs: 1,
  nodes: [
    { kind: 'input', index: 0 },
    { kind: 'op', op: 'mul', args: [0, 0] },
  ],
  outputs: [1],
};
const RIGHT = [toHex64(6), toHex64(16)];

const questions = (at: Num): readonly ProgramRequest[] => [
  { program: SQUARE, mode: 'grad', at: [at] },
  { program: SQUARE, mode: 'value', at: [toHex64(4)] },
];

/** An engine whose gradient is three halves of what it must be, before the attack begins. */
const WRONG =
  'let ops = { mul: (a, b) => a * b }; let primal = (x) => x; let grad = (f) => (...xs) => xs.map((x) => 3 * x);';
const EXPORTS = 'export { ops, primal, grad };';

/** How whatever holds a candidate is started. */
export type Held = SandboxOptions & { readonly spawn: Spawn };

/** Seconds for an answer. */
export const SECONDS = 3;

/** Loads a text as an engine, past the static stage, and holds two answers against what is right. */
export async function askModule(
  { text, array, seconds = SECONDS, limits = {} }: Extract<Attack, { kind: 'module' }>,
  sandbox: Held,
): Promise<Happened> {
  const modules = [{ path: 'engine.ts', text: `${WRONG}\n${text}\n${EXPORTS}` }];
  const at: Num = array ? { shape: [1], data: [toHex64(3)] } : toHex64(3);
  return failing(async () => {
    const oracle = await openOracle({ ...sandbox, limits, seconds });
    return asked(oracle, async () => {
      const defined = await oracle.define(modules, 'engine.ts');
      return defined.ok ? answersOf(oracle, at) : refused(defined.error);
    });
  });
}

/** A Python engine that needs no packages. */
const OWN: OwnRepository = {
  language: 'python',
  compiler: 'strip',
  setup: null,
  tests: null,
  installed: null,
};

/** Loads a text as a Python engine and holds two answers against what is right. */
export async function askPython({ text, files = {} }: PythonAttack, sandbox: Held): Promise<Happened> {
  const modules = Object.entries({ ...files, 'engine.py': text }).map(([path, text]) => ({ path, text }));
  return failing(async () => {
    const oracle = await openPythonCandidate(OWN, {
      bubblewrap: sandbox.bubblewrap ?? true,
      limits: { dataMiB: 512 },
      seconds: SECONDS,
    });
    return asked(oracle, async () => {
      const defined = await oracle.define(modules, 'engine.py');
      return defined.ok ? answersOf(oracle, toHex64(3)) : refused(defined.error);
    });
  });
}

/** Speaks the protocol with a script that has the oracle's whole process to itself. */
export async function askProcess(script: string, sandbox: Held): Promise<Happened> {
  return failing(() =>
    startSandboxed(script, DEFAULT_LIMITS, sandbox, async (line) => {
      const transport = openTransport(line, DEFAULT_LIMITS, { seconds: SECONDS, spawn: sandbox.spawn });
      const oracle = oracleOver(transport);
      return asked(oracle, async () => {
        const defined = await oracle.define([{ path: 'engine.ts', text: '' }], 'engine.ts');
        return defined.ok ? answersOf(oracle, toHex64(3)) : refused(defined.error);
      });
    }),
  );
}

/** Runs one attempt in the oracle's place; it is accepted where it got through. */
export async function tryHost(attempt: string, sandbox: Held): Promise<Happened> {
  const script = `const failed = await (async () => { ${attempt} })().then(() => null, (error) => String(error?.code ?? error));
process.stdout.write(JSON.stringify({ id: 0, failed }) + '\\n', () => process.exit());`;
  return failing(() =>
    startSandboxed(script, DEFAULT_LIMITS, sandbox, async (line) => {
      const transport = openTransport(line, DEFAULT_LIMITS, { seconds: SECONDS, spawn: sandbox.spawn });
      try {
        const failed = await transport.ask(
          { kind: 'program', programs: [], requests: [] },
          1,
          (got) => got[0].fields.failed,
        );
        return failed === null
          ? { accepted: true, ended: 'oracle', reason: 'it got through' }
          : refused(`it was refused: ${String(failed)}`);
      } finally {
        await transport.close();
      }
    }),
  );
}

const refused = (reason: string): Happened => ({ accepted: false, ended: 'oracle', reason });

async function asked(oracle: Oracle, ask: () => Promise<Happened>): Promise<Happened> {
  try {
    return await ask();
  } finally {
    await oracle.close();
  }
}

async function answersOf(oracle: Oracle, at: Num): Promise<Happened> {
  const answers = await oracle.run(questions(at));
  const [grad, value] = answers;
  for (const answer of answers) if (!answer.ok) return refused(answer.error);
  if (!grad?.ok || !value?.ok) return refused('it gave no answer');
  if (!grad.repeatable || !grad.inputsKept) return refused('it is not steady');
  const bits = (num: Num | undefined): unknown => (typeof num === 'object' ? num.data[0] : num);
  const right = bits(grad.values[0]) === RIGHT[0] && bits(value.values[0]) === RIGHT[1];
  return right
    ? { accepted: true, ended: 'oracle', reason: 'it is right' }
    : refused('its numbers are wrong');
}

/** An oracle that fails is a candidate that is refused. */
async function failing(ask: () => Promise<Happened>): Promise<Happened> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof UserError) return refused(error.message);
    if (!(error instanceof OracleFailure)) throw error;
    return refused(`${error.reason}: ${error.message}`);
  }
}
