import { operations } from '../../checks/operations.ts';
import type { OwnOp, Shape } from './shapes.ts';

/** Where an adapter's engine is, and in which language the adapter is to be. */
export interface AdapterPlace {
  /** Relative, as the adapter imports it. */
  readonly from: string;
  readonly typed: boolean;
}

/** An adapter for an engine of a shape. What is not known of it stands in a comment where a person must fill it in. */
export function adapterText(shape: Shape, { from, typed }: AdapterPlace): string {
  const types = (text: string): string => (typed ? text : '');
  switch (shape.kind) {
    case 'contract':
      return `export * from '${from}';\n`;
    case 'methods':
      return methodsText(shape, from, types);
    case 'tape':
      return tapeText(shape, from, types);
    case 'functions':
      return functionsText(shape, from, types);
    case 'unknown':
      return unknownText(from, types);
  }
}

type Types = (text: string) => string;
type Of<K extends Shape['kind']> = Extract<Shape, { kind: K }>;

/** The operations as the rows of a table. */
function rows(shape: Shape, row: (op: OwnOp) => string): string {
  return shape.ops.map((op) => `  ${op.name}: op(${row(op)}),\n`).join('');
}

function head({ ops, backward }: Of<'methods' | 'tape'>, from: string, names: readonly string[]): string {
  const named = names.map((name) => (name === 'default' ? 'default as Engine' : name)).join(', ');
  const called = backward === 'function' || ops.some(({ by }) => by === 'function');
  return `${called ? `import * as engine from '${from}';\n` : ''}import { ${named} } from '${from}';\n`;
}
/** How gradients are left in the inputs. */
const walk = ({ backward }: Of<'methods' | 'tape'>): string =>
  ({ value: 'output.backward()', tape: 'tape.backward(output)', function: 'engine.backward(output)' })[
    backward
  ];
/** An operation on arguments of these names. */
const applied = ({ own, by }: OwnOp, args: readonly string[]): string =>
  by === 'value'
    ? `${args[0]}.${own}(${args.slice(1).join()})`
    : `${by === 'tape' ? 'tape' : 'engine'}.${own}(${args.join(', ')})`;
const argsOf = ({ name }: OwnOp): string[] => (operations.get(name)?.arity === 2 ? ['a', 'b'] : ['x']);
const local = (name: string): string => (name === 'default' ? 'Engine' : name);

function methodsText(shape: Of<'methods'>, from: string, types: Types): string {
  const made = local(shape.of);
  const { value, slope } = shape;
  return `${head(shape, from, [shape.of])}
/** What Vibegrad builds programs with: a plain number, or a value that the engine follows. */
${types(`type Value = number | ${made};\n`)}
const lift = (x${types(': Value')})${types(`: ${made}`)} => (typeof x === 'number' ? new ${made}(x) : x);

/** On plain numbers an operation gives a plain number. */
const op =
  (apply${types(`: (...args: ${made}[]) => ${made}`)}) =>
  (...args${types(': Value[]')})${types(': Value')} => {
    const result = apply(...args.map(lift));
    return args.every((x) => typeof x === 'number') ? result.${value} : result;
  };

export const ops = {
${rows(
  shape,
  (op) =>
    `(${argsOf(op)
      .map((x) => x + types(`: ${made}`))
      .join(', ')}) => ${applied(op, argsOf(op))}`,
)}};

/** The plain number under a value. */
export function primal(x${types(': Value')})${types(': number')} {
  return typeof x === 'number' ? x : x.${value};
}

/** The gradient of f at xs, one number for each argument. */
export function grad(f${types(': (...xs: Value[]) => Value')}) {
  return (...xs${types(': Value[]')})${types(': number[]')} => {
    const inputs = xs.map((x) => {
      if (typeof x !== 'number') throw new TypeError('grad does not nest');
      return new ${made}(x);
    });
    const output = f(...inputs);
    if (typeof output === 'number') return xs.map(() => 0);
    ${walk(shape)};
    return inputs.map((input) => input.${slope});
  };
}
`;
}

function tapeText(shape: Of<'tape'>, from: string, types: Types): string {
  const { make, value, slope } = shape;
  const [made, variable] = [local(shape.of), local(shape.variable)];
  return `${head(shape, from, [shape.of, ...(types('x') ? [`type ${shape.variable}`] : [])])}
/** What Vibegrad builds programs with: a plain number, or a variable of the tape under way. */
${types(`type Value = number | ${variable};\n`)}
let tape = new ${made}();

/** On plain numbers an operation gives a plain number, from a tape that nobody walks. */
const op =
  (apply${types(`: (tape: ${made}, ...args: ${variable}[]) => ${variable}`)}) =>
  (...args${types(': Value[]')})${types(': Value')} => {
    const plain = args.every((x) => typeof x === 'number');
    const own = plain ? new ${made}() : tape;
    const result = apply(own, ...args.map((x) => (typeof x === 'number' ? own.${make}(x) : x)));
    return plain ? result.${value} : result;
  };

export const ops = {
${rows(shape, (op) => `(${[op.by === 'tape' ? 'tape' : '_', ...argsOf(op)].join(', ')}) => ${applied(op, argsOf(op))}`)}};

/** The plain number under a value. */
export function primal(x${types(': Value')})${types(': number')} {
  return typeof x === 'number' ? x : x.${value};
}

/** The gradient of f at xs, one number for each argument. */
export function grad(f${types(': (...xs: Value[]) => Value')}) {
  return (...xs${types(': Value[]')})${types(': number[]')} => {
    tape = new ${made}();
    const inputs = xs.map((x) => {
      if (typeof x !== 'number') throw new TypeError('grad does not nest');
      return tape.${make}(x);
    });
    const output = f(...inputs);
    if (typeof output === 'number') return xs.map(() => 0);
    ${walk(shape)};
    return inputs.map((input) => input.${slope});
  };
}
`;
}

function functionsText(shape: Of<'functions'>, from: string, types: Types): string {
  const { grad, curried, primal } = shape;
  const under =
    primal === null
      ? `  // Fill in: the plain number under a value that the engine follows.
  throw new TypeError(\`no number under \${x}\`);`
      : `  return ${'call' in primal ? `engine.${primal.call}(x${types(' as never')})` : `(x${types(` as { ${primal.member}: number }`)}).${primal.member}`};`;
  const one = `(x${types(': Value')}) => f(...xs.with(i, x))`;
  const asked = curried ? `engine.${grad}(${one})(xs[i])` : `engine.${grad}(${one}, xs[i])`;
  return `import * as engine from '${from}';

/** What Vibegrad builds programs with: a plain number, or whatever the engine follows. */
${types('// biome-ignore lint/suspicious/noExplicitAny: what the engine traces with is its own business\ntype Value = any;\n')}
/** On plain numbers an operation gives a plain number. */
const op =
  (apply${types(': (...args: Value[]) => Value')}) =>
  (...args${types(': Value[]')})${types(': Value')} => {
    const result = apply(...args);
    return args.every((x) => typeof x === 'number') ? primal(result) : result;
  };

export const ops = {
${rows(shape, ({ own }) => `engine.${own}`)}};

/** The plain number under a value. */
export function primal(x${types(': Value')})${types(': number')} {
  if (typeof x === 'number') return x;
${under}
}

/**
 * The gradient of f at xs, by one argument after the other. Where the engine's does not nest, and does not say so either:
 * throw where an x is no plain number.
 */
export function grad(f${types(': (...xs: Value[]) => Value')}) {
  return (...xs${types(': Value[]')})${types(': Value[]')} =>
    xs.map((_, i) => {
      const slope = ${asked};
      return Array.isArray(slope) ? slope[0] : slope;
    });
}
`;
}

function unknownText(from: string, types: Types): string {
  return `import * as engine from '${from}';

/**
 * Fill in: Vibegrad did not recognise this engine's API. It builds programs with these three exports, and nothing else.
 * What a value is, beside a plain number, is the engine's own business.
 */
${types('// biome-ignore lint/suspicious/noExplicitAny: what the engine traces with is its own business\ntype Value = any;\n')}
/** Each operation as a function of values, by the names that \`vibegrad goals\` lists. On plain numbers it gives a plain number. */
export const ops = {
  // add: (a, b) => engine.…,
  // mul: (a, b) => engine.…,
};

/** The plain number under a value. */
export function primal(x${types(': Value')})${types(': number')} {
  if (typeof x === 'number') return x;
  throw new TypeError(\`fill in: the number under a value of \${Object.keys(engine)}\`);
}

/** \`grad(f)(...xs)\`: the list of ∂f/∂x_i at xs, one for each argument, 0 where f does not depend on it. */
export function grad(f${types(': (...xs: Value[]) => Value')}) {
  return (...xs${types(': number[]')})${types(': number[]')} => {
    throw new TypeError(\`fill in: the gradient of \${f} at \${xs}\`);
  };
}
`;
}
