import { stripTypeScriptTypes } from 'node:module';
import { fromHex64, toHex64 } from '../../agent/base/float64.ts';
import type { Program, ProgramAnswer, ProgramRequest } from '../../agent/checks/program.ts';
import type { Case, Draw, Goal } from '../../agent/checks/types.ts';
import { compareCase } from '../../agent/judge/compare.ts';
import { createEmbedded } from '../../agent/models/embedded/index.ts';
import type { ProposeGoal, Task } from '../../agent/models/types.ts';
import { applyRules, parseRules, rowsOf, visibleEdges } from '../../agent/targets/engine/rule.ts';
import { definition, visiblePoints } from '../../agent/targets/index.ts';
import type { Engine, Value } from '../../engine/seed/contract.ts';

/** A goal as a proposer is told of it. */
export function told(goal: Goal): ProposeGoal {
  const points = visiblePoints(goal);
  return {
    id: goal.id,
    op: goal.ops[0]!,
    arity: points[0]!.at.length,
    definition: definition(goal),
    points,
    edges: visibleEdges(goal),
  };
}

export const load = (text: string): Promise<Engine> =>
  import(`data:text/javascript,${encodeURIComponent(stripTypeScriptTypes(text))}`);

/** What the embedded search says to a task. */
export async function ask(task: Task, signal = new AbortController().signal): Promise<string> {
  const request = { system: '', messages: [], maxTokens: 1000, task };
  return (await createEmbedded().complete(request, { signal })).text;
}

export interface Climb {
  readonly engine: string;
  readonly met: readonly string[];
  /** Evaluations for each rule that was kept, by op. */
  readonly evaluations: ReadonlyMap<string, number>;
  readonly proposals: number;
}

/**
 * The loop in small: proposes for a few open goals at a time, writes the rules into the engine, and keeps them when
 * every goal that they speak of passes all its checks. A goal is given up after three refusals, or when nothing is found.
 */
export async function climb(seed: string, goals: readonly Goal[]): Promise<Climb> {
  let engine = seed;
  let proposals = 0;
  const met: string[] = [];
  const refused: string[] = [];
  const tries = new Map<Goal, number>();
  const evaluations = new Map<string, number>();
  const isOpen = (goal: Goal) => !met.includes(goal.id) && (tries.get(goal) ?? 0) < 3;
  for (let open = goals.filter(isOpen); open.length > 0; open = goals.filter(isOpen)) {
    const table = open.slice(0, 4);
    const first = table[0]!;
    const text = await ask({
      kind: 'propose',
      goals: table.map(told),
      ops: rowsOf(engine).map((row) => row.name),
      refused,
    });
    proposals++;
    const parsed = parseRules(text);
    if (!parsed.ok) {
      tries.set(first, Number.POSITIVE_INFINITY);
      continue;
    }
    const applied = applyRules(engine, parsed.rules);
    if (!applied.ok) throw new Error(applied.message);
    const candidate = await load(applied.text);
    const spoken = table.filter((goal) => parsed.rules.some((rule) => rule.name === goal.ops[0]));
    if (spoken.every((goal) => failures(candidate, goal, 10).length === 0)) {
      engine = applied.text;
      met.push(...spoken.map((goal) => goal.id));
      for (const [, op, count] of text.matchAll(/^(\w+).*# (\d+) evaluations$/gm)) {
        evaluations.set(op!, Number(count));
      }
    } else {
      refused.push(text);
      tries.set(first, (tries.get(first) ?? 0) + 1);
    }
  }
  return { engine, met, evaluations, proposals };
}

/** Runs a first-order program of scalars on an engine, in this process: for engines that our own search wrote. */
function answer(engine: Engine, { program, mode, at }: ProgramRequest): ProgramAnswer {
  const inputs = at.map((x) => fromHex64(x as string));
  const f = (...xs: Value[]) => run(engine, program, xs);
  const once = () =>
    (mode === 'grad' ? engine.grad(f)(...inputs) : [f(...inputs)]).map((v) => toHex64(engine.primal(v)));
  const values = once();
  return { ok: true, values, repeatable: values.join() === once().join(), inputsKept: true };
}

function run(engine: Engine, { nodes, outputs }: Program, xs: readonly Value[]): Value {
  const values: Value[] = [];
  for (const node of nodes) {
    if (node.kind === 'input') values.push(xs[node.index]!);
    else if (node.kind === 'const') values.push(fromHex64(node.value as string));
    else if (node.kind === 'op') values.push(engine.ops[node.op]!(...node.args.map((i) => values[i]!)));
    else if (node.kind === 'branch') {
      const taken = engine.primal(values[node.on]!) > fromHex64(node.above) ? node.over : node.under;
      values.push(
        run(
          engine,
          taken,
          node.args.map((i) => values[i]!),
        ),
      );
    } else throw new TypeError('no nesting here');
  }
  return values[outputs[0]!]!;
}

/** The same well-mixed integers every time (Weyl sequence, murmur3's finaliser). */
function numbers(): Draw {
  let state = 0;
  return {
    uint32() {
      state = (state + 0x9e3779b9) | 0;
      let z = Math.imul(state ^ (state >>> 16), 0x85ebca6b);
      z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35);
      return (z ^ (z >>> 16)) >>> 0;
    },
  };
}

/** The labels of the cases of a goal, visible and drawn, that an engine fails. */
export function failures(engine: Engine, goal: Goal, drawn: number): string[] {
  const passes = (one: Case) => {
    const got = compareCase(one, answer(engine, one.request));
    return got.pass && got.steady;
  };
  return goal.checks.flatMap((check) => {
    return [...check.visible(), ...check.heldOut(numbers(), drawn)]
      .filter((one) => !passes(one))
      .map((one) => `${check.id}: ${one.label}`);
  });
}
