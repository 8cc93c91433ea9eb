import { NDArray } from '../core/ndarray.ts';
import {
  type Atom,
  avalText,
  isLiteral,
  outputsOf,
  type Program,
  type Step,
  type Var,
} from '../core/program.ts';
import { textOf } from '../core/shape.ts';
import { Tracer } from '../core/trace.ts';
import { isProgram } from './nested.ts';

/**
 * A program as text, one line a step:
 *
 *     program (a: f64[3])
 *       b: f64[3] = mul a 2
 *       c: f64[] = reduceSum b {axes: [0]}
 *       return c
 *
 * Programs that a step holds stand below it, indented.
 */
export function printProgram(program: Program): string {
  return lines(program, 'program', '').join('\n');
}

function lines(program: Program, title: string, indent: string): string[] {
  const inner = `${indent}  `;
  return [
    `${indent}${title} (${declared(program.inputs)})`,
    ...program.steps.flatMap((step) => stepLines(step, inner)),
    `${inner}return ${program.outputs.map(atomText).join(', ')}`.trimEnd(),
  ];
}

function stepLines(step: Step, indent: string): string[] {
  const entries: [string, unknown][] = Object.entries(step.params);
  const settings = entries.filter(([, value]) => !isProgram(value) && typeof value !== 'function');
  const words = [step.primitive.name, ...step.inputs.map(atomText)];
  if (settings.length > 0) words.push(textOf(Object.fromEntries(settings)));
  return [
    `${indent}${declared(outputsOf(step))} = ${words.join(' ')}`,
    ...entries.flatMap(([key, value]) => (isProgram(value) ? lines(value, key, `${indent}  `) : [])),
  ];
}

function declared(variables: readonly Var[]): string {
  return variables.map(({ id, aval }) => `${nameOf(id)}: ${avalText(aval)}`).join(', ');
}

/** a, b, … z, aa, ab, … */
function nameOf(id: number): string {
  const letter = String.fromCharCode(97 + (id % 26));
  return id < 26 ? letter : nameOf(Math.floor(id / 26) - 1) + letter;
}

function atomText(atom: Atom): string {
  if (!isLiteral(atom)) return nameOf(atom.id);
  const { literal, aval } = atom;
  if (literal instanceof Tracer) return `<${literal.trace.name}: ${avalText(aval)}>`;
  if (!(literal instanceof NDArray)) return textOf(literal);
  return literal.size > 4 ? `<${avalText(aval)}>` : textOf(literal.value);
}
