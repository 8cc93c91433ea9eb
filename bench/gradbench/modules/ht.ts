import {
  add,
  array,
  at,
  broadcastTo,
  concatenate,
  cos,
  div,
  eye,
  greater,
  jacfwd,
  jit,
  jvp,
  matmul,
  mul,
  type NDArray,
  neg,
  norm,
  ravel,
  reshape,
  scatterAdd,
  shapeOf,
  sin,
  slice,
  square,
  stack,
  sub,
  sum,
  take,
  transpose,
  type Value,
  where,
  zeros,
} from '../../../engine/index.ts';
import { type Fields, fields, indices, numbers } from '../input.ts';
import { evaluation, flat, type Module, nested, remembered } from '../task.ts';

/** Global rotation 3, global translation 3, and four for each of five fingers. */
const THETA = 26;
const FINGERS = 5;
/** The first bone that a finger moves, and how many bones each finger has; its last one does not bend. */
const FIRST_BONE = 2;
const FINGER_BONES = 4;

interface Hand<V = Value> {
  /** Each bone relative to its parent: [B, 4, 4]. */
  readonly relatives: V;
  /** The inverse of each bone's place at rest: [B, 4, 4]. */
  readonly inverses: V;
  /** Vertices at rest, homogeneous: [V, 4]. */
  readonly vertices: V;
  /** How much each vertex follows each bone: [V, B]. */
  readonly weights: V;
  /** 1 for each axis, −1 for the first where the hand is mirrored: [3]. */
  readonly mirror: V;
}

interface Measured<V = Value> {
  /** Measured points: [n, 3]. */
  readonly points: V;
  /** For each point the vertex it is of, [n]; or, where it is inside a triangle, the three of that: [n, 3]. */
  readonly matched: V;
}

/** For each bone its depth below a root, with the bone's number and its parent's. */
type Tree = readonly (readonly { readonly bone: number; readonly parent: number }[])[];

function treeOf(parents: readonly number[]): Tree {
  const depths: number[] = [];
  const levels: { bone: number; parent: number }[][] = [];
  parents.forEach((parent, bone) => {
    if (parent >= bone) throw new TypeError(`bone ${bone} comes before its parent ${parent}`);
    depths[bone] = parent < 0 ? 0 : depths[parent]! + 1;
    levels[depths[bone]!] ??= [];
    levels[depths[bone]!]!.push({ bone, parent });
  });
  return levels;
}

const int32 = (values: readonly number[]) => array(values, { dtype: 'int32' });

/** Rows of equally long vectors as matrices: element (i, j) of the k-th matrix is `rows[i][j]` at k. */
function matrices(rows: readonly (readonly Value[])[]): Value {
  const [height, width] = [rows.length, rows[0]!.length];
  const [count] = shapeOf(rows[0]![0]!) as [number];
  return reshape(transpose(stack(rows.flat())), { shape: [count, height, width] });
}

/** Angles about x, z and y of each bone, [3, B]: only fingers bend, each at three joints, at the first also sideways. */
function bends(theta: Value, bones: number): Value {
  const targets: number[] = [];
  for (let finger = 0; finger < FINGERS; finger++) {
    const bone = FIRST_BONE + finger * FINGER_BONES;
    targets.push(bone, bones + bone, bone + 1, bone + 2);
  }
  const line = scatterAdd(zeros([3 * bones]), int32(targets), slice(theta, { start: [6] }));
  return reshape(line, { shape: [3, bones] });
}

/** Rz·Ry·Rx for each bone, homogeneous: [B, 4, 4]. */
function bendMatrices(angles: Value): Value {
  const [, bones] = shapeOf(angles) as [number, number];
  const [x, z, y] = [at(angles, 0), at(angles, 1), at(angles, 2)];
  const [cx, cy, cz] = [cos(x), cos(y), cos(z)];
  const [sx, sy, sz] = [sin(x), sin(y), sin(z)];
  const none = zeros([bones]);
  const one = add(none, 1);
  return matrices([
    [mul(cz, cy), sub(mul(mul(cz, sy), sx), mul(sz, cx)), add(mul(mul(cz, sy), cx), mul(sz, sx)), none],
    [mul(sz, cy), add(mul(mul(sz, sy), sx), mul(cz, cx)), sub(mul(mul(sz, sy), cx), mul(cz, sx)), none],
    [neg(sy), mul(cy, sx), mul(cy, cx), none],
    [none, none, none, one],
  ]);
}

/** Each bone's place from those relative to parents, one level of the tree at a time: [B, 4, 4]. */
function absolutes(relatives: Value, tree: Tree): Value {
  let above = relatives;
  let order: number[] = [];
  const levels = tree.map((level, depth) => {
    let own = take(relatives, int32(level.map(({ bone }) => bone)));
    if (depth > 0) own = matmul(take(above, int32(level.map(({ parent }) => order.indexOf(parent)))), own);
    above = own;
    order = level.map(({ bone }) => bone);
    return own;
  });
  const places: number[] = [];
  tree.flat().forEach(({ bone }, i) => {
    places[bone] = i;
  });
  return take(concatenate(levels), int32(places));
}

/** The matrix that turns by |r| about r; the unit matrix for next to nothing. */
function rotation(r: Value): Value {
  const angle = norm(r);
  const turns = greater(angle, 1e-4);
  const safe = where(turns, r, array([1, 0, 0]));
  const size = norm(safe);
  const axis = div(safe, size);
  const [x, y, z] = [at(axis, 0), at(axis, 1), at(axis, 2)];
  const [c, s] = [cos(size), sin(size)];
  const rest = sub(1, c);
  const both = (a: Value, b: Value, d: Value) => add(mul(mul(a, b), rest), mul(d, s));
  const own = (a: Value) => add(square(a), mul(sub(1, square(a)), c));
  const turned = stack([
    stack([own(x), both(x, y, neg(z)), both(x, z, y)]),
    stack([both(x, y, z), own(y), both(y, z, neg(x))]),
    stack([both(x, z, neg(y)), both(y, z, x), own(z)]),
  ]);
  return where(turns, turned, eye(3));
}

/** Where the vertices are, each following its bones by its weights: [V, 3]. */
function skinned(theta: Value, hand: Hand, tree: Tree): Value {
  const { relatives, inverses, vertices, weights, mirror } = hand;
  const [bones] = shapeOf(relatives) as [number];
  const bent = matmul(relatives, bendMatrices(bends(theta, bones)));
  const moves = matmul(absolutes(bent, tree), inverses);
  const affine = reshape(slice(moves, { stop: [bones, 3] }), { shape: [bones, 12] });
  const [count] = shapeOf(vertices) as [number];
  const blended = reshape(matmul(weights, affine), { shape: [count, 3, 4] });
  const local = sum(mul(blended, reshape(vertices, { shape: [count, 1, 4] })), { axes: 2 });
  const turned = matmul(mul(local, mirror), transpose(rotation(slice(theta, { stop: [3] }))));
  return add(turned, slice(theta, { start: [3], stop: [6] }));
}

/** The point inside each triangle whose first two barycentric coordinates are `us`: corners [n, 3, 3] → [n, 3]. */
function inside(us: Value, corners: Value): Value {
  const [n] = shapeOf(us) as [number];
  const last = sub(1, sum(us, { axes: 1, keepdims: true }));
  const coordinates = reshape(concatenate([us, last], { axis: 1 }), { shape: [n, 3, 1] });
  return sum(mul(corners, coordinates), { axes: 1 });
}

/** What theta, and the barycentric coordinates `us` where points are inside triangles, are compared with. */
interface Setting<V = Value> {
  readonly hand: Hand<V>;
  readonly measured: Measured<V>;
}

/** Whether points are inside triangles; else they are at vertices, and there are no `us`. */
const isInside = (us: Value): boolean => shapeOf(us)[0] !== 0;

/** Measured minus modelled points: [n, 3]. */
function misses(theta: Value, us: Value, { hand, measured }: Setting, tree: Tree): Value {
  const found = take(skinned(theta, hand, tree), measured.matched);
  return sub(measured.points, isInside(us) ? inside(us, found) : found);
}

/** A Jacobian's rows are coordinates of points; its columns those of `us`, two for all points together, then theta. */
function jacobian(theta: Value, us: Value, setting: Setting, tree: Tree): Value {
  const { hand, measured } = setting;
  const [n] = shapeOf(measured.points) as [number];
  const byTheta = jacfwd((t: Value) => misses(t, us, setting, tree))(theta) as readonly Value[];
  const main = reshape(byTheta[0]!, { shape: [3 * n, THETA] });
  if (!isInside(us)) return main;
  // A point's error depends on its own two numbers only, so one push moves those of all points at once.
  const corners = take(skinned(theta, hand, tree), measured.matched);
  const byUs = [array([1, 0]), array([0, 1])].map((direction) => {
    const all = broadcastTo(direction, { shape: [n, 2] });
    const [, column] = jvp((u: Value) => sub(measured.points, inside(u, corners)), [us], [all]);
    return reshape(column as Value, { shape: [3 * n, 1] });
  });
  return concatenate([...byUs, main], { axis: 1 });
}

interface Input {
  readonly theta: NDArray;
  readonly us: NDArray;
  readonly setting: Setting<NDArray>;
  readonly compiled: Compiled;
}

type Compiled = ReturnType<typeof compiledFor>;

/** The functions for one skeleton, which is part of the program: the parents of its bones, as JSON. */
const compiledFor = remembered((parents: string) => {
  const tree = treeOf(JSON.parse(parents) as number[]);
  return {
    objective: jit((theta: Value, us: Value, setting: Setting) => ravel(misses(theta, us, setting, tree))),
    jacobian: jit((theta: Value, us: Value, setting: Setting) => jacobian(theta, us, setting, tree)),
  };
});

function read(input: Fields): Input {
  const data = fields(input.data, 'data');
  const model = fields(data.model, 'model');
  const parents = Array.from(indices(model, 'parents', [-1]).data);
  const bones = parents.length;
  const needed = FIRST_BONE + FINGERS * FINGER_BONES - 1;
  if (bones < needed) throw new TypeError(`\`parents\` wants at least ${needed} bones, got ${bones}`);
  const vertices = numbers(model, 'base_positions', [-1, 4]);
  const hand = {
    relatives: numbers(model, 'base_relatives', [bones, 4, 4]),
    inverses: numbers(model, 'inverse_base_absolutes', [bones, 4, 4]),
    vertices,
    weights: numbers(model, 'weights', [vertices.shape[0]!, bones]),
    mirror: array([model.is_mirrored === true ? -1 : 1, 1, 1]),
  };
  const of = indices(data, 'correspondences', [-1]);
  const n = of.shape[0]!;
  const simple = Array.isArray(input.us) && input.us.length === 0;
  const matched = simple ? of : (take(indices(model, 'triangles', [-1, 3]), of) as NDArray);
  return {
    theta: numbers(input, 'theta', [THETA]),
    us: simple ? zeros([0, 2]) : numbers(input, 'us', [n, 2]),
    setting: { hand, measured: { points: numbers(data, 'points', [n, 3]), matched } },
    compiled: compiledFor(JSON.stringify(parents)),
  };
}

/** The errors of a hand model at measured points, and their Jacobian by pose and places in triangles. */
export const ht: Module = {
  objective: evaluation(
    read,
    ({ theta, us, setting, compiled }) => compiled.objective(theta, us, setting),
    flat,
  ),
  jacobian: evaluation(
    read,
    ({ theta, us, setting, compiled }) => compiled.jacobian(theta, us, setting),
    nested,
  ),
};
