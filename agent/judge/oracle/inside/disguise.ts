import type { Num, Program } from '../../../checks/program.ts';
import { apply, defineProperty, type List, textOf } from './intrinsics.ts';
import { fromHex } from './numbers.ts';

/** A class that is laid over functions that exist already. */
class Bare {
  constructor(f: object) {
    // biome-ignore lint/correctness/noConstructorReturn: the subclass's private fields go onto the function itself.
    return f;
  }
}

/** What stands behind a function of the judge's, where nobody but this module can read it. */
class Marked extends Bare {
  readonly #program: Program;
  readonly #inputs: number;

  constructor(f: object, program: Program, inputs: number) {
    super(f);
    this.#program = program;
    this.#inputs = inputs;
  }

  /** The text of one of the judge's functions; null for anything else. */
  static textOf(f: object): string | null {
    return #program in f ? functionText((f as Marked).#program, (f as Marked).#inputs) : null;
  }
}

/**
 * The function that an engine is given for a program. It must look like a person's, or an engine could be right for the
 * judge and wrong for everybody else: it has the name, the length and the text that the same program has when written by
 * hand. `run` gets as many items as the function was called with, or `inputs`.
 */
export function disguised(
  program: Program,
  inputs: number,
  run: (xs: List<unknown>) => unknown,
): (...xs: never[]) => unknown {
  const made = functionOf(inputs, run);
  new Marked(made, program, inputs);
  return made;
}

/** A function whose own `name` and `length` are right from the start, for the few inputs that nearly all programs have. */
function functionOf(inputs: number, run: (xs: List<unknown>) => unknown): (...xs: never[]) => unknown {
  if (inputs === 1) {
    const f = (x: unknown): unknown => run([x] as unknown as List<unknown>);
    return f;
  }
  if (inputs === 2) {
    const f = (a: unknown, b: unknown): unknown => run([a, b] as unknown as List<unknown>);
    return f;
  }
  const f = (...xs: unknown[]): unknown => run(xs as unknown as List<unknown>);
  defineProperty(f, 'length', {
    __proto__: null, // A candidate may have given every object a getter.
    value: inputs,
    configurable: true,
  } as unknown as PropertyDescriptor);
  return f;
}

const original = Function.prototype.toString;

/** Puts a `toString` in place of that of functions: it knows what the judge's look like, and itself looks native. */
export function disguiseTexts(): void {
  const holder = {
    toString(this: object): string {
      const known = typeof this === 'function' ? Marked.textOf(this) : null;
      return known ?? apply(original, this === holder.toString ? original : this, []);
    },
  };
  defineProperty(Function.prototype, 'toString', {
    value: holder.toString,
    writable: true,
    enumerable: false,
    configurable: true,
  });
}

/** `(x0, x1) => { const v2 = ops.mul(x0, x1); return v2; }` */
function functionText(program: Program, inputs: number): string {
  let parameters = '';
  for (let i = 0; i < inputs; i++) parameters += `${i > 0 ? ', ' : ''}x${textOf(i)}`;
  let body = '';
  for (let i = 0; i < program.nodes.length; i++) {
    const node = program.nodes[i]!;
    if (node.kind === 'op')
      body += `const ${name(program, i)} = ops.${node.op}(${names(program, node.args)}); `;
    if (node.kind === 'branch') {
      const yes = functionText(node.over, node.args.length);
      const no = functionText(node.under, node.args.length);
      const test = `primal(${name(program, node.on)}) > ${textOf(fromHex(node.above))}`;
      body += `const ${name(program, i)} = (${test} ? ${yes} : ${no})(${names(program, node.args)}); `;
    }
    if (node.kind === 'grad') {
      const inner = functionText(node.body, node.args.length);
      body += `const ${name(program, i)} = grad(${inner})(${names(program, node.args)})[${textOf(node.wrt)}]; `;
    }
  }
  const { outputs } = program;
  const result = names(program, outputs);
  return `(${parameters}) => { ${body}return ${outputs.length === 1 ? result : `[${result}]`}; }`;
}

function names(program: Program, indices: readonly number[]): string {
  let text = '';
  for (let i = 0; i < indices.length; i++) text += (i > 0 ? ', ' : '') + name(program, indices[i]!);
  return text;
}

function name(program: Program, index: number): string {
  const node = program.nodes[index]!;
  if (node.kind === 'input') return `x${textOf(node.index)}`;
  return node.kind === 'const' ? literal(node.value) : `v${textOf(index)}`;
}

const literal = (value: Num): string => (typeof value === 'string' ? textOf(fromHex(value)) : 'weights');
