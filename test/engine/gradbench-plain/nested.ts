/** Plain implementations of the two evaluations with nested derivatives: all derivatives by hand. */

const length = (x: readonly number[]) => Math.hypot(...x);

/** The prescribed gradient descent. */
function argmin(
  f: (x: readonly number[]) => number,
  slope: (x: readonly number[]) => readonly number[],
  start: readonly number[],
): readonly number[] {
  let x = start;
  let cost = f(x);
  let gradient = slope(x);
  let rate = 1e-5;
  for (let streak = 0; length(gradient) > 1e-5; ) {
    if (streak === 10) {
      rate *= 2;
      streak = 0;
      continue;
    }
    const next = x.map((own, i) => own - rate * gradient[i]!);
    if (length(next.map((own, i) => own - x[i]!)) <= 1e-5) return x;
    const after = f(next);
    if (after < cost) {
      [x, cost, gradient] = [next, after, slope(next)];
      streak++;
    } else {
      rate /= 2;
      streak = 0;
    }
  }
  return x;
}

const squares = (x: readonly number[]) => x.reduce((sum, own) => sum + own * own, 0);

/** In (x₁² + y₁²) − (x₂² + y₂²) the second point's way does not depend on the first, so derivatives by hand are simple. */
export function saddle(start: readonly number[]): number[] {
  const second = argmin(squares, (y) => y.map((own) => 2 * own), start);
  const first = argmin(
    (x) => squares(x) - squares(second),
    (x) => x.map((own) => 2 * own),
    start,
  );
  return [...first, ...second];
}

/** Where the particle meets the axis, squared, and the derivative by w carried along by hand. */
function flight(w: number): { miss: number; slope: number } {
  // Each number beside its derivative by w.
  let place = [0, 8];
  let velocity = [0.75, 0];
  let dPlace = [0, 0];
  let dVelocity = [0, 0];
  const push = (at: readonly number[], dAt: readonly number[]) => {
    const force = [0, 0];
    const dForce = [0, 0];
    for (const [charge, dCharge] of [
      [
        [10, 10 - w],
        [0, -1],
      ],
      [
        [10, 0],
        [0, 0],
      ],
    ] as const) {
      const r = at.map((own, i) => own - charge[i]!);
      const dr = dAt.map((own, i) => own - dCharge[i]!);
      const distance = length(r);
      const along = r[0]! * dr[0]! + r[1]! * dr[1]!;
      r.forEach((own, i) => {
        force[i]! += own / distance ** 3;
        dForce[i]! += dr[i]! / distance ** 3 - (3 * own * along) / distance ** 5;
      });
    }
    return { force, dForce };
  };
  const moved = (x: readonly number[], v: readonly number[]) => x.map((own, i) => own + 0.1 * v[i]!);
  while (moved(place, velocity)[1]! > 0) {
    const { force, dForce } = push(place, dPlace);
    [place, dPlace] = [moved(place, velocity), moved(dPlace, dVelocity)];
    [velocity, dVelocity] = [moved(velocity, force), moved(dVelocity, dForce)];
  }
  const rest = -place[1]! / velocity[1]!;
  const dRest = (-dPlace[1]! - rest * dVelocity[1]!) / velocity[1]!;
  const end = place[0]! + rest * velocity[0]!;
  const dEnd = dPlace[0]! + rest * dVelocity[0]! + dRest * velocity[0]!;
  return { miss: end ** 2, slope: 2 * end * dEnd };
}

export function particle(w: number): number {
  return argmin(
    ([x]) => flight(x!).miss,
    ([x]) => [flight(x!).slope],
    [w],
  )[0]!;
}
