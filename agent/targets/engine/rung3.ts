import { below, drawFrom, pick } from '../../checks/draw.ts';
import { operation } from '../../checks/operations.ts';
import type { Mode, Program } from '../../checks/program.ts';
import type { Case, Check, Draw, Family, Goal } from '../../checks/types.ts';
import { type Builder, program } from './build.ts';
import { ASKED, check, firstTelling, inputText, referenceCase, request, tellingCase } from './case.ts';
import { type GeneratedMode, generatedCase } from './generated.ts';
import { CORE, type Example, NESTED, PLAIN, SMOOTH, VECTOR } from './rung3-programs.ts';

const core = CORE.map(operation);
const NEEDS = CORE.map((name) => `r1/${name}`);

/** Fixed directions: the first entries of these. */
const DIRECTION = [1, -0.5, 2, 0.25] as const;

function direction(mode: Mode, at: readonly number[]): readonly number[] | undefined {
  return mode === 'jvp' || mode === 'hvp' ? at.map((_, i) => DIRECTION[i % DIRECTION.length]!) : undefined;
}

function exampleCase(example: Example, mode: Mode, at: readonly number[]): Case {
  return referenceCase(
    `${ASKED[mode]} of ${example.text} at ${inputText(at)}`,
    request(example.program, mode, at, direction(mode, at)),
  );
}

/** Multiples of 1/16 from −3 to 3, none 0. */
function drawPoint(draw: Draw, n: number): number[] {
  return Array.from({ length: n }, () => {
    const size = (1 + below(draw, 48)) / 16;
    return draw.uint32() % 2 === 0 ? size : -size;
  });
}

/** Fixed programs at fixed points, and the same programs at drawn ones. */
function exampleCheck(
  goal: string,
  family: Family,
  title: string,
  examples: readonly Example[],
  mode: Mode,
): Check {
  return check(
    goal,
    family,
    title,
    () => examples.flatMap((e) => e.points.slice(0, 1).map((at) => exampleCase(e, mode, at))),
    (draw) => {
      const chosen = pick(draw, examples);
      return firstTelling(
        () => {
          const at = drawPoint(draw, chosen.program.inputs);
          const along = direction(mode, at)?.map(() => drawPoint(draw, 1)[0]!);
          const text = `${ASKED[mode]} of ${chosen.text} at ${inputText(at)}`;
          return tellingCase(text, request(chosen.program, mode, at, along));
        },
        () => exampleCase(chosen, mode, chosen.points.at(-1)!),
      );
    },
  );
}

/** Programs that differentiate inside, under forward mode: what only both abilities together can give. */
export const nestedForward: Check = exampleCheck(
  'r3/jvp/nested',
  'nesting',
  'forward mode over nested differentiations, none mistaken for another',
  NESTED,
  'jvp',
);

function generatedCheck(goal: string, mode: GeneratedMode): Check {
  return check(
    goal,
    'generated',
    'programs generated from add, mul and a core of smooth operations',
    () => {
      const draw = drawFrom(new Uint8Array(32), 'visible', `${goal}/generated`);
      return Array.from({ length: 5 }, () => generatedCase(draw, core, mode));
    },
    (draw) => generatedCase(draw, core, mode),
  );
}

function repeatCheck(goal: string, examples: readonly Example[], mode: Mode): Check {
  return check(
    goal,
    'repeat',
    'the same call twice gives the same bits, and no argument is changed',
    () => examples.slice(0, 2).map((e) => exampleCase(e, mode, e.points[0]!)),
    (draw) => {
      const chosen = pick(draw, examples);
      return exampleCase(chosen, mode, pick(draw, chosen.points));
    },
  );
}

/** v₀·∂f/∂x₀ + v₁·∂f/∂x₁ + …, by reverse mode: what ⟨Jᵀw, v⟩ is for f = ⟨w, F⟩. */
function transposed(f: Program, v: readonly number[]): Program {
  return program(f.inputs, (b, ...x) => {
    const terms = v.map((factor, i) =>
      b.op(
        'mul',
        b.constant(factor),
        b.grad(i, x, [], (body, ...own) => inline(body, f, own)),
      ),
    );
    return terms.reduce((sum, term) => b.op('add', sum, term));
  });
}

/** The nodes of a program without inner differentiations, inside another one. */
function inline(b: Builder, f: Program, inputs: readonly number[]): number {
  const at: number[] = [];
  for (const node of f.nodes) {
    if (node.kind === 'input') at.push(inputs[node.index]!);
    else if (node.kind === 'const') at.push(b.constant(node.value));
    else if (node.kind === 'op') at.push(b.op(node.op, ...node.args.map((i) => at[i]!)));
    else throw new TypeError('a nested differentiation cannot be inlined');
  }
  return at[f.outputs[0]!]!;
}

/** Both sides of ⟨w, Jv⟩ = ⟨Jᵀw, v⟩, each held against one reference: the forward side and the reverse side. */
function dualityCheck(goal: string): Check {
  const sides = (e: Example, at: readonly number[], v: readonly number[]): [Case, Case] => {
    const text = `of ${e.text} at ${inputText(at)} along [${v.join(', ')}]`;
    return [
      referenceCase(`⟨w, Jv⟩ ${text}`, request(e.program, 'jvp', at, v)),
      referenceCase(`⟨Jᵀw, v⟩ ${text}`, request(transposed(e.program, v), 'value', at)),
    ];
  };
  return check(
    goal,
    'duality',
    'forward and reverse mode agree: ⟨w, Jv⟩ = ⟨Jᵀw, v⟩',
    () => SMOOTH.slice(0, 6).flatMap((e) => sides(e, e.points[0]!, direction('jvp', e.points[0]!)!)),
    (draw, i) => {
      const e = pick(draw, SMOOTH);
      const at = pick(draw, e.points);
      return sides(e, at, drawPoint(draw, at.length))[i % 2]!;
    },
  );
}

/** A mode of differentiation: what all five goals share is that each is asked on examples, twice, and on drawn programs. */
interface ModeGoal {
  readonly id: string;
  readonly title: string;
  readonly text: string;
  readonly needs?: readonly string[];
  readonly mode: Mode;
  /** Where drawn programs are asked for in another way than examples are. */
  readonly generated?: GeneratedMode;
  readonly examples: readonly Example[];
  readonly family: Family;
  /** What the examples are about. */
  readonly about: string;
  /** What the plain programs (dead branches, constants) are about; none where they say nothing of the goal. */
  readonly plain?: string;
  readonly more?: (goal: string) => readonly Check[];
}

function modeGoal(one: ModeGoal): Goal {
  const { id, title, text, mode, examples } = one;
  return {
    id,
    rung: 3,
    title,
    text: `${text}\n\nIt is checked on programs of ${['add', 'mul', ...CORE].map((n) => `\`${n}\``).join(', ')}, fixed ones and ones drawn after the edit is frozen, and then on every operation that the engine has. Results must be right to a few units in the last place; the same call twice must give the same bits and leave its arguments as they were; what worked before must still work.`,
    ops: [],
    needs: [...NEEDS, ...(one.needs ?? [])],
    checks: [
      exampleCheck(id, one.family, one.about, examples, mode),
      ...(one.more?.(id) ?? []),
      ...(one.plain === undefined ? [] : [exampleCheck(id, 'structure', one.plain, PLAIN, mode)]),
      repeatCheck(id, examples, mode),
      generatedCheck(id, one.generated ?? mode),
    ],
  };
}

const modes: readonly ModeGoal[] = [
  {
    id: 'r3/jvp',
    title: 'forward mode: jvp',
    text: 'Export `jvp(f, xs, ts)`: forward mode. It gives `[f(xs), ∂f/∂x₀·t₀ + ∂f/∂x₁·t₁ + …]` in one pass over the program, without recording it. A result that does not depend on an input has derivative 0 along it. It must agree with `grad`.',
    mode: 'jvp',
    examples: SMOOTH,
    family: 'jvp',
    about: 'the derivative along a direction',
    more: (goal) => [dualityCheck(goal)],
    plain: 'constants, unused inputs, dead branches',
  },
  {
    id: 'r3/nesting',
    title: 'grad of grad, without confusing the two',
    text: '`grad` inside a program that is itself differentiated: arguments of `grad(f)` may be traced by an outer `grad`, and so may values that `f` only closes over. Each differentiation follows its own variables: d/dx of x·(d/dy of x + y) is 1. Any depth. The partials in the table are written with `ops` so that they can be differentiated again.',
    mode: 'grad',
    generated: 'nested',
    examples: NESTED,
    family: 'nesting',
    about: 'nested differentiations, none mistaken for another',
  },
  {
    id: 'r3/hvp',
    title: 'Hessian-vector products',
    text: 'Export `hvp(f, xs, v)`: the Hessian of f at xs times v, as a list with one entry for each input, at a small multiple of the cost of a gradient: differentiate the gradient along v, or take the gradient of ⟨grad f, v⟩. The Hessian itself is not formed.',
    needs: ['r3/nesting'],
    mode: 'hvp',
    examples: SMOOTH,
    family: 'second-order',
    about: 'Hessian times vector',
    plain: 'linear programs, constants, unused inputs',
  },
  {
    id: 'r3/hessian',
    title: 'Hessians',
    text: 'Export `hessian(f)`: `hessian(f)(...xs)[i][j]` is ∂²f/∂x_i∂x_j, a full matrix of numbers, 0 where f is linear.',
    needs: ['r3/nesting'],
    mode: 'hessian',
    examples: SMOOTH,
    family: 'second-order',
    about: 'all second derivatives',
    plain: 'linear programs, constants, unused inputs',
  },
  {
    id: 'r3/jacobian',
    title: 'Jacobians',
    text: 'Export `jacobian(f)` for an f that returns a list: `jacobian(f)(...xs)[i][j]` is ∂f_i/∂x_j. A result may be an input, a constant, or the same value as another result.',
    mode: 'jacobian',
    examples: VECTOR,
    family: 'grad',
    about: 'the derivative of each result by each input',
    plain: 'lists of one result',
  },
];

/** Modes of differentiation. */
export const rung3: readonly Goal[] = modes.map(modeGoal);
