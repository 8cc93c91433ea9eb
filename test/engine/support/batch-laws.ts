import { avalOf, type Value } from '../../../engine/core/trace.ts';
import { grad, hvp, jit, jvp, ops, vmap } from '../../../engine/index.ts';
import { gradOf, type Law, pushed, toleranceOf, weighted } from './laws.ts';
import type { Many, Sample } from './sample.ts';
import {
  allNumbers,
  directions,
  isFloatValue,
  like,
  made,
  moved,
  near,
  numbersOf,
  sameAvals,
} from './values.ts';

/** Examples in a batch. */
const SIZE = 3;

/** Inputs of other examples: those of the sample, moved a little, integers turned by a place. */
function examples(sample: Sample): (readonly Value[])[] {
  const { inputs, vary } = sample;
  return Array.from({ length: SIZE }, (_, i) => {
    if (vary) return vary(i);
    return moved(inputs, directions(inputs, 200 + i), 0.02).map((x) => {
      if (isFloatValue(x)) return x;
      const data = numbersOf(x);
      return like(
        x,
        data.map((__, k) => data[(k + i) % data.length]!),
      );
    });
  });
}

/** One value of several, along a new first axis. */
function stacked(values: readonly Value[]): Value {
  const { shape, dtype } = avalOf(values[0]!);
  const data = values.flatMap(numbersOf);
  const whole = [values.length, ...shape];
  return made(data, whole, dtype);
}

const column = (rows: readonly (readonly Value[])[]): Value[] =>
  rows[0]!.map((_, i) => stacked(rows.map((row) => row[i]!)));

/** Example by example. */
const each = (f: Many, rows: readonly (readonly Value[])[]): Value[] => column(rows.map((row) => f(...row)));

function agree(got: readonly Value[], wanted: readonly Value[], tolerance: number): void {
  sameAvals(got, wanted);
  near(allNumbers(got), allNumbers(wanted), tolerance);
}

const together = (f: Many, batches: readonly Value[], axes?: readonly (number | null)[]) =>
  vmap(f, axes)(...batches) as readonly Value[];

/** All inputs are batches. */
const batch: Law = (sample) => {
  const rows = examples(sample);
  agree(together(sample.f, column(rows)), each(sample.f, rows), toleranceOf(sample));
};

/** One input is a batch, the others are shared; the batch lies along its last axis. */
const oneBatch: Law = (sample) => {
  const { f, inputs } = sample;
  const rows = examples(sample);
  inputs.forEach((x, i) => {
    const own = rows.map((row) => inputs.map((other, k) => (k === i ? row[k]! : other)));
    const rank = avalOf(x).shape.length;
    const whole = stacked(rows.map((row) => row[i]!));
    const last = ops.moveaxis(whole, { from: 0, to: rank });
    const args = inputs.map((other, k) => (k === i ? last : other));
    const axes = inputs.map((_, k) => (k === i ? -1 : null));
    agree(together(f, args, axes), each(f, own), toleranceOf(sample));
  });
};

/** A batch of batches; the inner one is shared by every second input. */
const nested: Law = (sample) => {
  const { f, inputs } = sample;
  const rows = examples(sample);
  const inner = inputs.map((_, i) => (i % 2 === 0 ? 0 : null));
  if (inputs.length === 0) return;
  const per = rows.map((row) =>
    each(
      f,
      rows.map((other) => inputs.map((_, i) => (i % 2 === 0 ? other[i]! : row[i]!))),
    ),
  );
  const columns = column(rows);
  const all = columns.map((x, i) => (i % 2 === 0 ? stacked([x, x, x]) : x));
  const got = vmap((...xs: Value[]) => together(f, xs, inner))(...all) as readonly Value[];
  agree(got, column(per), toleranceOf(sample));
};

/** A batch of no examples. */
const none: Law = ({ f, inputs }) => {
  const empty = inputs.map((x) => {
    const { shape, dtype } = avalOf(x);
    return made([], [0, ...shape], dtype);
  });
  const wanted = f(...inputs).map((y) => ops.slice(stacked([y]), { stop: [0] }));
  sameAvals(together(f, empty), wanted);
};

/** Derivatives of each example, and the gradient through a batch. */
const derivatives: Law = (sample) => {
  if (sample.uncounted) return;
  const rows = examples(sample);
  const columns = column(rows);
  const g = weighted(sample);
  const slope = gradOf(sample);
  const wanted = each(slope, rows);
  agree(together(slope, columns), wanted, toleranceOf(sample));
  const total = (...xs: Value[]) => ops.sum(vmap(g)(...xs) as Value);
  agree(grad(total)(...columns), wanted, toleranceOf(sample));
  if (sample.reverseOnly) return;
  const v = directions(sample.inputs, 13);
  const push: Many = (...xs) => pushed(sample.f, xs, v)[1];
  agree(together(push, columns), each(push, rows), toleranceOf(sample));
  const hv: Many = (...xs) => hvp(g, xs, v);
  agree(together(hv, columns), each(hv, rows), toleranceOf(sample));
  const along = (...xs: Value[]) => jvp(total, xs, column(rows.map(() => v)))[1] as Value;
  const slopes = rows.map((row) => numbersOf(jvp(g, [...row], v)[1] as Value)[0]!);
  near(numbersOf(along(...columns)), [slopes.reduce((a, b) => a + b, 0)], toleranceOf(sample));
};

/** Compiled is as computed: every step rounds as it does alone. */
const COMPILED = 1e-15;

const compiled: Law = (sample) => {
  const { f, inputs } = sample;
  const jitted = jit((...xs: Value[]) => [...f(...xs)]);
  for (const row of [inputs, ...examples(sample)]) {
    agree(jitted(...row), f(...row), COMPILED);
  }
};

const compiledDerivatives: Law = (sample) => {
  if (sample.uncounted) return;
  const { f, inputs } = sample;
  const slope = gradOf(sample);
  const wanted = slope(...inputs);
  agree(jit((...xs: Value[]) => [...slope(...xs)])(...inputs), wanted, toleranceOf(sample));
  const jitted = { ...sample, f: jit((...xs: Value[]) => [...f(...xs)]) };
  agree(gradOf(jitted)(...inputs), wanted, toleranceOf(sample));
  const rows = examples(sample);
  const columns = column(rows);
  const all = jit((...xs: Value[]) => [...together(slope, xs)]);
  agree(all(...columns), each(slope, rows), toleranceOf(sample));
  if (sample.reverseOnly) return;
  const v = directions(inputs, 14);
  const hv: Many = (...xs) => hvp(weighted(sample), xs, v);
  agree(jit((...xs: Value[]) => [...hv(...xs)])(...inputs), hv(...inputs), toleranceOf(sample));
  const push: Many = (...xs) => [...pushed(f, xs, v)[1]];
  agree(jit(push as (...xs: Value[]) => readonly Value[])(...inputs), push(...inputs), toleranceOf(sample));
};

/** The laws of batches and of compiled programs. */
export const batchLaws: Readonly<Record<string, Law>> = { batch, oneBatch, nested, none, compiled };
export const batchDerivativeLaws: Readonly<Record<string, Law>> = { derivatives, compiledDerivatives };
