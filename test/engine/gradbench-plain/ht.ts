export type Matrix = readonly (readonly number[])[];

export interface HtInput {
  readonly theta: readonly number[];
  readonly data: {
    readonly model: {
      readonly bone_count: number;
      readonly bone_names: readonly string[];
      readonly parents: readonly number[];
      readonly base_relatives: readonly Matrix[];
      readonly inverse_base_absolutes: readonly Matrix[];
      readonly base_positions: Matrix;
      readonly weights: Matrix;
      readonly triangles: Matrix;
      readonly is_mirrored: boolean;
    };
    readonly correspondences: readonly number[];
    readonly points: Matrix;
  };
  readonly us: Matrix;
}

const times = (a: Matrix, b: Matrix): number[][] =>
  a.map((row) => b[0]!.map((_, j) => row.reduce((sum, own, k) => sum + own * b[k]![j]!, 0)));

const turn = (angle: number, i: number, j: number, size: number): number[][] => {
  const unit = Array.from({ length: size }, (_, row) =>
    Array.from({ length: size }, (_, c) => Number(row === c)),
  );
  unit[i]![i] = Math.cos(angle);
  unit[j]![j] = Math.cos(angle);
  unit[j]![i] = Math.sin(angle);
  unit[i]![j] = -Math.sin(angle);
  return unit;
};

/** The exponential of the cross product with r, by Rodrigues' formula; the unit matrix below an angle of 1e-4. */
function rotation(r: readonly number[]): number[][] {
  const angle = Math.hypot(...r);
  const k = [
    [0, -r[2]!, r[1]!],
    [r[2]!, 0, -r[0]!],
    [-r[1]!, r[0]!, 0],
  ];
  const twice = times(k, k);
  return k.map((row, i) =>
    row.map((own, j) => {
      const unit = Number(i === j);
      if (angle < 1e-4) return unit;
      return unit + (Math.sin(angle) / angle) * own + ((1 - Math.cos(angle)) / angle ** 2) * twice[i]![j]!;
    }),
  );
}

/** Angles about x, and about z, of the bones of five fingers; the others do not bend. */
function bends(theta: readonly number[]): Map<number, { x: number; z: number }> {
  const found = new Map<number, { x: number; z: number }>();
  for (let finger = 0; finger < 5; finger++) {
    const [first, own] = [2 + 4 * finger, theta.slice(6 + 4 * finger, 10 + 4 * finger)];
    found.set(first, { x: own[0]!, z: own[1]! });
    found.set(first + 1, { x: own[2]!, z: 0 });
    found.set(first + 2, { x: own[3]!, z: 0 });
  }
  return found;
}

/** Measured minus modelled points, coordinate after coordinate. */
export function ht({ theta, data, us }: HtInput): number[] {
  const { model } = data;
  const bent = bends(theta);
  const absolutes: number[][][] = [];
  model.parents.forEach((parent, bone) => {
    const { x, z } = bent.get(bone) ?? { x: 0, z: 0 };
    const relative = times(model.base_relatives[bone]!, times(turn(z, 0, 1, 4), turn(x, 1, 2, 4)));
    absolutes.push(parent < 0 ? relative : times(absolutes[parent]!, relative));
  });
  const moves = absolutes.map((own, bone) => times(own, model.inverse_base_absolutes[bone]!));
  const global = rotation(theta.slice(0, 3));
  const vertices = model.base_positions.map((rest, v) => {
    const place = [0, 0, 0];
    moves.forEach((move, bone) => {
      const moved = times(
        move,
        rest.map((own) => [own]),
      );
      for (let i = 0; i < 3; i++) place[i]! += model.weights[v]![bone]! * moved[i]![0]!;
    });
    if (model.is_mirrored) place[0] = -place[0]!;
    return times(
      global,
      place.map((own) => [own]),
    ).map(([own], i) => own! + theta[3 + i]!);
  });
  return data.points.flatMap((point, i) => {
    const of = data.correspondences[i]!;
    if (us.length === 0) return point.map((own, j) => own - vertices[of]![j]!);
    const [a, b, c] = model.triangles[of]!.map((v) => vertices[v]!);
    const [u, v] = us[i]!;
    return point.map((own, j) => own - (u! * a![j]! + v! * b![j]! + (1 - u! - v!) * c![j]!));
  });
}
