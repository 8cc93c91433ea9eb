import { drawFrom } from '../../checks/draw.ts';
import type { Operation } from '../../checks/operation.ts';
import { operation } from '../../checks/operations.ts';
import type { Program } from '../../checks/program.ts';
import type { Case, Check, Draw, Family } from '../../checks/types.ts';
import { type Builder, program } from './build.ts';
import { ASKED, check, firstTelling, inputText, request, tellingCase } from './case.ts';
import { type GeneratedMode, generatedCase } from './generated.ts';
import { aloneProgram, drawInputs } from './op-cases.ts';
import { delicatePoints, simplePoints } from './op-points.ts';

/** What a goal of rung 3 lets one ask of every operation. */
interface Ability {
  readonly goal: string;
  readonly family: Family;
  readonly mode: GeneratedMode;
  readonly title: string;
}

const ABILITIES: readonly Ability[] = [
  { goal: 'r3/jvp', family: 'jvp', mode: 'jvp', title: 'forward mode' },
  { goal: 'r3/nesting', family: 'nesting', mode: 'nested', title: 'the derivative of the derivative' },
  { goal: 'r3/hvp', family: 'second-order', mode: 'hvp', title: 'Hessian-vector products' },
];

/** The goals of rung 3 that speak of every operation the engine has. */
export const ABILITY_GOALS: ReadonlySet<string> = new Set(ABILITIES.map(({ goal }) => goal));

/** Cotangents and directions of 1 would hide a rule that drops them. */
const FACTOR = -1.5;

const scaled = (b: Builder, op: Operation, x: readonly number[]): number =>
  b.op('mul', b.constant(FACTOR), b.op(op.name, ...x));

const nestedAlone = (op: Operation): Program =>
  program(op.arity, (b, ...x) => b.grad(0, x, [], (body: Builder, ...own) => scaled(body, op, own)));

function pointCase(op: Operation, mode: GeneratedMode, at: readonly number[]): Case | null {
  const what =
    mode === 'nested' ? `the second derivative of −1.5·${op.name}` : `${ASKED[mode]} of ${op.name}`;
  const text = `${what} at ${inputText(at)}`;
  if (mode === 'nested') return tellingCase(text, request(nestedAlone(op), 'grad', at));
  const along = at.map((_, i) => (i === 0 ? FACTOR : 0.5));
  return tellingCase(
    text,
    request(aloneProgram(op), mode, at, mode === 'jvp' || mode === 'hvp' ? along : undefined),
  );
}

/** The third derivative of an operation by its first input: a rule that holds at two levels need not at three. */
function thirdCase(op: Operation, at: readonly number[]): Case | null {
  const built = program(op.arity, (b, ...x) =>
    b.grad(0, x, [], (body: Builder, ...y) =>
      body.grad(0, y, [], (inner: Builder, ...own) => scaled(inner, op, own)),
    ),
  );
  return tellingCase(
    `the third derivative of −1.5·${op.name} at ${inputText(at)}`,
    request(built, 'grad', at),
  );
}

/** Fixed points at which a third derivative is asked. */
const THIRD = 3;

const cache = new Map<string, readonly Check[]>();

function abilityChecks(op: Operation, { goal, family, mode, title }: Ability): readonly Check[] {
  const key = `${goal}/${op.name}`;
  const known = cache.get(key);
  if (known) return known;
  const visible = () => [
    ...[...simplePoints(op), ...delicatePoints(op)].flatMap(({ at }) => pointCase(op, mode, at) ?? []),
    ...(mode === 'nested' ? simplePoints(op) : [])
      .flatMap(({ at }) => thirdCase(op, at) ?? [])
      .slice(0, THIRD),
  ];
  const checks = [
    check(key, family, `${title} of ${op.name}`, visible, (draw: Draw, i) =>
      firstTelling(
        () => {
          const at = drawInputs(draw, op.domain, 'plain');
          return mode === 'nested' && i % 3 === 0 ? thirdCase(op, at) : pointCase(op, mode, at);
        },
        () => generatedCase(draw, [op], mode),
      ),
    ),
    check(
      key,
      'generated',
      `${title} of generated programs with ${op.name}`,
      () => {
        const draw = drawFrom(new Uint8Array(32), 'visible', `${key}/generated`);
        return Array.from({ length: 3 }, () => generatedCase(draw, [op], mode));
      },
      (draw: Draw) => generatedCase(draw, [op], mode),
    ),
  ];
  cache.set(key, checks);
  return checks;
}

/**
 * The checks of one operation that an engine can stand once it meets goals of rung 3: forward mode, nested
 * differentiation, Hessian-vector products. An operation whose partials only look right at first order (a rule
 * with bare arithmetic, a hidden complex step) fails here.
 * @throws TypeError for an operation that has no reference.
 */
export function secondOrderChecks(name: string, met: ReadonlySet<string>): readonly Check[] {
  const op = operation(name);
  return ABILITIES.filter(({ goal }) => met.has(goal)).flatMap((ability) => abilityChecks(op, ability));
}
