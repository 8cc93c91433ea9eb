import {
  add,
  array,
  cos,
  div,
  greater,
  jit,
  mul,
  type NDArray,
  ones,
  shapeOf,
  sin,
  sqrt,
  square,
  sub,
  take,
  type Value,
  vjp,
  where,
  zeros,
} from '../../../engine/index.ts';
import { type Fields, numbers, real, whole } from '../input.ts';
import { evaluation, type Module } from '../task.ts';

/** Numbers of a camera: rotation 3, centre 3, focal length, principal point 2, radial distortion 2. */
const CAMERA = 11;
const POINT = 3;
/** What a row of a reprojection error depends on: a camera, a point and a weight. */
const ROW = CAMERA + POINT + 1;

interface Scene<V = Value> {
  /** 11 columns of [n]. */
  readonly cameras: readonly V[];
  /** 3 columns of [m]. */
  readonly points: readonly V[];
  /** [p]. */
  readonly weights: V;
  /** 2 columns of [p]. */
  readonly features: readonly V[];
  /** Which camera and which point each observation has: [p]. */
  readonly camera: V;
  readonly point: V;
}

/** What the errors of each observation depend on, one column of [p] for each number: ROW of them. */
type Own = readonly Value[];

type Triple = readonly [Value, Value, Value];

const dot = (a: Triple, b: Triple): Value => add(add(mul(a[0], b[0]), mul(a[1], b[1])), mul(a[2], b[2]));

function cross(a: Triple, b: Triple): Triple {
  const minor = (i: 0 | 1 | 2, j: 0 | 1 | 2) => sub(mul(a[i], b[j]), mul(a[j], b[i]));
  return [minor(1, 2), minor(2, 0), minor(0, 1)];
}

/** A point turned by |r| about r (Rodrigues' formula); to first order where r is 0. */
function rotated(r: Triple, x: Triple): Triple {
  const squared = dot(r, r);
  const turns = greater(squared, 0);
  // Where nothing turns, 1 in place of 0: the branch not taken must not divide by it either.
  const angle = sqrt(where(turns, squared, 1));
  const axis = r.map((part) => div(part, angle)) as unknown as Triple;
  const [c, s] = [cos(angle), sin(angle)];
  const along = mul(dot(axis, x), sub(1, c));
  const across = cross(axis, x);
  const still = cross(r, x);
  return x.map((part, i) => {
    const turned = add(add(mul(part, c), mul(across[i]!, s)), mul(axis[i]!, along));
    return where(turns, turned, add(part, still[i]!));
  }) as unknown as Triple;
}

/** The weighted distance of each observation's projection from its feature, in x and in y. */
function reprojection(own: Own, [u, v]: readonly Value[]): [Value, Value] {
  const [r1, r2, r3, c1, c2, c3, focal, u0, v0, k1, k2, x1, x2, x3, weight] = own as readonly Value[] & {
    length: 15;
  };
  const seen = rotated([r1!, r2!, r3!], [sub(x1!, c1!), sub(x2!, c2!), sub(x3!, c3!)]);
  const [x, y] = [div(seen[0], seen[2]), div(seen[1], seen[2])];
  const squared = add(square(x), square(y));
  const distortion = add(1, mul(squared, add(k1!, mul(k2!, squared))));
  const error = (coordinate: Value, centre: Value, feature: Value) =>
    mul(weight!, sub(add(mul(mul(coordinate, distortion), focal!), centre), feature));
  return [error(x, u0!, u!), error(y, v0!, v!)];
}

/** How far each weight is from ±1. */
const weightError = (weight: Value): Value => sub(1, square(weight));

function ownOf({ cameras, points, weights, camera, point }: Scene): Own {
  return [
    ...cameras.map((column) => take(column, camera)),
    ...points.map((column) => take(column, point)),
    weights,
  ];
}

const objective = jit((scene: Scene) => {
  return { reprojection: reprojection(ownOf(scene), scene.features), weight: weightError(scene.weights) };
});

/**
 * The blocks of the Jacobian that are not 0. No observation's error depends on another's numbers, so one pull of a whole
 * column of ones gives a row for each of them.
 */
const blocks = jit((scene: Scene) => {
  const [, pull] = vjp((own: Own) => reprojection(own, scene.features), ownOf(scene));
  const [, pullWeight] = vjp(weightError, scene.weights);
  const one = ones(shapeOf(scene.weights));
  const none = zeros(shapeOf(scene.weights));
  return { x: pull([one, none])[0], y: pull([none, one])[0], weight: pullWeight(one)[0] };
});

/** A sparse matrix: row i has the elements `rows[i]` up to `rows[i + 1]` of `cols` and `vals`. */
interface Sparse {
  readonly rows: Int32Array;
  readonly cols: Int32Array;
  readonly vals: Float64Array;
}

interface Input {
  readonly n: number;
  readonly m: number;
  readonly p: number;
  readonly scene: Scene<NDArray>;
}

/** All numbers of the Jacobian: two rows of 15 for each observation, then one of 1 for each weight. */
function jacobian({ n, m, p, scene }: Input): Sparse {
  const { x, y, weight } = blocks(scene) as unknown as Record<'x' | 'y', NDArray[]> & { weight: NDArray };
  const { data: camera } = scene.camera;
  const { data: point } = scene.point;
  const rows = new Int32Array(3 * p + 1);
  const cols = new Int32Array(2 * ROW * p + p);
  const vals = new Float64Array(cols.length);
  const columns = [x, y].map((row) => row.map(({ data }) => data));
  let next = 0;
  for (let i = 0; i < p; i++) {
    for (let row = 0; row < 2; row++) {
      const own = columns[row]!;
      for (let j = 0; j < CAMERA; j++) cols[next + j] = CAMERA * camera[i]! + j;
      for (let j = 0; j < POINT; j++) cols[next + CAMERA + j] = CAMERA * n + POINT * point[i]! + j;
      cols[next + ROW - 1] = CAMERA * n + POINT * m + i;
      for (let j = 0; j < ROW; j++) vals[next + j] = own[j]![i]!;
      next += ROW;
      rows[2 * i + row + 1] = next;
    }
  }
  for (let i = 0; i < p; i++) {
    cols[next] = CAMERA * n + POINT * m + i;
    vals[next] = weight.data[i]!;
    rows[2 * p + i + 1] = ++next;
  }
  return { rows, cols, vals };
}

/** One camera, one point, one weight and one feature, repeated; observation i is of camera i mod n and point i mod m. */
function read(input: Fields): Input {
  const [n, m, p] = [whole(input, 'n', 1), whole(input, 'm', 1), whole(input, 'p', 1)];
  const repeated = (name: string, length: number, times: number) =>
    Array.from(numbers(input, name, [length]).data, (value) => array(new Float64Array(times).fill(value)));
  const turns = (length: number) => array(Int32Array.from({ length: p }, (_, i) => i % length));
  const scene = {
    cameras: repeated('cam', CAMERA, n),
    points: repeated('x', POINT, m),
    weights: array(new Float64Array(p).fill(real(input, 'w'))),
    features: repeated('feat', 2, p),
    camera: turns(n),
    point: turns(m),
  };
  return { n, m, p, scene };
}

/** All observations are alike, so the first stands for all of them in what is sent. */
function sentErrors(result: ReturnType<typeof objective>): unknown {
  const [x, y] = result.reprojection as [NDArray, NDArray];
  const { data } = result.weight as NDArray;
  return {
    reproj_error: { elements: [x.data[0], y.data[0]], repeated: x.size },
    w_err: { element: data[0], repeated: data.length },
  };
}

/** The first observation's numbers and the last of all. */
function sentJacobian({ rows, cols, vals }: Sparse): unknown {
  const sent = (list: Int32Array | Float64Array) => [...list.subarray(0, 2 * ROW), list.at(-1)];
  return { rows: sent(rows), cols: sent(cols), vals: sent(vals) };
}

/** The errors of bundle adjustment, and their sparse Jacobian by cameras, points and weights. */
export const ba: Module = {
  objective: evaluation(read, ({ scene }) => objective(scene), sentErrors),
  jacobian: evaluation(read, jacobian, sentJacobian),
};
