import { drawFrom, pick } from '../../checks/draw.ts';
import type { Case, Check, Draw, Family } from '../../checks/types.ts';
import { type ArrayExample, drawData, numsOf, valueExample } from './array-cases.ts';
import { NESTED } from './array-nested.ts';
import { array } from './build.ts';
import { ASKED, check, firstTelling, request, tellingCase } from './case.ts';
import { alongAxis, ELEMENTWISE, MATMUL, RESHAPES, SLICES, SUMS, TRANSPOSES } from './rung4-examples.ts';

/** What a goal of rung 3 lets one ask of arrays. */
interface Ability {
  readonly goal: string;
  readonly family: Family;
  readonly mode: 'jvp' | 'hvp' | 'grad';
  readonly asked: string;
}

const ABILITIES: readonly Ability[] = [
  { goal: 'r3/jvp', family: 'jvp', mode: 'jvp', asked: ASKED.jvp },
  { goal: 'r3/hvp', family: 'second-order', mode: 'hvp', asked: ASKED.hvp },
  { goal: 'r3/nesting', family: 'nesting', mode: 'grad', asked: 'the gradient of a nested derivative' },
];

/** Forward mode of whole arrays, second derivatives of their weighted sums. */
interface Examples {
  readonly jvp: readonly ArrayExample[];
  readonly hvp: readonly ArrayExample[];
}

const values = (pairs: readonly (readonly [ArrayExample, ArrayExample])[]) => pairs.map(([v]) => v);
const gradients = (pairs: readonly (readonly [ArrayExample, ArrayExample])[]) => pairs.map(([, g]) => g);
const fibres = (name: 'softmax' | 'logsumexp'): Examples => {
  const { value, grad } = alongAxis(name, name === 'softmax');
  return { jvp: value.slice(1, 3), hvp: grad.slice(1, 3) };
};

/** A constant that stretches what it is added to: the tangent has to stretch with it. */
const stretched = valueExample('a plus a larger constant', [[3]], (b, x) =>
  b.op('add', x, b.constant(array([2, 3], [1, 2, -1, 0.5, -2, 3]))),
);

const filled = valueExample('a square plus a constant array', [[]], (b, x) =>
  b.op('add', b.op('mul', x, x), b.constant(array([2, 2], [1, -2, 0.5, 3]))),
);

const EXAMPLES: Readonly<Record<string, Examples>> = {
  'r4/elementwise': {
    jvp: [stretched, filled, ...ELEMENTWISE.value.slice(1, 3), ELEMENTWISE.broadcast[1]!],
    hvp: [...ELEMENTWISE.grad.slice(1), ELEMENTWISE.broadcast[4]!, ELEMENTWISE.structure[1]!],
  },
  'r4/sum': { jvp: values(SUMS.slice(1, 4)), hvp: gradients(SUMS.slice(1, 4)) },
  'r4/matmul': { jvp: MATMUL.value.slice(1, 3), hvp: MATMUL.grad.slice(1, 2).concat(MATMUL.structure[0]!) },
  'r4/transpose': { jvp: values(TRANSPOSES.slice(0, 2)), hvp: gradients(TRANSPOSES.slice(0, 2)) },
  'r4/reshape': { jvp: values(RESHAPES.slice(0, 2)), hvp: gradients(RESHAPES.slice(0, 2)) },
  'r4/slice': { jvp: values(SLICES.slice(0, 2)), hvp: gradients(SLICES.slice(0, 2)) },
  'r4/softmax': fibres('softmax'),
  'r4/logsumexp': fibres('logsumexp'),
};

function drawn(draw: Draw, example: ArrayExample, { mode, asked }: Ability): Case | null {
  const at = numsOf(example.shapes, drawData(draw, example.shapes));
  const along = mode === 'grad' ? undefined : numsOf(example.shapes, drawData(draw, example.shapes));
  const shapes = example.shapes.map((shape) => `[${shape.join('×')}]`).join(', ');
  return tellingCase(
    `${asked} of ${example.text} at arrays ${shapes}`,
    request(example.program, mode, at, along),
  );
}

const cache = new Map<string, Check | undefined>();

/** The check of an array operation under an ability of rung 3; undefined for goals that are about something else. */
export function arrayOrderCheck(goal: string, ability: string): Check | undefined {
  const id = `${ability}/${goal.slice('r4/'.length)}`;
  if (!cache.has(id)) cache.set(id, build(id, goal, ability));
  return cache.get(id);
}

function build(id: string, goal: string, ability: string): Check | undefined {
  const found = ABILITIES.find((one) => one.goal === ability);
  if (found === undefined) return undefined;
  const { family, mode, asked } = found;
  const own = mode === 'grad' ? NESTED[goal] : EXAMPLES[goal]?.[mode];
  if (own === undefined) return undefined;
  const fixed = (example: ArrayExample): Case => {
    const draw = drawFrom(new Uint8Array(32), 'visible', `${id}/${example.text}`);
    return firstTelling(
      () => drawn(draw, example, found),
      () => {
        throw new Error(`no telling input for ${asked} of ${example.text}`);
      },
    );
  };
  return check(
    id,
    family,
    `${asked} of arrays`,
    () => own.map(fixed),
    (draw) => {
      const example = pick(draw, own);
      return firstTelling(
        () => drawn(draw, example, found),
        () => fixed(example),
      );
    },
    'arrays',
  );
}
