import {
  type Atom,
  avalText,
  isFloatAval,
  isLiteral,
  outputsOf,
  type Program,
  type Step,
  type Var,
} from '../core/program.ts';
import { avalOf, type Value } from '../core/trace.ts';
import { isElementwise } from '../elementwise/rules.ts';
import type { Flow } from './flow.ts';
import type { Link } from './layout.ts';
import { formula, indexed, longText, opText, valueText } from './text.ts';

/** One box of the drawing. */
export interface SceneBox {
  readonly kind: 'given' | 'step' | 'result';
  readonly lines: readonly { readonly text: string; readonly role: 'formula' | 'value' | 'slope' }[];
  /** For who points at it. */
  readonly hint: string;
}

/** One edge of the drawing: how a step depends on one of its inputs. */
export interface SceneLink extends Link {
  readonly label: string;
  /** A partial derivative; else a word that names the linear map. */
  readonly isPartial: boolean;
  /** Whether tangents or cotangents flow along it. */
  readonly flows: boolean;
}

export interface Scene {
  readonly boxes: readonly SceneBox[];
  readonly links: readonly SceneLink[];
  /** Steps that are left out. */
  readonly cut: number;
}

export type Mode = 'forward' | 'reverse';

export interface SceneSettings {
  readonly flow: Flow | null;
  readonly mode: Mode | null;
  readonly names: readonly string[];
  readonly most: number;
}

/** What is to be drawn of a program: boxes for inputs and steps, edges for uses. */
export function sceneOf(program: Program, { flow, mode, names, most }: SceneSettings): Scene {
  const steps = program.steps.slice(0, most);
  const nameOf = naming(program, names);
  const results = new Map<Var, number[]>();
  program.outputs.forEach((atom, i) => {
    if (!isLiteral(atom)) results.set(atom, [...(results.get(atom) ?? []), i]);
  });
  const boxes: SceneBox[] = [];
  const links: SceneLink[] = [];
  const boxOf = new Map<Var, number>();
  const used = new Set(steps.flatMap(({ inputs }) => inputs));

  const linesFor = (variable: Var): SceneBox['lines'] => {
    const value = flow?.values.get(variable);
    const slope = flow?.slopes.get(variable);
    return [
      { role: 'value', text: value === undefined ? avalText(variable.aval) : told(value, '= ', '') },
      ...(slope === undefined || mode === null || !isFloatAval(variable.aval)
        ? []
        : [{ role: 'slope' as const, text: `${marked(nameOf(variable), mode)}${told(slope, ' = ', ': ')}` }]),
    ];
  };
  const hintFor = (variable: Var): string => {
    const value = flow?.values.get(variable);
    return `${nameOf(variable)}: ${value === undefined ? avalText(variable.aval) : longText(value)}`;
  };

  for (const input of program.inputs) {
    if (!used.has(input) && !results.has(input) && steps.length < program.steps.length) continue;
    boxOf.set(input, boxes.length);
    boxes.push({
      kind: results.has(input) ? 'result' : 'given',
      lines: [{ role: 'formula', text: nameOf(input) }, ...linesFor(input)],
      hint: hintFor(input),
    });
  }
  for (const step of steps) {
    const at = boxes.length;
    const outputs = outputsOf(step);
    for (const output of outputs) boxOf.set(output, at);
    const left = outputs.map(nameOf).join(', ');
    boxes.push({
      kind: outputs.some((output) => results.has(output)) ? 'result' : 'step',
      lines: [{ role: 'formula', text: `${left} = ${formula(step, nameOf)}` }, ...outputs.flatMap(linesFor)],
      hint: outputs.map(hintFor).join('\n'),
    });
    links.push(...linksInto(step, at, boxOf, flow, mode));
  }
  for (const output of program.outputs) {
    if (!isLiteral(output)) continue;
    const text = valueText(output.literal);
    boxes.push({ kind: 'result', lines: [{ role: 'formula', text }], hint: longText(output.literal) });
  }
  return { boxes, links, cut: program.steps.length - steps.length };
}

function linksInto(
  step: Step,
  to: number,
  boxOf: ReadonlyMap<Var, number>,
  flow: Flow | null,
  mode: Mode | null,
): SceneLink[] {
  const partials = flow?.partials.get(step);
  const differentiable = outputsOf(step).some(({ aval }) => isFloatAval(aval));
  return step.inputs.flatMap((atom: Atom, i) => {
    if (isLiteral(atom)) return [];
    const moves = differentiable && isFloatAval(atom.aval);
    const partial = partials?.[i] ?? null;
    const word = isElementwise(step.primitive) ? '' : `${opText(step)}${mode === 'reverse' ? 'ᵀ' : ''}`;
    return [
      {
        from: boxOf.get(atom)!,
        to,
        label: !moves ? '' : partial === null ? (flow === null ? '' : word) : `× ${valueText(partial)}`,
        isPartial: partial !== null,
        flows: moves && mode !== null,
      },
    ];
  });
}

/** A value behind one mark, or its type behind another where it is too large to be told. */
function told(value: Value, equals: string, is: string): string {
  const text = valueText(value);
  return text === avalText(avalOf(value)) ? is + text : equals + text;
}

/** A dot above for tangents, a bar for cotangents, on the letter and not on its index. */
function marked(name: string, mode: Mode): string {
  return `${name.slice(0, 1)}${mode === 'forward' ? '\u0307' : '\u0304'}${name.slice(1)}`;
}

/** Inputs as they are given or x, x₁, x₂ …; the rest v₁, v₂ … as in Griewank & Walther, "Evaluating Derivatives". */
function naming(program: Program, names: readonly string[]): (variable: Var) => string {
  const found = new Map<Var, string>();
  program.inputs.forEach((input, i) => {
    found.set(input, names[i] ?? (program.inputs.length === 1 ? 'x' : indexed('x', i + 1)));
  });
  let count = 0;
  for (const step of program.steps)
    for (const output of outputsOf(step)) found.set(output, indexed('v', ++count));
  return (variable) => found.get(variable)!;
}
