import {
  type Atom,
  isLiteral,
  NONE,
  type PrimitiveName,
  type Program,
  type SingleStep,
} from '../core/program.ts';
import { textOf } from '../core/shape.ts';
import { type Rule, rewrite } from './rewrite.ts';

/**
 * The program with each value computed once: a step that applies the same primitive to the same inputs with the same settings
 * as an earlier one gives way to it. Takes linear time. Steps that hold programs are not compared.
 */
export function commonSubexpressions(program: Program): Program {
  return rewrite(program, ({ steps }) => {
    const rules = [earlier(steps.length)];
    return () => rules;
  });
}

/** Among so many steps, in order: the result of an earlier one that computes the same. */
function earlier(count: number): Rule {
  const steps: SingleStep[] = [];
  // Open addressing, at most two thirds full: for each slot the hash of a step, which spares most looks, and its place plus one.
  const size = 2 ** Math.ceil(Math.log2(1.5 * count + 2));
  const slots = new Int32Array(2 * size);
  return (step) => {
    const own = hash(step);
    for (let at = own & (size - 1); ; at = (at + 1) & (size - 1)) {
      const place = slots[2 * at + 1]!;
      if (place === 0) {
        slots[2 * at] = own;
        slots[2 * at + 1] = steps.push(step);
        return null;
      }
      const other = steps[place - 1]!;
      if (slots[2 * at] === own && alike(other, step)) return other.output;
    }
  };
}

const COMMUTATIVE: ReadonlySet<PrimitiveName> = new Set(['add', 'mul', 'equal', 'notEqual', 'and', 'or']);

/** Whether two steps compute the same. */
function alike(a: SingleStep, b: SingleStep): boolean {
  if (a.primitive !== b.primitive || a.inputs.length !== b.inputs.length) return false;
  return (
    (sameInputs(a, b) || swapped(a, b)) && (a.params === b.params || textOf(a.params) === textOf(b.params))
  );
}

function sameInputs({ inputs }: SingleStep, { inputs: others }: SingleStep): boolean {
  return inputs.every((atom, i) => sameAtom(atom, others[i]!));
}

function swapped(a: SingleStep, b: SingleStep): boolean {
  if (!COMMUTATIVE.has(a.primitive.name)) return false;
  return sameAtom(a.inputs[0]!, b.inputs[1]!) && sameAtom(a.inputs[1]!, b.inputs[0]!);
}

/** Literal numbers are compared by value (0 is not −0), literal arrays by identity. */
function sameAtom(a: Atom, b: Atom): boolean {
  if (a === b) return true;
  return isLiteral(a) && isLiteral(b) && Object.is(a.literal, b.literal);
}

/** Alike for steps that are alike: inputs are added up, since they may change places. Settings are numbers, words, and lists of them. */
function hash({ primitive, inputs, params }: SingleStep): number {
  let h = textHash(primitive.name);
  for (let i = 0; i < inputs.length; i++) {
    const atom = inputs[i]!;
    h = (h + mixed(isLiteral(atom) ? literalHash(atom.literal) : atom.id)) | 0;
  }
  return params === NONE ? mixed(h) : mixed(settingsHash(params, h));
}

function literalHash(literal: unknown): number {
  return typeof literal === 'number' ? (literal * 1e6) | 0 : 1;
}

function settingsHash(value: unknown, h: number): number {
  if (typeof value === 'number') return (Math.imul(h, 31) + value) | 0;
  if (typeof value !== 'object' || value === null) return h;
  for (const key in value) h = settingsHash((value as Record<string, unknown>)[key], h);
  return h;
}

const words = new Map<string, number>();

function textHash(text: string): number {
  let found = words.get(text);
  if (found === undefined) {
    found = mixed(words.size + 1);
    words.set(text, found);
  }
  return found;
}

/** Spreads a whole number over 32 bits (the finaliser of MurmurHash3). */
function mixed(x: number): number {
  let h = x | 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}
