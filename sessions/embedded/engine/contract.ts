/**
 * The public contract of an engine.
 *
 * A judge builds programs with nothing but what is written here, and an improved engine extends it and
 * never breaks it. An engine is one module, `engine.ts`. It must export `ops`, `primal` and `grad`; the
 * rest is optional and turns up rung by rung. A member that is absent is a goal not met, not an error.
 *
 * A program is a plain function of values that calls named operations:
 *
 *     const f = (x: Value) => ops.sin(ops.mul(x, x));
 *     grad(f)(2);                                        // [4 cos 4] = [-2.6145744834544478]
 */

/** A number, or something an engine made to follow a number (or an array) through a program. */
export type Value = number | Traced;

/** What an engine traces with. Its inside is the engine's own business. */
export interface Traced {
  readonly value: unknown;
}

/** A named operation. Array operations take their static settings as a last, plain object. */
export type Op = (...inputs: Value[]) => Value;

/** Settings of an array operation, never differentiated: axes, shapes, permutations, bounds. */
export interface Attributes {
  readonly [name: string]: number | boolean | readonly number[];
}

export interface Engine {
  /**
   * The operations by name. On plain numbers an operation returns a plain number.
   * Scalar names and meanings are those of `Math` where it has them, and otherwise:
   * neg sub div reciprocal square cube rsqrt exp2 relu; the goals say the rest.
   */
  readonly ops: { readonly [name: string]: Op };

  /** The plain number (or, from rung 4 on, the outermost array) under a value. */
  primal(value: Value): number;

  /**
   * Reverse mode. `grad(f)(...xs)` is the list of ∂f/∂x_i at xs, one for each argument, 0 where f does
   * not depend on it. Rung 3: the arguments may be traced themselves, so that `grad` nests.
   */
  grad(f: (...xs: Value[]) => Value): (...xs: Value[]) => Value[];

  /** Rung 3. Forward mode: f at xs, and its derivative along ts. */
  jvp?(f: (...xs: Value[]) => Value, xs: readonly Value[], ts: readonly Value[]): [Value, Value];

  /** Rung 3. The Hessian of f at xs times v, without forming the Hessian. */
  hvp?(f: (...xs: Value[]) => Value, xs: readonly Value[], v: readonly Value[]): Value[];

  /** Rung 3. `hessian(f)(...xs)[i][j]` is ∂²f/∂x_i∂x_j. */
  hessian?(f: (...xs: Value[]) => Value): (...xs: Value[]) => Value[][];

  /** Rung 3. `jacobian(f)(...xs)[i][j]` is ∂f_i/∂x_j for an f that returns a list. */
  jacobian?(f: (...xs: Value[]) => Value[]): (...xs: Value[]) => Value[][];

  /**
   * Rung 4. An array of the given shape, row-major; copies `data`. Operations then work elementwise with
   * NumPy's broadcasting, and `grad` of a program whose result is 0-d gives each gradient in the shape of
   * its argument. Array operations and their settings:
   * `sum(x, { axes, keepdims })` · `matmul(a, b)` (2-d) · `transpose(x, { perm })` · `reshape(x, { shape })` ·
   * `slice(x, { start, stop })` (one bound for each axis) · `softmax(x, { axis })` · `logsumexp(x, { axis })`.
   */
  array?(data: ArrayLike<number>, shape: readonly number[]): Value;

  /** Rung 4. The shape and the row-major elements under a value; a number has shape []. */
  unpack?(value: Value): { shape: readonly number[]; data: ArrayLike<number> };
}
