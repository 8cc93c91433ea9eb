import type { Num, Program } from '../../../checks/program.ts';
import { apply, defineProperty, textOf } from './intrinsics.ts';
import { fromHex } from './numbers.ts';

/**
 * The functions that an engine is given must look like a person's, or an engine could be right for the judge and wrong
 * for everybody else: they have the length and the text that the same program has when written by hand.
 */
const programs = new WeakMap<object, { readonly program: Program; readonly inputs: number }>();
const { get, set } = WeakMap.prototype;
const original = Function.prototype.toString;

export function disguise(f: (...xs: never[]) => unknown, program: Program, inputs: number): void {
  defineProperty(f, 'length', own(inputs));
  defineProperty(f, 'name', own('f'));
  apply(set, programs, [f, { program, inputs }]);
}

/** A property descriptor that inherits nothing: a candidate may have given every object a getter. */
function own(value: unknown): PropertyDescriptor {
  return { __proto__: null, value, configurable: true } as unknown as PropertyDescriptor;
}

/** Puts a `toString` in place of that of functions: it knows what the judge's look like, and itself looks native. */
export function disguiseTexts(): void {
  const holder = {
    toString(this: object): string {
      const known = apply(get, programs, [this]) as { program: Program; inputs: number } | undefined;
      if (known !== undefined) return functionText(known.program, known.inputs);
      return apply(original, this === holder.toString ? original : this, []);
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
