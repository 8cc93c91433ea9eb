import { setTimeout } from 'node:timers/promises';
import { machineOf } from '../../engine/backend/index.ts';
import { grad, jit, ops, optimise, type Program, trace, type Value, vjp } from '../../engine/index.ts';
import { pendulum } from './scalar.ts';

/**
 * Run by `npm run bench engine` as a process of its own, with --expose-gc: prints, as JSON, how many bytes for each operation
 * are held by a scalar program's trace, by what its reverse mode keeps, and by its compiled gradient; and how many bytes a run of
 * a network's compiled gradient leaves to the collector.
 */
const OPERATIONS = 100_000;

async function held(): Promise<number> {
  // The memory of typed arrays is given back after a collection, beside the program.
  for (let i = 0; i < 4; i++) {
    globalThis.gc!();
    await setTimeout(50);
  }
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

/** Bytes for each operation of what `make` gives while that is held. */
async function bytes(make: () => unknown): Promise<number> {
  make(); // What the engine keeps anyway, and what V8 compiles, is there from now on.
  const before = await held();
  const kept = [make()];
  const after = await held();
  kept.length = 0;
  return (after - before) / OPERATIONS;
}

const RUN_TIMES = 50_000;

/** What a run of a program leaves to the collector, in bytes. */
async function left(program: Program): Promise<number> {
  const machine = machineOf(optimise(program));
  const runs = () => {
    for (let i = 0; i < RUN_TIMES; i++) machine.run();
  };
  // Until V8 has compiled it for good.
  for (let i = 0; i < 5; i++) runs();
  await held();
  const before = process.memoryUsage().heapUsed;
  runs();
  return (process.memoryUsage().heapUsed - before) / RUN_TIMES;
}

const network = (w: Value) =>
  ops.neg(ops.sum(ops.mul(ops.logSoftmax(ops.tanh(ops.matmul(w, w))), ops.sigmoid(ops.sin(w)))));

const f = () => pendulum(OPERATIONS);
process.stdout.write(
  JSON.stringify({
    trace: await bytes(() => trace(f())(1, 0.5)),
    reverse: await bytes(() => vjp(f(), 1, 0.5)),
    compiled: await bytes(() => {
      const compiled = jit((q: Value, v: Value) => grad(f())(q, v));
      compiled(1, 0.5);
      return compiled;
    }),
    run: await left(trace((w: Value) => grad(network)(w)[0])(ops.eye(8))),
  }),
);
