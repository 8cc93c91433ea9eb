/** A box to be placed. */
export interface Box {
  /** The width to keep free. */
  readonly width: number;
  /** The width of the box itself. */
  readonly inner: number;
  readonly height: number;
}

/** An edge from one box down to another, by their numbers: from smaller to larger. */
export interface Link {
  readonly from: number;
  readonly to: number;
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Route {
  /** From the lower side of a box to the upper side of another. */
  readonly points: readonly Point[];
  /** On which side of the edge, where it arrives, there is room for a label. */
  readonly side: 'left' | 'right';
}

export interface Layout {
  readonly width: number;
  readonly height: number;
  /** The middle of each box. */
  readonly boxes: readonly Point[];
  readonly links: readonly Route[];
}

const GAP = 28;
/** Room for an edge that passes a layer. */
const LANE = 14;
const BETWEEN_LAYERS = 64;
const SWEEPS = 12;
/** How far from the middle of a box edges arrive, as a part of its width. */
export const SPREAD = 0.25;

/** What stands in a layer: a box, or the place where a long edge passes. */
interface Item {
  readonly width: number;
  readonly layer: number;
  readonly above: Item[];
  readonly below: Item[];
  place: number;
  x: number;
}

/**
 * Places boxes in layers from top to bottom, each below all that it comes from. Edges over several layers pass between the
 * boxes. Orders within layers come from barycentre sweeps (Sugiyama, Tagawa, Toda, 1981), of which the order with the
 * fewest crossings is kept; horizontal places from least squares under those orders.
 */
export function layout(boxes: readonly Box[], links: readonly Link[]): Layout {
  const layerOf = layersOf(boxes.length, links);
  const make = (width: number, layer: number): Item => ({
    width,
    layer,
    above: [],
    below: [],
    place: 0,
    x: 0,
  });
  const items = boxes.map(({ width }, i) => make(width, layerOf[i]!));
  const layers: Item[][] = [];
  const enter = (item: Item) => {
    layers[item.layer] ??= [];
    layers[item.layer]!.push(item);
  };
  for (const item of items) enter(item);
  const paths = links.map(({ from, to }) => {
    const path = [items[from]!];
    for (let layer = layerOf[from]! + 1; layer < layerOf[to]!; layer++) {
      const lane = make(LANE, layer);
      enter(lane);
      path.push(lane);
    }
    path.push(items[to]!);
    for (let i = 1; i < path.length; i++) {
      path[i - 1]!.below.push(path[i]!);
      path[i]!.above.push(path[i - 1]!);
    }
    return path;
  });
  order(layers);
  spread(layers);
  const all = layers.flat();
  const left = Math.min(...all.map((item) => item.x - item.width / 2));
  const right = Math.max(...all.map((item) => item.x + item.width / 2));
  const heights = layers.map(() => 0);
  boxes.forEach(({ height }, i) => {
    heights[layerOf[i]!] = Math.max(heights[layerOf[i]!]!, height);
  });
  const middles: number[] = [];
  let y = 0;
  for (const height of heights) {
    middles.push(y + height / 2);
    y += height + BETWEEN_LAYERS;
  }
  const pointOf = (item: Item, dy = 0): Point => ({ x: item.x - left, y: middles[item.layer]! + dy });
  return {
    width: right - left,
    height: y - BETWEEN_LAYERS,
    boxes: items.map((item) => pointOf(item)),
    links: links.map(({ from, to }, k) => {
      const path = paths[k]!;
      const before = path.at(-2)!;
      const port = portOf(k, links, paths);
      const end = pointOf(items[to]!, -boxes[to]!.height / 2);
      const points = [
        pointOf(items[from]!, boxes[from]!.height / 2),
        ...path.slice(1, -1).flatMap((lane) => {
          // A lane is straight for as long as the boxes beside it are high.
          const half = heights[lane.layer]! / 2;
          return [pointOf(lane, -half), pointOf(lane, half)];
        }),
        { x: end.x + port * SPREAD * boxes[to]!.inner, y: end.y },
      ];
      const fromRight = before.x > items[to]!.x;
      return { points, side: port < 0 || (port === 0 && fromRight) ? 'left' : 'right' };
    }),
  };
}

/** Where an edge arrives at its box, −1 (left) … 1 (right): in the order in which edges come, so that they do not cross. */
function portOf(k: number, links: readonly Link[], paths: readonly Item[][]): number {
  const x = (i: number) => paths[i]!.at(-2)!.x;
  const arriving = links.flatMap(({ to }, i) => (to === links[k]!.to ? [i] : [])).sort((a, b) => x(a) - x(b));
  return arriving.length === 1 ? 0 : (2 * arriving.indexOf(k)) / (arriving.length - 1) - 1;
}

/** Below all that a box comes from; what comes from nothing stands right above what first uses it. */
function layersOf(count: number, links: readonly Link[]): number[] {
  const layers = new Array<number>(count).fill(0);
  const byEnd = links.toSorted((a, b) => a.to - b.to);
  for (const { from, to } of byEnd) layers[to] = Math.max(layers[to]!, layers[from]! + 1);
  const fed = new Set(links.map(({ to }) => to));
  for (let i = 0; i < count; i++) {
    const users = links.filter(({ from }) => from === i).map(({ to }) => layers[to]!);
    if (!fed.has(i) && users.length > 0) layers[i] = Math.min(...users) - 1;
  }
  return layers;
}

const number = (layer: Item[]) => {
  layer.forEach((item, i) => {
    item.place = i;
  });
};

function order(layers: Item[][]): void {
  layers.forEach(number);
  let best = layers.map((layer) => [...layer]);
  let fewest = crossings(layers);
  for (let sweep = 0; sweep < SWEEPS && fewest > 0; sweep++) {
    const down = sweep % 2 === 0;
    for (const layer of down ? layers : layers.toReversed()) {
      const centre = new Map(
        layer.map((item) => {
          const near = down ? item.above : item.below;
          return [item, near.length === 0 ? item.place : mean(near.map(({ place }) => place))];
        }),
      );
      layer.sort((a, b) => centre.get(a)! - centre.get(b)!);
      number(layer);
    }
    const now = crossings(layers);
    if (now >= fewest) continue;
    fewest = now;
    best = layers.map((layer) => [...layer]);
  }
  best.forEach((layer, i) => {
    layers[i] = layer;
    number(layer);
  });
}

const mean = (list: readonly number[]) => list.reduce((sum, x) => sum + x, 0) / list.length;

/** How many pairs of edges cross. */
function crossings(layers: readonly Item[][]): number {
  let count = 0;
  for (const layer of layers) {
    const edges = layer.flatMap((item) => item.below.map((end) => [item.place, end.place] as const));
    for (let i = 0; i < edges.length; i++) {
      for (let j = 0; j < i; j++) {
        if ((edges[i]![0] - edges[j]![0]) * (edges[i]![1] - edges[j]![1]) < 0) count++;
      }
    }
  }
  return count;
}

/** Horizontal places: each item as near as may be to the mean of its neighbours, layer by layer, down and up. */
function spread(layers: readonly Item[][]): void {
  for (const layer of layers)
    settle(
      layer,
      layer.map(() => 0),
    );
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    const down = sweep % 2 === 0;
    for (const layer of down ? layers : layers.toReversed()) {
      settle(
        layer,
        layer.map((item) => {
          const near = down ? item.above : item.below;
          return near.length === 0 ? item.x : mean(near.map(({ x }) => x));
        }),
      );
    }
  }
}

/**
 * The places with the least sum of squared distances from the wishes in which no two items overlap: isotonic regression
 * by pooling neighbours that violate (Ayer et al., 1955).
 */
function settle(layer: readonly Item[], wishes: readonly number[]): void {
  const offsets: number[] = [];
  layer.forEach((item, i) => {
    const before = layer[i - 1];
    offsets.push(before === undefined ? 0 : offsets[i - 1]! + (before.width + item.width) / 2 + GAP);
  });
  const blocks: { sum: number; count: number }[] = [];
  wishes.forEach((wish, i) => {
    blocks.push({ sum: wish - offsets[i]!, count: 1 });
    while (blocks.length > 1) {
      const [a, b] = [blocks.at(-2)!, blocks.at(-1)!];
      if (a.sum / a.count <= b.sum / b.count) break;
      blocks.splice(-2, 2, { sum: a.sum + b.sum, count: a.count + b.count });
    }
  });
  let i = 0;
  for (const { sum, count } of blocks) {
    for (let k = 0; k < count; k++, i++) layer[i]!.x = sum / count + offsets[i]!;
  }
}
