import { expect, test } from 'vitest';
import { fromHex64 } from '../../agent/base/float64.ts';
import { visibleEdges } from '../../agent/targets/engine/rule.ts';
import { goalById } from '../../agent/targets/index.ts';

function edgesOf(id: string) {
  return visibleEdges(goalById(id)!).map(({ at, value, partials }) => ({
    at: at.map(fromHex64),
    value: fromHex64(value),
    partials: partials.map((bounds) => bounds?.map(fromHex64) ?? null),
  }));
}

const INF = Number.POSITIVE_INFINITY;

test('the edges of a goal are the special inputs of its public checks, value and partials together', () => {
  expect(edgesOf('r1/cbrt')).toContainEqual({ at: [0], value: 0, partials: [[INF, INF]] });
  expect(edgesOf('r1/log')).toContainEqual({
    at: [Number.NaN],
    value: Number.NaN,
    partials: [[Number.NaN, Number.NaN]],
  });
});

test('on a kink a partial is bounded, beside it known', () => {
  const edges = edgesOf('r1/relu');
  expect(edges).toContainEqual({ at: [0], value: 0, partials: [[0, 1]] });
  expect(edges).toContainEqual({ at: [1e-300], value: 1e-300, partials: [[1, 1]] });
});

test('where no slope is asked for, the partials are open and the value is there all the same', () => {
  expect(edgesOf('r2/xlogy')).toContainEqual({ at: [0, 0], value: 0, partials: [null, null] });
});

test('a goal that adds no operation has no edges', () => {
  expect(edgesOf('r0/fan-out')).toEqual([]);
});
