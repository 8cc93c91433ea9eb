import { EngineError } from '../core/errors.ts';
import type { Control } from '../core/higher.ts';
import type { Program } from '../core/program.ts';
import { asArray, type Value } from '../core/trace.ts';
import { copyLine } from './copy.ts';

// As parts of compiled programs, choices and loops have memories of their own, which stay from step to step.

export const cond: Control<'cond'> = {
  evaluate: ([predicate, ...operands], { onTrue, onFalse }, run) =>
    run(holds(predicate!) ? onTrue : onFalse, operands),

  action: ({ onTrue, onFalse }, [predicate, ...operands], to, machineOf) => {
    const branch = (program: Program) => {
      const machine = machineOf(program);
      return () => {
        move(operands, machine.inputs);
        machine.run();
        move(machine.outputs, to);
      };
    };
    const yes = branch(onTrue);
    const no = branch(onFalse);
    return () => {
      if (predicate![0] !== 0) yes();
      else no();
    };
  },
};

/** @throws EngineError where the predicate still holds after `most` steps */
export const whileLoop: Control<'while'>['action'] = (params, from, to, machineOf) => {
  const { consts, most } = params;
  const asking = machineOf(params.predicate);
  const body = machineOf(params.body);
  const seen = asking.inputs.slice(consts);
  const state = body.inputs.slice(consts);
  const answer = asking.outputs[0]!;
  return () => {
    move(from, asking.inputs);
    move(from, body.inputs);
    for (let steps = 0; ; steps++) {
      asking.run();
      if (answer[0] === 0) break;
      if (most !== undefined && steps >= most) {
        throw new EngineError(
          'whileLoop',
          `the predicate still holds after ${most} steps, the most that were allowed`,
        );
      }
      body.run();
      move(body.outputs, seen);
      move(body.outputs, state);
    }
    move(state, to);
  };
};

export const scan: Control<'scan'>['action'] = (params, from, to, machineOf) => {
  const { consts, carry, length, reverse } = params;
  const body = machineOf(params.body);
  const fixed = from.slice(0, consts + carry);
  const walked = from.slice(consts + carry);
  const elements = body.inputs.slice(consts + carry);
  const state = body.inputs.slice(consts, consts + carry);
  const next = body.outputs.slice(0, carry);
  const results = body.outputs.slice(carry);
  const stacks = to.slice(carry);
  return () => {
    move(fixed, body.inputs);
    for (let turn = 0; turn < length; turn++) {
      const i = reverse ? length - 1 - turn : turn;
      for (let k = 0; k < walked.length; k++) {
        const { length: n } = elements[k]!;
        copyLine(walked[k]!, i * n, 1, elements[k]!, 0, n);
      }
      body.run();
      for (let k = 0; k < stacks.length; k++) {
        const { length: n } = results[k]!;
        copyLine(results[k]!, 0, 1, stacks[k]!, i * n, n);
      }
      move(next, state);
    }
    move(state, to);
  };
};

/** Whether a 0-d boolean is true. */
function holds(value: Value): boolean {
  return asArray(value).data[0] !== 0;
}

type Parts = readonly Float64Array[];

/** Copies part by part, as many as the shorter list has. */
function move(from: Parts, to: Parts): void {
  const count = Math.min(from.length, to.length);
  for (let i = 0; i < count; i++) copyLine(from[i]!, 0, 1, to[i]!, 0, to[i]!.length);
}
