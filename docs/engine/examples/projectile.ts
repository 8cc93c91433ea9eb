// A ball in air is to fall into a bucket 30 m away. How must it be thrown? Gradient descent through the simulation.
import * as e from '../../../engine/index.ts';

const { add, mul, sub } = e;
const TARGET = e.array([30, 0]);
const FLIGHT = 2.5; // seconds
const GRAVITY = e.array([0, -9.81]); // m/s²
const DRAG = 0.02; // 1/m: a = −DRAG |v| v

interface Ball {
  readonly at: e.Value;
  readonly velocity: e.Value;
}

/** The slope of a flight: velocity and acceleration. */
function motion({ velocity }: Ball): Ball {
  const air = mul(mul(-DRAG, e.norm(velocity)), velocity);
  return { at: velocity, velocity: add(GRAVITY, air) };
}

/** A ball `time` later on a straight line. */
const along = (ball: Ball, slope: Ball, time: number): Ball =>
  e.treeMap((x, dx) => add(x, mul(time, dx)), ball, slope);

/** One step of the classic method of fourth order (Kutta, 1901). */
function step(ball: Ball, time: number): Ball {
  const a = motion(ball);
  const b = motion(along(ball, a, time / 2));
  const c = motion(along(ball, b, time / 2));
  const d = motion(along(ball, c, time));
  const mean = (p: e.Value, q: e.Value, r: e.Value, s: e.Value) => add(add(p, s), mul(2, add(q, r)));
  return along(ball, e.treeMap(mean, a, b, c, d), time / 6);
}

/** Where a ball thrown from the origin is at the end, and its path. A scan: its gradient is a scan backwards. */
export function flight(velocity: e.Value, steps: number): [end: e.Value, path: e.Value] {
  const turn = (ball: Ball) => {
    const next = step(ball, FLIGHT / steps);
    return [next, next.at] as const;
  };
  const [end, path] = e.scan<Ball, null, e.Value>(turn, { at: e.zeros([2]), velocity }, null, {
    length: steps,
  });
  return [end.at, path];
}

/** Half the squared distance from the bucket. */
const miss = (velocity: e.Value) => mul(0.5, e.sum(e.square(sub(flight(velocity, 100)[0], TARGET))));

/** Finds the throw; gives its velocity in m/s, how far from the bucket the ball falls in m, and the steps it took. */
export function run() {
  const aim = e.jit(e.valueAndGrad(miss));
  let velocity: e.Value = e.array([10, 10]);
  let distance = Number.POSITIVE_INFINITY;
  let tries = 0;
  while (distance > 1e-9 && tries < 500) {
    const [half, [slope]] = aim(velocity);
    distance = Math.sqrt(2 * Number(e.item(half)));
    velocity = sub(velocity, mul(0.3, slope));
    tries++;
  }
  return { velocity: Array.from(e.unpack(velocity).data), distance, tries };
}

if (import.meta.main) console.log(run());
