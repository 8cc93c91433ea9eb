import type { HigherPrimitive, Split } from '../core/higher.ts';
import { cut, spread } from '../core/lists.ts';
import type { Primitive, Slope } from '../core/primitive.ts';
import {
  type Aval,
  type Higher,
  isFloatAval,
  type Params,
  type Program,
  type Single,
} from '../core/program.ts';
import { avalOf, checkLive, Trace, Tracer, type Value, withTrace } from '../core/trace.ts';
import { zeros } from '../structural/zeros.ts';
import { closed } from './closure.ts';
import { transforms } from './higher/index.ts';
import { avalsOf, floatSlopes, floats, outputAvals, spreadSlopes } from './higher/slopes.ts';
import { literal, ProgramTrace, runProgram, stage } from './stage.ts';

/** A value and its tangent. */
export class JvpTracer extends Tracer {
  declare readonly trace: JvpTrace;
  readonly primal: Value;
  readonly tangent: Value;

  constructor(trace: JvpTrace, primal: Value, tangent: Value) {
    super(trace);
    this.primal = primal;
    this.tangent = tangent;
  }

  override get aval(): Aval {
    return avalOf(this.primal);
  }

  override get value(): unknown {
    return this.primal;
  }
}

/** Forward mode. `linear` is the program in which tangents are being written down, if they are. */
export class JvpTrace extends Trace {
  override readonly name = 'differentiation';
  private readonly linear: ProgramTrace | null;

  constructor(linear: ProgramTrace | null) {
    super();
    this.linear = linear;
  }

  lift(primal: Value, tangent: Slope): Value {
    return tangent === null ? primal : new JvpTracer(this, primal, tangent);
  }

  primalOf(value: Value): Value {
    return value instanceof JvpTracer && value.trace === this ? value.primal : value;
  }

  tangentOf(value: Value): Slope {
    return value instanceof JvpTracer && value.trace === this ? value.tangent : null;
  }

  override process<P extends Single>(
    primitive: Primitive<P>,
    inputs: readonly Value[],
    params: Params<P>,
  ): Value {
    const count = inputs.length;
    const primals: Value[] = new Array(count);
    const tangents: Slope[] = new Array(count);
    for (let i = 0; i < count; i++) {
      const input = inputs[i]!;
      const own = input instanceof JvpTracer && input.trace === this;
      primals[i] = own ? input.primal : input;
      tangents[i] = own ? input.tangent : null;
    }
    const [y, slope] = primitive.jvp(primals, tangents, params, primitive);
    return slope === null ? y : new JvpTracer(this, y, slope);
  }

  override processMany<P extends Higher>(
    primitive: HigherPrimitive<P>,
    inputs: readonly Value[],
    params: Params<P>,
  ): readonly Value[] {
    const primals = inputs.map((x) => this.primalOf(x));
    const tangents = inputs.map((x) => this.tangentOf(x));
    const { linear } = this;
    const { results, slopes } =
      linear === null
        ? primitive.jvp(primals, tangents, params, transforms)
        : primitive.linearize(primals, tangents, params, transforms, (p, xs, settings) =>
            linear.processMany(p, xs, settings),
          );
    return results.map((y, i) => this.lift(y, slopes[i] ?? null));
  }
}

/** Results and tangents of a function of values; null where a tangent is zero for sure. */
export function jvpFlat(
  f: (inputs: readonly Value[]) => readonly Value[],
  primals: readonly Value[],
  tangents: readonly Slope[],
): { readonly results: readonly Value[]; readonly slopes: readonly Slope[] } {
  return withTrace(new JvpTrace(null), (trace) => {
    const outputs = f(primals.map((x, i) => trace.lift(x, tangents[i]!))).map((y) => checkLive(y, 'jvp'));
    return {
      results: outputs.map((y) => trace.primalOf(y)),
      slopes: outputs.map((y) => trace.tangentOf(y)),
    };
  });
}

/** A function at a point: its results, and its derivative there as a program of the tangents of the float inputs. */
export interface Linearized {
  readonly results: readonly Value[];
  /** Tangents of the floating-point inputs → tangents of those results that `moves` says depend on them. */
  readonly program: Program;
  readonly moves: readonly boolean[];
}

export function linearizeFlat(
  f: (inputs: readonly Value[]) => readonly Value[],
  primals: readonly Value[],
): Linearized {
  return withTrace(new ProgramTrace(), (linear) =>
    withTrace(new JvpTrace(linear), (trace) => {
      const lifted = primals.map((x) => {
        const aval = avalOf(x);
        return isFloatAval(aval) ? trace.lift(x, linear.input(aval)) : x;
      });
      const outputs = f(lifted).map((y) => checkLive(y, 'vjp'));
      const slopes = outputs.map((y) => trace.tangentOf(y));
      return {
        results: outputs.map((y) => trace.primalOf(y)),
        program: linear.program(slopes.filter((slope) => slope !== null)),
        moves: slopes.map((slope) => slope !== null),
      };
    }),
  );
}

/** The program of forward mode: see Transforms.jvp. */
export function jvpProgram(program: Program): Program {
  const avals = avalsOf(program.inputs);
  return stage(
    (values) => {
      const [primals, tangents] = cut(values, avals.length);
      const moved = jvpFlat(
        (inputs) => runProgram(program, inputs),
        primals!,
        spreadSlopes(avals, tangents!),
      );
      return [...moved.results, ...floatSlopes(outputAvals(program), moved.slopes)];
    },
    [...avals, ...floats(avals)],
  );
}

/** A program split into what needs no tangents and the linear rest: see Split. */
export function splitProgram(program: Program): Split {
  const avals = avalsOf(program.inputs);
  return withTrace(new ProgramTrace(), (outer) => {
    const inputs: readonly Value[] = avals.map((aval) => outer.input(aval));
    const { results, program: map, moves } = linearizeFlat((xs) => runProgram(program, xs), inputs);
    // What the linear map takes from the outer program are its residuals.
    const {
      programs: [linear],
      captured,
    } = closed([map] as const, 0);
    const slopes = spread(moves, linear.outputs);
    return {
      forward: outer.program([...results, ...captured]),
      linear: {
        ...linear,
        outputs: outputAvals(program).flatMap((aval, i) =>
          isFloatAval(aval) ? [slopes[i] ?? literal(zeros(aval))] : [],
        ),
      },
      residuals: captured.map((residual) => {
        const at = inputs.indexOf(residual);
        return at < 0 ? null : at;
      }),
    };
  });
}
