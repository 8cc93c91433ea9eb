import type { HigherParams, Program } from '../core/program.ts';
import { sizeOf } from '../core/shape.ts';
import { tooLong } from './control.ts';
import { type Machine, machineOf } from './machine.ts';
import type { ControlNode } from './nodes.ts';

/** Runs a loop or a choice within a program. Its programs have memories of their own, which stay from step to step. */
export function controlAction({ how, inputs, outputs }: ControlNode, memory: Float64Array): () => void {
  const from = inputs.map(({ slot, view }) => {
    const start = slot.at + view.offset;
    return memory.subarray(start, start + sizeOf(view.shape));
  });
  const to = outputs.map((slot) => memory.subarray(slot.at, slot.at + slot.size));
  switch (how.primitive) {
    case 'cond':
      return choice(how.params, from, to);
    case 'while':
      return loop(how.params, from, to);
    case 'scan':
      return walk(how.params, from, to);
  }
}

type Parts = readonly Float64Array[];

function choice({ onTrue, onFalse }: HigherParams['cond'], from: Parts, to: Parts): () => void {
  const [predicate, ...operands] = from;
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
}

function loop(params: HigherParams['while'], from: Parts, to: Parts): () => void {
  const { predicateConsts, bodyConsts, most } = params;
  const asking = machineOf(params.predicate);
  const body = machineOf(params.body);
  const asked = from.slice(0, predicateConsts);
  const state = body.inputs.slice(bodyConsts);
  const seen = asking.inputs.slice(predicateConsts);
  const answer = asking.outputs[0]!;
  const rest = from.slice(predicateConsts);
  return () => {
    move(asked, asking.inputs);
    move(rest, body.inputs);
    for (let steps = 0; ; steps++) {
      move(state, seen);
      asking.run();
      if (answer[0] === 0) break;
      if (most !== undefined && steps >= most) throw tooLong(most);
      body.run();
      move(body.outputs, state);
    }
    move(state, to);
  };
}

function walk(params: HigherParams['scan'], from: Parts, to: Parts): () => void {
  const { consts, carry, length, reverse } = params;
  const body: Machine = machineOf(params.body);
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
        copy(walked[k]!, i * n, elements[k]!, 0, n);
      }
      body.run();
      for (let k = 0; k < stacks.length; k++) {
        const { length: n } = results[k]!;
        copy(results[k]!, 0, stacks[k]!, i * n, n);
      }
      move(next, state);
    }
    move(state, to);
  };
}

/** Copies part by part, as many as the shorter list has. */
function move(from: Parts, to: Parts): void {
  const count = Math.min(from.length, to.length);
  for (let i = 0; i < count; i++) copy(from[i]!, 0, to[i]!, 0, to[i]!.length);
}

function copy(from: Float64Array, start: number, to: Float64Array, at: number, n: number): void {
  for (let i = 0; i < n; i++) to[at + i] = from[start + i]!;
}
