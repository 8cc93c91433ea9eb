import { EngineError } from '../core/errors.ts';
import type { Program } from '../core/program.ts';
import { asArray, type Value } from '../core/trace.ts';
import { flatten } from '../core/tree.ts';
import { trace } from '../transform/stage.ts';
import { evaluate, type Flow, onesFor, partialsOf, pullBack, pushForward } from './flow.ts';
import type { Mode } from './scene.ts';
import { sceneOf } from './scene.ts';
import { svg } from './svg.ts';

/** Steps beyond these are left out: a larger drawing is not read any more. */
const MOST_STEPS = 60;

export interface DrawSettings {
  /** One for each input, of its shape and type. Without them the drawing shows shapes only. */
  readonly values?: readonly Value[];
  /** One for each input, of its shape: draws how they flow forward. Needs `values`. */
  readonly tangents?: readonly Value[];
  /** One for each output, of its shape: draws how they flow back. Needs `values`. */
  readonly cotangents?: readonly Value[];
  /** What inputs are called. */
  readonly names?: readonly string[];
  readonly title?: string;
  /** Steps that are drawn at most; 60 where it is left out. */
  readonly most?: number;
}

/**
 * A program as an SVG document: a box for each input and step, an edge for each use, with the partial derivative of an
 * elementwise step by that input on it (for other steps, the name of the linear map). Colours follow the reader's light or
 * dark scheme; the drawing carries a title and a description in words.
 * @throws EngineError where values, tangents or cotangents do not fit the program, or tangents come with cotangents
 */
export function draw(program: Program, settings: DrawSettings = {}): string {
  const { values, tangents, cotangents, names = [], title = 'Program', most = MOST_STEPS } = settings;
  if (tangents !== undefined && cotangents !== undefined) {
    throw new EngineError('draw', 'one drawing shows tangents or cotangents, not both');
  }
  if (values === undefined && (tangents ?? cotangents) !== undefined) {
    throw new EngineError('draw', 'tangents and cotangents want `values`, at which derivatives are taken');
  }
  let flow: Flow | null = null;
  if (values !== undefined) {
    const at = evaluate(program, values);
    const slopes =
      tangents !== undefined
        ? pushForward(program, at, tangents)
        : cotangents !== undefined
          ? pullBack(program, at, cotangents)
          : new Map<never, Value>();
    flow = { values: at, slopes, partials: partialsOf(program, at) };
  }
  const mode = tangents !== undefined ? 'forward' : cotangents !== undefined ? 'reverse' : null;
  return svg(sceneOf(program, { flow, mode, names, most }), { title, mode });
}

export interface VisualiseSettings extends Pick<DrawSettings, 'names' | 'title' | 'most'> {
  /** `forward`: every input's tangent is 1. `reverse`: every result's cotangent is 1. Left out: values and partials only. */
  readonly mode?: Mode;
}

/**
 * Draws a function at a point: `visualise(f, { mode: 'reverse' })(x, y)`. Its arguments are trees, traced as `trace` does.
 * @throws EngineError where f cannot be traced
 */
export function visualise<A extends readonly unknown[]>(
  f: (...args: A) => unknown,
  settings: VisualiseSettings = {},
): (...args: A) => string {
  return (...args) => {
    const program = trace(f)(...args);
    const { mode, ...rest } = settings;
    return draw(program, {
      title: f.name === '' ? 'Program' : f.name,
      ...rest,
      values: flatten(args, 'visualise').leaves.map(asArray),
      ...(mode === 'forward' ? { tangents: onesFor(program.inputs) } : {}),
      ...(mode === 'reverse' ? { cotangents: onesFor(program.outputs) } : {}),
    });
  };
}
