import { fromHex64 } from '../base/float64.ts';
import { arrayOperations, elementwise, scalarTensor, type Tensor } from './arrays.ts';
import { operations } from './operations.ts';
import type { Num, Program, ProgramNode, ProgramRequest } from './program.ts';
import {
  bottom,
  call,
  type Dual,
  direction,
  isDual,
  mul,
  type Real,
  real,
  type Tower,
  zero,
} from './tower.ts';

/** What a program gives, value by value, as an oracle orders them (see ProgramAnswer). */
export interface ReferenceValue {
  readonly shape: readonly number[];
  readonly data: readonly Real[];
}

type Value = Tower | Tensor;

function isTensor(x: Value): x is Tensor {
  return 'shape' in x;
}

function asTensor(x: Value): Tensor {
  return isTensor(x) ? x : scalarTensor(x);
}

/** @throws TypeError for an array of several elements, or none. */
function numberOf(x: Value): Tower {
  if (!isTensor(x)) return x;
  if (x.shape.length > 0) throw new TypeError(`an array of shape [${x.shape}] where a number must be`);
  return x.data[0]!;
}

function load(x: Num): Value {
  if (typeof x === 'string') return real(fromHex64(x));
  return { shape: x.shape, data: x.data.map((hex) => real(fromHex64(hex))) };
}

/** Tags of differentiations: an inner one is larger. */
let tags = 0;

/** Every element of every argument, each with its own direction of one new differentiation. */
function seed(xs: readonly Value[], tag: number): Value[] {
  let k = 0;
  const element = (primal: Tower): Dual => {
    const tangents: (Tower | undefined)[] = Array.from({ length: k }, () => undefined);
    tangents.push(direction);
    k += 1;
    return { tag, primal, tangents };
  };
  return xs.map((x) => (isTensor(x) ? { shape: x.shape, data: x.data.map(element) } : element(x)));
}

/** Every argument, moving along one vector. */
function along(xs: readonly Value[], vs: readonly Value[], tag: number): Value[] {
  // Half a unit of error, as every direction has.
  const element = (primal: Tower, v: Tower): Dual => ({ tag, primal, tangents: [mul(v, direction)] });
  return xs.map((x, i) => {
    const v = vs[i]!;
    if (!isTensor(x)) return element(x, v as Tower);
    return { shape: x.shape, data: x.data.map((p, j) => element(p, (v as Tensor).data[j]!)) };
  });
}

function tangentOf(x: Tower, tag: number, k: number): Tower {
  return isDual(x) && x.tag === tag ? (x.tangents[k] ?? zero) : zero;
}

function primalOf(x: Tower, tag: number): Tower {
  return isDual(x) && x.tag === tag ? x.primal : x;
}

/** Evaluates a program on values of any differentiation. @throws TypeError for an unknown operation. */
function run(program: Program, inputs: readonly Value[]): Value[] {
  const values: Value[] = [];
  for (const node of program.nodes) values.push(step(node, values, inputs));
  return program.outputs.map((i) => values[i]!);
}

function step(node: ProgramNode, values: readonly Value[], inputs: readonly Value[]): Value {
  switch (node.kind) {
    case 'input':
      return inputs[node.index]!;
    case 'const':
      return load(node.value);
    case 'op':
      return apply(
        node.op,
        node.args.map((i) => values[i]!),
        node.attributes ?? {},
      );
    case 'branch': {
      const above = bottom(numberOf(values[node.on]!)).hi > fromHex64(node.above);
      return run(
        above ? node.over : node.under,
        node.args.map((i) => values[i]!),
      )[0]!;
    }
    case 'grad': {
      const tag = ++tags;
      const args = node.args.map((i, k) => {
        const x = numberOf(values[i]!);
        return k === node.wrt ? { tag, primal: x, tangents: [direction] } : x;
      });
      const result = run(node.body, [...args, ...node.captures.map((i) => values[i]!)]);
      return tangentOf(numberOf(result[0]!), tag, 0);
    }
  }
}

function apply(name: string, args: readonly Value[], attributes: NonNullable<Attributed>): Value {
  const array = arrayOperations[name];
  if (array) return array(args.map(asTensor), attributes, functions);
  const op = operations.get(name);
  if (!op) throw new TypeError(`no reference for the operation ${JSON.stringify(name)}`);
  return args.some(isTensor) ? elementwise(op, args.map(asTensor)) : call(op, ...(args as Tower[]));
}

type Attributed = Extract<ProgramNode, { kind: 'op' }>['attributes'];
const functions = { exp: operations.get('exp')!, log: operations.get('log')! };

/** ∂output/∂each argument, in the argument's shape. */
function gradient(program: Program, xs: readonly Value[], output = 0): Value[] {
  const tag = ++tags;
  const result = numberOf(run(program, seed(xs, tag))[output]!);
  let k = 0;
  return xs.map((x) => {
    if (!isTensor(x)) return tangentOf(result, tag, k++);
    return { shape: x.shape, data: x.data.map(() => tangentOf(result, tag, k++)) };
  });
}

function mapValue(x: Value, f: (x: Tower) => Tower): Value {
  return isTensor(x) ? { shape: x.shape, data: x.data.map(f) } : f(x);
}

function answer(request: ProgramRequest): Value[] {
  const { program, mode } = request;
  const at = request.at.map(load);
  const vector = (): Value[] => {
    if (!request.along) throw new TypeError(`${mode} needs a direction`);
    return request.along.map(load);
  };
  switch (mode) {
    case 'value':
      return run(program, at);
    case 'grad':
      return gradient(program, at);
    case 'jvp': {
      const tag = ++tags;
      const result = run(program, along(at, vector(), tag))[0]!;
      return [mapValue(result, (x) => primalOf(x, tag)), mapValue(result, (x) => tangentOf(x, tag, 0))];
    }
    case 'hvp': {
      const tag = ++tags;
      return gradient(program, along(at, vector(), tag)).map((g) => mapValue(g, (x) => tangentOf(x, tag, 0)));
    }
    case 'hessian': {
      const tag = ++tags;
      const rows = gradient(program, seed(at, tag)) as Tower[];
      return rows.flatMap((row) => at.map((_, j) => tangentOf(row, tag, j)));
    }
    case 'jacobian':
      return program.outputs.flatMap((_, i) => gradient(program, at, i));
  }
}

/**
 * Evaluates a request in double-double arithmetic by forward mode, independently of any engine.
 * @throws TypeError for an unknown operation, or arrays whose shapes do not fit.
 */
export function reference(request: ProgramRequest): readonly ReferenceValue[] {
  return answer(request).map((value) => {
    const { shape, data } = asTensor(value);
    return { shape, data: data.map(bottom) };
  });
}
