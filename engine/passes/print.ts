import { NDArray, nestedText } from '../core/ndarray.ts';
import { type Atom, avalText, isLiteral, outputsOf, type Program, type Step } from '../core/program.ts';
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
  const inputs = program.inputs.map(({ id, aval }) => `${nameOf(id)}: ${avalText(aval)}`);
  return [
    `${indent}${title} (${inputs.join(', ')})`,
    ...program.steps.flatMap((step) => stepLines(step, inner)),
    `${inner}return ${program.outputs.map(atomText).join(', ')}`.trimEnd(),
  ];
}

function stepLines(step: Step, indent: string): string[] {
  const outputs = outputsOf(step)
    .map(({ id, aval }) => `${nameOf(id)}: ${avalText(aval)}`)
    .join(', ');
  const words: string[] = [step.primitive.name, ...step.inputs.map(atomText)];
  const nested: string[] = [];
  const settings: string[] = [];
  for (const [key, value] of Object.entries(step.params)) {
    if (isProgram(value)) nested.push(...lines(value, key, `${indent}  `));
    else if (typeof value !== 'function') settings.push(`${key}: ${settingText(value)}`);
  }
  if (settings.length > 0) words.push(`{${settings.join(', ')}}`);
  return [`${indent}${outputs} = ${words.join(' ')}`, ...nested];
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
  if (!(literal instanceof NDArray)) return nestedText(literal);
  return literal.size > 4 ? `<${avalText(aval)}>` : nestedText(literal.value);
}

function settingText(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(settingText).join(', ')}]`;
  if (typeof value === 'object' && value !== null) {
    return `{${Object.entries(value)
      .map(([key, part]) => `${key}: ${settingText(part)}`)
      .join(', ')}}`;
  }
  return String(value);
}
