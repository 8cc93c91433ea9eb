import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { respond } from '../../bench/gradbench/protocol.ts';
import { reprojection } from './gradbench-plain/ba.ts';
import { type GmmInput, gmm } from './gradbench-plain/gmm.ts';
import { type HtInput, ht } from './gradbench-plain/ht.ts';
import { type LstmInput, lstm } from './gradbench-plain/lstm.ts';
import { particle, saddle } from './gradbench-plain/nested.ts';
import {
  difference,
  differences,
  draws,
  jacobianByDifferences,
  matrix,
  slopeAtZero,
  vector,
} from './gradbench-plain/numbers.ts';
import * as plain from './gradbench-plain/small.ts';

/** What the specification allows, |a − b| ÷ max(1, |a| + |b|), is 1e-4. We hold ourselves to rounding. */
const ROUNDING = 1e-11;
/** Where the reference is itself a difference quotient. */
const DIFFERENCES = 1e-8;

/** The output of one evaluation, asked for and answered in JSON as the protocol has it. */
function evaluated(module: string, name: string, input: unknown): unknown {
  const message = JSON.stringify({ id: 1, kind: 'evaluate', module, function: name, input });
  const response = JSON.parse(respond(message, () => 0)) as {
    success: boolean;
    output: unknown;
    error?: string;
  };
  expect(response).toMatchObject({ success: true });
  return response.output;
}

function agrees(output: unknown, expected: unknown, tolerance: number): void {
  expect(difference(output, expected)).toBeLessThan(tolerance);
}

const seed = fc.integer({ min: 0, max: 2 ** 31 });
const few = { numRuns: 15 };

describe('each evaluation gives what a plain implementation gives', () => {
  it('hello: x² and 2x', () => {
    for (const x of [1, -2.5, 0, 1e100]) {
      expect(evaluated('hello', 'square', x)).toBe(x * x);
      expect(evaluated('hello', 'double', x)).toBe(2 * x);
    }
  });

  it('lse: any vector, also where exp would overflow', () => {
    const check = (seed: number, n: number, size: number) => {
      const x = vector(draws(seed), n, -size, size);
      agrees(evaluated('lse', 'primal', { x }), plain.lse(x), ROUNDING);
      agrees(evaluated('lse', 'gradient', { x }), plain.lseGradient(x), ROUNDING);
    };
    fc.assert(fc.property(seed, fc.integer({ min: 1, max: 40 }), fc.constantFrom(1, 100, 1e4), check), few);
  });

  it('llsq: polynomials of any degree at any number of places', () => {
    const check = (seed: number, m: number, n: number) => {
      const x = vector(draws(seed), m);
      agrees(evaluated('llsq', 'primal', { x, n }), plain.llsq(x, n), ROUNDING);
      agrees(evaluated('llsq', 'gradient', { x, n }), plain.llsqGradient(x, n), ROUNDING);
    };
    fc.assert(
      fc.property(seed, fc.integer({ min: 1, max: 20 }), fc.integer({ min: 2, max: 30 }), check),
      few,
    );
  });

  it('det: matrices from 1 × 1 on', () => {
    for (let ell = 1; ell <= 6; ell++) {
      const a = matrix(draws(ell), ell, ell);
      const input = { A: a.flat(), ell };
      agrees(evaluated('det', 'primal', input), plain.det(a), ROUNDING);
      agrees(evaluated('det', 'gradient', input), plain.detGradient(a), ROUNDING);
    }
  });

  it('det: singular matrices too', () => {
    const a = matrix(draws(7), 4, 4);
    a[2] = a[0]!;
    agrees(evaluated('det', 'gradient', { A: a.flat(), ell: 4 }), plain.detGradient(a), ROUNDING);
  });

  it('ode: any length and number of steps; short ones are exact', () => {
    const check = (seed: number, n: number, s: number) => {
      const x = vector(draws(seed), n, 0.1, 1);
      agrees(evaluated('ode', 'primal', { x, s }), plain.ode(x, s), ROUNDING);
      const last = differences((own) => plain.ode(own, s).at(-1)!, x);
      agrees(evaluated('ode', 'gradient', { x, s }), last, DIFFERENCES);
    };
    fc.assert(fc.property(seed, fc.integer({ min: 1, max: 8 }), fc.integer({ min: 1, max: 6 }), check), few);
    const x = [0.3, -0.7, 1.1, 0.9];
    const exact = plain.odeExact(x);
    agrees(evaluated('ode', 'primal', { x, s: 3 }), exact, ROUNDING);
    agrees(
      evaluated('ode', 'gradient', { x, s: 3 }),
      x.map((own) => exact.at(-1)! / own),
      ROUNDING,
    );
  });

  it('gmm: the posterior from its densities, and its gradient', () => {
    for (const [d, k, n, m, gamma] of [
      [2, 3, 7, 0, 1],
      [1, 2, 4, 3, 0.7],
      [4, 1, 5, 2, 1.5],
      [3, 5, 1, 0, 1],
    ] as const) {
      const draw = draws(d);
      const input: GmmInput = {
        d,
        k,
        n,
        m,
        gamma,
        x: matrix(draw, n, d),
        alpha: vector(draw, k),
        mu: matrix(draw, k, d),
        q: matrix(draw, k, d, -0.7, 0.7),
        l: matrix(draw, k, (d * (d - 1)) / 2),
      };
      agrees(evaluated('gmm', 'objective', input), gmm(input), ROUNDING);
      const rows = (name: 'mu' | 'q' | 'l') =>
        input[name].map((row, i) =>
          differences((own) => gmm({ ...input, [name]: input[name].with(i, own) }), row),
        );
      const alpha = differences((own) => gmm({ ...input, alpha: own }), input.alpha);
      const expected = { alpha, mu: rows('mu'), q: rows('q'), l: rows('l') };
      agrees(evaluated('gmm', 'jacobian', input), expected, DIFFERENCES);
    }
  });

  it('lstm: the loss of a network with one layer and with more, and its gradient in one list', () => {
    for (const [layers, bits, characters] of [
      [1, 3, 2],
      [2, 4, 6],
      [3, 2, 5],
    ] as const) {
      const draw = draws(layers);
      const input: LstmInput = {
        main_params: matrix(draw, 2 * layers, 4 * bits),
        extra_params: matrix(draw, 3, bits),
        state: matrix(draw, 2 * layers, bits),
        sequence: matrix(draw, characters, bits).map((row) => row.map((x) => Number(x > 0))),
      };
      agrees(evaluated('lstm', 'objective', input), lstm(input), ROUNDING);
      const gradient = (['main_params', 'extra_params'] as const).flatMap((name) =>
        input[name].flatMap((row, i) =>
          differences((own) => lstm({ ...input, [name]: input[name].with(i, own) }), row),
        ),
      );
      agrees(evaluated('lstm', 'jacobian', input), gradient, DIFFERENCES);
    }
  });

  describe('ba', () => {
    const camera = [0.2, -0.3, 0.1, 0.5, -0.4, -6, 1.3, 0.2, -0.1, 0.05, -0.02];
    const scene = (over: object) => ({
      n: 3,
      m: 4,
      p: 10,
      cam: camera,
      x: [0.7, -0.2, 1.1],
      w: 0.8,
      feat: [0.3, -0.6],
      ...over,
    });
    type Scene = ReturnType<typeof scene> & { readonly cam: number[] };

    const errors = ({ cam, x, w, feat }: Scene) => reprojection([...cam, ...x, w], feat);

    it.each([
      ['a turned camera', {}],
      ['a camera that is not turned', { cam: [0, 0, 0, ...camera.slice(3)] }],
      ['one of each', { n: 1, m: 1, p: 10 }],
    ])('errors and sparse Jacobian of %s', (_, over) => {
      const input = scene(over) as Scene;
      const { n, m, p, w } = input;
      const own = [...input.cam, ...input.x, w];
      agrees(
        evaluated('ba', 'objective', input),
        {
          reproj_error: { elements: errors(input), repeated: p },
          w_err: { element: 1 - w * w, repeated: p },
        },
        ROUNDING,
      );
      const block = jacobianByDifferences((at) => reprojection(at, input.feat), own).flat();
      const columns = own.map((_, j) => (j < 11 ? j : j < 14 ? 11 * n + (j - 11) : 11 * n + 3 * m));
      const rows = Array.from({ length: 3 * p + 1 }, (_, i) => (i <= 2 * p ? 15 * i : 30 * p + (i - 2 * p)));
      const expected = {
        rows: [...rows.slice(0, 30), 31 * p],
        cols: [...columns, ...columns, 11 * n + 3 * m + p - 1],
        vals: [...block, -2 * w],
      };
      agrees(evaluated('ba', 'jacobian', input), expected, DIFFERENCES);
    });
  });

  describe('ht', () => {
    const BONES = 22;
    const VERTICES = 9;

    function hand(
      seed: number,
      over: { readonly mirrored?: boolean; readonly simple?: boolean; readonly still?: boolean },
    ): HtInput {
      const draw = draws(seed);
      const below = (n: number) => Math.floor(draw() * n);
      const affine = () => [...matrix(draw, 3, 4), [0, 0, 0, 1]];
      const points = 5;
      const theta = vector(draw, 26);
      return {
        theta: over.still ? [0, 0, 0, ...theta.slice(3)] : theta,
        us: over.simple ? [] : matrix(draw, points, 2, 0, 0.5),
        data: {
          correspondences: vector(draw, points).map(() => below(over.simple ? VERTICES : 4)),
          points: matrix(draw, points, 3),
          model: {
            bone_count: BONES,
            bone_names: Array.from({ length: BONES }, (_, i) => `bone ${i}`),
            // More than one root, and chains as in fingers.
            parents: Array.from({ length: BONES }, (_, i) => (i < 2 ? -1 : i % 4 === 2 ? below(2) : i - 1)),
            base_relatives: Array.from({ length: BONES }, affine),
            inverse_base_absolutes: Array.from({ length: BONES }, affine),
            base_positions: matrix(draw, VERTICES, 3).map((row) => [...row, 1]),
            weights: matrix(draw, VERTICES, BONES, 0, 0.1),
            triangles: Array.from({ length: 4 }, () => [below(VERTICES), below(VERTICES), below(VERTICES)]),
            is_mirrored: over.mirrored === true,
          },
        },
      };
    }

    /** ∂ by the two numbers of each point's triangle, side by side for all points, then by theta. */
    function jacobian(input: HtInput): number[][] {
      const byTheta = jacobianByDifferences((theta) => ht({ ...input, theta }), input.theta);
      if (input.us.length === 0) return byTheta;
      const byUs = [0, 1].map((j) =>
        byTheta.map((_, row) =>
          slopeAtZero((t) => ht({ ...input, us: input.us.map((u) => u.with(j, u[j]! + t)) })[row]!),
        ),
      );
      return byTheta.map((own, row) => [byUs[0]![row]!, byUs[1]![row]!, ...own]);
    }

    it.each([
      ['points inside triangles', {}],
      ['points at vertices', { simple: true }],
      ['a mirrored hand', { mirrored: true }],
    ])('errors and Jacobian for %s', (_, over) => {
      const input = hand(5, over);
      agrees(evaluated('ht', 'objective', input), ht(input), ROUNDING);
      agrees(evaluated('ht', 'jacobian', input), jacobian(input), DIFFERENCES);
    });

    it('a hand that is not turned has, as specified, no derivative by its rotation', () => {
      const input = hand(6, { still: true });
      agrees(evaluated('ht', 'objective', input), ht(input), ROUNDING);
      const expected = jacobian(input).map((row) => row.map((own, j) => (j >= 2 && j < 5 ? 0 : own)));
      agrees(evaluated('ht', 'jacobian', input), expected, DIFFERENCES);
    });

    it('hands of different skeletons one after the other', () => {
      const first = hand(1, {});
      const second = hand(2, {});
      expect(first.data.model.parents).not.toEqual(second.data.model.parents);
      for (const input of [first, second, first]) {
        agrees(evaluated('ht', 'objective', input), ht(input), ROUNDING);
      }
    });
  });

  it('kmeans: cost and Newton direction where every cluster has a point', () => {
    const check = (seed: number, k: number, d: number) => {
      const points = matrix(draws(seed), 25, d);
      const centroids = points.slice(-k);
      agrees(evaluated('kmeans', 'cost', { points, centroids }), plain.kmeans(points, centroids), ROUNDING);
      const expected = plain.kmeansDirection(points, centroids);
      agrees(evaluated('kmeans', 'dir', { points, centroids }), expected, ROUNDING);
    };
    fc.assert(fc.property(seed, fc.integer({ min: 1, max: 8 }), fc.integer({ min: 1, max: 4 }), check), few);
  });

  it.each(['ff', 'fr', 'rf', 'rr'])('saddle and particle: nested derivatives, %s', (nesting) => {
    for (const start of [
      [1, 1],
      [0.3, -0.8],
    ]) {
      agrees(evaluated('saddle', nesting, { start }), saddle(start), ROUNDING);
    }
    for (const w of [0, 0.5]) agrees(evaluated('particle', nesting, { w }), particle(w), ROUNDING);
  });
});
