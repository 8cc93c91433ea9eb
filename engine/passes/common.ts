import {
  type Atom,
  idsOf,
  isLiteral,
  type Literal,
  type Primitive,
  type Program,
  type Step,
} from '../core/program.ts';
import type { Value } from '../core/trace.ts';
import { holdsPrograms, mapPrograms } from './nested.ts';
import { withInputs } from './rewrite.ts';

/**
 * The program with each value computed once: a step that applies the same primitive to the same inputs with the same settings
 * as an earlier one gives way to it. Takes linear time. Steps that hold programs are not compared.
 */
export function commonSubexpressions(program: Program): Program {
  const ids = idsOf(program);
  const stands: (Atom | undefined)[] = [];
  const replaced = (atom: Atom): Atom => (isLiteral(atom) ? atom : (stands[atom.id] ?? atom));
  const keys = new Keys(ids);
  const seen = new Table();
  const steps: Step[] = [];
  for (const given of program.steps) {
    const step = mapPrograms(withInputs(given, replaced), commonSubexpressions);
    const earlier = holdsPrograms(step) ? steps.length : seen.place(keys.of(step), steps.length);
    if (earlier === steps.length) {
      steps.push(step);
      continue;
    }
    const same = steps[earlier]!;
    step.outputs.forEach(({ id }, i) => {
      stands[id] = same.outputs[i]!;
    });
  }
  if (steps.length === program.steps.length) return { ...program, steps };
  return { inputs: program.inputs, steps, outputs: program.outputs.map(replaced) };
}

const COMMUTATIVE: ReadonlySet<Primitive> = new Set(['add', 'mul', 'equal', 'notEqual', 'and', 'or']);

/** Steps as short lists of numbers that are equal when the steps compute the same. */
class Keys {
  private readonly words = new Map<string, number>();
  private readonly literals = new Map<Value | '-0', number>();
  private readonly key: number[] = [];
  private next: number;

  constructor(ids: number) {
    this.next = ids;
  }

  /** Overwritten by the next call. */
  of(step: Step): readonly number[] {
    const { key } = this;
    key.length = 0;
    key.push(this.word(step.primitive));
    for (const input of step.inputs) key.push(isLiteral(input) ? this.literal(input) : input.id);
    if (COMMUTATIVE.has(step.primitive) && key[1]! > key[2]!) [key[1], key[2]] = [key[2]!, key[1]!];
    for (const name in step.params) this.setting((step.params as Record<string, unknown>)[name]);
    return key;
  }

  private setting(value: unknown): void {
    const { key } = this;
    if (Array.isArray(value)) {
      key.push(value.length);
      for (const part of value) this.setting(part);
    } else key.push(typeof value === 'string' ? this.word(value) : Number(value));
  }

  private word(text: string): number {
    let id = this.words.get(text);
    if (id === undefined) {
      id = this.words.size;
      this.words.set(text, id);
    }
    return id;
  }

  /** Plain numbers by value, arrays by identity; a number and an array of one never meet, nor do 0 and −0. */
  private literal({ literal }: Literal): number {
    const value = Object.is(literal, -0) ? '-0' : literal;
    let id = this.literals.get(value);
    if (id === undefined) {
      id = this.next++;
      this.literals.set(value, id);
    }
    return id;
  }
}
/** Lists of numbers, each with the number that came with it first. Open addressing in plain integers. */
class Table {
  private readonly words: number[] = [];
  /** Where each key's words start, and the value that came with it. */
  private readonly starts: number[] = [];
  private readonly values: number[] = [];
  private slots = new Int32Array(64).fill(-1);

  /** The value that the key was first placed with; this one if it is new. */
  place(key: readonly number[], value: number): number {
    if (2 * this.starts.length >= this.slots.length) this.grow();
    let at = hash(key, 0, key.length) & (this.slots.length - 1);
    for (; this.slots[at] !== -1; at = (at + 1) & (this.slots.length - 1)) {
      const found = this.slots[at]!;
      if (this.equals(found, key)) return this.values[found]!;
    }
    this.slots[at] = this.starts.length;
    this.starts.push(this.words.length);
    this.values.push(value);
    for (let i = 0; i < key.length; i++) this.words.push(key[i]!);
    return value;
  }

  private end(i: number): number {
    return this.starts[i + 1] ?? this.words.length;
  }

  private equals(i: number, key: readonly number[]): boolean {
    const start = this.starts[i]!;
    if (this.end(i) - start !== key.length) return false;
    for (let k = 0; k < key.length; k++) if (this.words[start + k] !== key[k]) return false;
    return true;
  }

  private grow(): void {
    const slots = new Int32Array(2 * this.slots.length).fill(-1);
    for (let i = 0; i < this.starts.length; i++) {
      let at = hash(this.words, this.starts[i]!, this.end(i)) & (slots.length - 1);
      while (slots[at] !== -1) at = (at + 1) & (slots.length - 1);
      slots[at] = i;
    }
    this.slots = slots;
  }
}

/** FNV-1a over whole numbers, then mixed, for the table takes the low bits. */
function hash(words: readonly number[], from: number, to: number): number {
  let h = -2128831035;
  for (let i = from; i < to; i++) h = Math.imul(h ^ words[i]!, 16777619);
  return h ^ (h >>> 15);
}
