import { operations } from '../../checks/operations.ts';
import type { OwnOp, Shape } from './shapes.ts';

/** An adapter in Python for an engine of a shape, imported by its module's name. */
export function pythonAdapterText(shape: Shape, module: string): string {
  switch (shape.kind) {
    case 'contract':
      return `"""What Vibegrad builds programs with."""\n\nfrom ${module} import *  # noqa: F403\n`;
    case 'methods':
      return methodsText(shape, module);
    case 'functions':
      return functionsText(shape, module);
    case 'tape':
    case 'unknown':
      return unknownText(module);
  }
}

type Of<K extends Shape['kind']> = Extract<Shape, { kind: K }>;

const rows = (ops: readonly OwnOp[], row: (op: OwnOp) => string): string =>
  ops.map((op) => `    "${op.name}": op(${row(op)}),\n`).join('');

function methodsText(shape: Of<'methods'>, module: string): string {
  const { of, backward, value, slope, ops } = shape;
  const call = ({ name, own, by }: OwnOp): string =>
    by === 'function'
      ? `engine.${own}`
      : operations.get(name)?.arity === 2
        ? `lambda a, b: a.${own}(b)`
        : `lambda x: x.${own}()`;
  const called = backward === 'function' || ops.some(({ by }) => by === 'function');
  return `"""What Vibegrad builds programs with: a plain number, or a value that the engine follows."""

${called ? `import ${module} as engine\n` : ''}from ${module} import ${of}


def lift(x):
    return x if isinstance(x, ${of}) else ${of}(x)


def op(apply):
    """On plain numbers an operation gives a plain number."""

    def applied(*args):
        result = apply(*map(lift, args))
        return result if any(isinstance(x, ${of}) for x in args) else result.${value}

    return applied


ops = {
${rows(ops, call)}}


def primal(x):
    """The plain number under a value."""
    return x.${value} if isinstance(x, ${of}) else x


def grad(f):
    """The gradient of f at xs, one number for each argument."""

    def at(*xs):
        if any(isinstance(x, ${of}) for x in xs):
            raise TypeError("grad does not nest")
        inputs = [${of}(x) for x in xs]
        output = f(*inputs)
        if not isinstance(output, ${of}):
            return [0.0 for _ in xs]
        ${backward === 'function' ? 'engine.backward(output)' : 'output.backward()'}
        return [x.${slope} for x in inputs]

    return at
`;
}

function functionsText({ grad, curried, primal, ops }: Of<'functions'>, module: string): string {
  const under =
    primal === null
      ? `    # Fill in: the plain number under a value that the engine follows.
    raise TypeError(f"no number under {x}")`
      : `    return ${'call' in primal ? `engine.${primal.call}(x)` : `x.${primal.member}`}`;
  const one = 'lambda x: f(*xs[:i], x, *xs[i + 1 :])';
  const asked = curried ? `engine.${grad}(${one})(xs[i])` : `engine.${grad}(${one}, xs[i])`;
  return `"""What Vibegrad builds programs with: a plain number, or whatever the engine follows."""

import ${module} as engine


def op(apply):
    """On plain numbers an operation gives a plain number."""

    def applied(*args):
        result = apply(*args)
        return primal(result) if all(isinstance(x, (int, float)) for x in args) else result

    return applied


ops = {
${rows(ops, ({ own }) => `engine.${own}`)}}


def primal(x):
    """The plain number under a value."""
    if isinstance(x, (int, float)):
        return x
${under}


def grad(f):
    """The gradient of f at xs, by one argument after the other.

    Where the engine's does not nest, and does not say so either: raise where an x is no plain number.
    """

    def at(*xs):
        slopes = [${asked} for i in range(len(xs))]
        return [slope[0] if isinstance(slope, (list, tuple)) else slope for slope in slopes]

    return at
`;
}

function unknownText(module: string): string {
  return `"""Fill in: Vibegrad did not recognise this engine's API. It builds programs with these three, and nothing else."""

import ${module} as engine

# Each operation as a function of values, by the names that \`vibegrad goals\` lists. On plain numbers it gives a plain number.
ops = {
    # "add": lambda a, b: engine.…,
    # "mul": lambda a, b: engine.…,
}


def primal(x):
    """The plain number under a value."""
    if isinstance(x, (int, float)):
        return x
    raise TypeError(f"fill in: the number under a value of {engine.__name__}")


def grad(f):
    """\`grad(f)(*xs)\`: the list of ∂f/∂x_i at xs, one for each argument, 0 where f does not depend on it."""

    def at(*xs):
        raise TypeError(f"fill in: the gradient of {f} at {xs}")

    return at
`;
}
