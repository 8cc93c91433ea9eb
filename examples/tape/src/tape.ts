import { type Rule, rules } from './rules.ts';

/** One operation as it was recorded: where its arguments stand on the tape, and its partial derivatives there. */
interface Entry {
  readonly value: number;
  readonly args: readonly number[];
  readonly slopes: readonly number[];
}

/** A number on a tape. */
export class Variable {
  readonly tape: Tape;
  readonly index: number;

  constructor(tape: Tape, index: number) {
    this.tape = tape;
    this.index = index;
  }

  get value(): number {
    return this.tape.valueAt(this.index);
  }
}

/**
 * Records a computation as it happens, and walks it backwards.
 *
 *     const tape = new Tape();
 *     const x = tape.variable(2);
 *     const y = tape.record('sin', tape.record('mul', x, x));
 *     tape.backward(y).of(x);                     // 4 cos 4
 */
export class Tape {
  private readonly entries: Entry[] = [];

  /** A new input. */
  variable(value: number): Variable {
    return this.push({ value, args: [], slopes: [] });
  }

  /** Applies an operation of `rules` to variables of this tape, or to numbers, which are constants. */
  record(name: string, ...args: readonly (Variable | number)[]): Variable {
    const rule = ruleOf(name);
    const values = args.map((arg) => (typeof arg === 'number' ? arg : arg.value));
    const value = rule.value(...values);
    const slopes = rule.slopes(value, ...values);
    const followed = args.flatMap((arg, i) => (typeof arg === 'number' ? [] : [{ at: this.own(arg), i }]));
    return this.push({
      value,
      args: followed.map(({ at }) => at),
      slopes: followed.map(({ i }) => slopes[i]!),
    });
  }

  /** The derivatives of one variable by all that came before it. */
  backward(output: Variable): Gradients {
    const sums = new Float64Array(this.own(output) + 1);
    sums[output.index] = 1;
    for (let at = output.index; at >= 0; at--) {
      const sum = sums[at]!;
      if (sum === 0) continue;
      const { args, slopes } = this.entries[at]!;
      for (let i = 0; i < args.length; i++) sums[args[i]!]! += sum * slopes[i]!;
    }
    return { of: (variable) => sums[this.own(variable)] ?? 0 };
  }

  valueAt(index: number): number {
    return this.entries[index]!.value;
  }

  private push(entry: Entry): Variable {
    return new Variable(this, this.entries.push(entry) - 1);
  }

  private own(variable: Variable): number {
    if (variable.tape !== this) throw new TypeError('a variable of another tape');
    return variable.index;
  }
}

/** What a walk backwards found. */
export interface Gradients {
  /** ∂output/∂variable; 0 where the output does not depend on it. */
  of(variable: Variable): number;
}

function ruleOf(name: string): Rule {
  const rule = Object.hasOwn(rules, name) ? rules[name] : undefined;
  if (rule === undefined) throw new RangeError(`no operation ${name}`);
  return rule;
}
