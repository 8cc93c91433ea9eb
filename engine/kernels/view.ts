import type { View } from '../core/kernel.ts';
import { type Shape, sizeOf, stridesOf } from '../core/shape.ts';

/** Row-major, without gaps. */
export function wholeView(shape: Shape): View {
  return { shape, strides: stridesOf(shape), offset: 0 };
}

/** Whether a view reads its elements row-major without gaps, wherever it starts. */
export function isContiguous({ shape, strides }: View): boolean {
  let step = 1;
  for (let i = shape.length - 1; i >= 0; i--) {
    if (shape[i] === 0) return true;
    if (shape[i] !== 1 && strides[i] !== step) return false;
    step *= shape[i]!;
  }
  return true;
}

/**
 * The same elements with as few axes as possible: without those of length 1, and neighbours that walk evenly made one, but
 * for those of which one is among `apart` and one is not. `apart` are where these then are.
 */
export function collapsed(
  x: View,
  axes: readonly number[] = [],
): View & { readonly apart: readonly number[] } {
  const shape: number[] = [];
  const strides: number[] = [];
  const apart: number[] = [];
  for (let i = 0; i < x.shape.length; i++) {
    const length = x.shape[i]!;
    const stride = x.strides[i]!;
    const last = shape.length - 1;
    if (length === 1) continue;
    const isApart = axes.includes(i);
    if (last >= 0 && strides[last] === stride * length && apart.includes(last) === isApart) {
      shape[last]! *= length;
      strides[last] = stride;
    } else {
      if (isApart) apart.push(shape.length);
      shape.push(length);
      strides.push(stride);
    }
  }
  return { shape, strides, offset: x.offset, apart };
}

/** A view as rows along the last of as few axes as possible: `length` elements from each of `starts`, `stride` apart. */
export function rowsOf(view: View): {
  readonly length: number;
  readonly stride: number;
  readonly starts: Int32Array;
  readonly offset: number;
} {
  const { shape, strides, offset } = collapsed(view);
  const starts = offsetsOf(shape.slice(0, -1), strides.slice(0, -1));
  return { length: shape.at(-1) ?? 1, stride: strides.at(-1) ?? 0, starts, offset };
}

/**
 * The view with another shape over the same elements, or null where that takes a copy. Axes of both shapes are matched in
 * groups of equal size; a group must walk evenly.
 */
export function reshaped(x: View, shape: Shape): View | null {
  if (isContiguous(x)) return { shape, strides: stridesOf(shape), offset: x.offset };
  const { shape: from, strides: steps } = collapsed(x);
  const strides: number[] = new Array(shape.length).fill(0);
  let to = shape.length - 1;
  for (let axis = from.length - 1; axis >= 0; axis--) {
    let size = 1;
    while (to >= 0 && size < from[axis]!) {
      strides[to] = steps[axis]! * size;
      size *= shape[to]!;
      to--;
    }
    if (size !== from[axis]) return null;
  }
  return { shape, strides, offset: x.offset };
}

/** Offsets of all elements of some axes, row-major, from the first. */
export function offsetsOf(shape: Shape, strides: readonly number[]): Int32Array {
  const offsets = new Int32Array(sizeOf(shape));
  let filled = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    for (let i = 1; i < shape[axis]!; i++) {
      for (let k = 0; k < filled; k++) offsets[i * filled + k] = offsets[k]! + i * strides[axis]!;
    }
    filled *= shape[axis]!;
  }
  return offsets;
}
