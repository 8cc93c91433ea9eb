type Triple = readonly [number, number, number];

const dot = (a: Triple, b: Triple) => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
const cross = (a: Triple, b: Triple): Triple => [
  a[1] * b[2] - a[2] * b[1],
  a[2] * b[0] - a[0] * b[2],
  a[0] * b[1] - a[1] * b[0],
];
const combined = (...terms: readonly (readonly [number, Triple])[]): Triple => {
  const part = (i: 0 | 1 | 2) => terms.reduce((sum, [factor, vector]) => sum + factor * vector[i], 0);
  return [part(0), part(1), part(2)];
};

/** x turned by |r| about r: Rodrigues' formula by the matrix's exponential series where |r| is small. */
function rotated(r: Triple, x: Triple): Triple {
  const angle = Math.sqrt(dot(r, r));
  const once = cross(r, x);
  const twice = cross(r, once);
  const [first, second] =
    angle < 1e-2
      ? [1 - angle ** 2 / 6 + angle ** 4 / 120, 1 / 2 - angle ** 2 / 24 + angle ** 4 / 720]
      : [Math.sin(angle) / angle, (1 - Math.cos(angle)) / angle ** 2];
  return combined([1, x], [first, once], [second, twice]);
}

/** The two reprojection errors from 11 numbers of a camera, 3 of a point, and a weight. */
export function reprojection(own: readonly number[], feature: readonly number[]): number[] {
  const n = (i: number) => own[i]!;
  const centred = combined([1, [n(11), n(12), n(13)]], [-1, [n(3), n(4), n(5)]]);
  const seen = rotated([n(0), n(1), n(2)], centred);
  const flat = [seen[0] / seen[2], seen[1] / seen[2]];
  const squared = flat[0]! ** 2 + flat[1]! ** 2;
  const distortion = 1 + n(9) * squared + n(10) * squared ** 2;
  return flat.map((x, i) => n(14) * (x * distortion * n(6) + n(7 + i) - feature[i]!));
}
