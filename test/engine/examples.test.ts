import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { digits } from '../../docs/engine/examples/digits.ts';
import { run as logistic } from '../../docs/engine/examples/logistic.ts';
import { run as mlp } from '../../docs/engine/examples/mlp.ts';
import { run as newton } from '../../docs/engine/examples/newton.ts';
import { flight, run as projectile } from '../../docs/engine/examples/projectile.ts';
import { array, unpack } from '../../engine/index.ts';

const folder = new URL('../../docs/engine/examples/', import.meta.url);

describe('the examples of the guide', () => {
  it('logistic regression ends where the slope is zero, within its own errors of the truth', () => {
    const { weights, errors, truth, steepness, right } = logistic();
    expect(steepness).toBeLessThan(1e-10);
    weights.forEach((w, i) => {
      expect(Math.abs(w - truth[i]!)).toBeLessThan(4 * errors[i]!);
    });
    expect(right).toBeGreaterThan(0.75);
  });

  it('the ball falls into the bucket, also when its flight is computed twice as finely', () => {
    const { velocity, distance, tries } = projectile();
    expect(distance).toBeLessThanOrEqual(1e-9);
    expect(tries).toBeLessThan(100);
    const [x, y] = Array.from(unpack(flight(array(velocity), 200)[0]).data);
    expect(Math.hypot(x! - 30, y!)).toBeLessThan(1e-6);
  });

  it('the network reads at least 95 of 100 unseen digits', () => {
    expect(mlp().accuracy).toBeGreaterThanOrEqual(0.95);
  });

  it("Newton's method ends at the minimum of the valley", () => {
    const { x, steepness } = newton();
    expect(steepness).toBeLessThan(1e-9);
    for (const each of x) expect(each).toBeCloseTo(1, 9);
  });

  it('the digits are 1797 images of ink between 0 and 1, ten classes of about as many', () => {
    const { images, labels } = digits();
    expect(images.shape).toEqual([1797, 64]);
    expect(Math.max(...images.data.subarray(0, 64_000))).toBe(1);
    const counts = Array.from({ length: 10 }, (_, digit) => labels.data.filter((l) => l === digit).length);
    expect(counts).toEqual([178, 182, 177, 183, 181, 182, 181, 179, 174, 180]);
  });

  it('each is short', () => {
    const files = readdirSync(folder).filter((file) => file.endsWith('.ts'));
    const long = files.filter((file) => readFileSync(new URL(file, folder), 'utf8').split('\n').length > 80);
    expect(long).toEqual([]);
  });
});
