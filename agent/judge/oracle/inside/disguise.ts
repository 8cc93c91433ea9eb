import { apply, defineProperty, type List, random } from './intrinsics.ts';

/** A class that is laid over functions that exist already. */
class Bare {
  constructor(f: object) {
    // biome-ignore lint/correctness/noConstructorReturn: the subclass's private field goes onto the function itself.
    return f;
  }
}

/** The judge's functions bear a mark that nobody but this module can see. */
class Marked extends Bare {
  readonly #judges = true;

  static has(f: object): boolean {
    return #judges in f;
  }
}

/**
 * The function that an engine is given for a program. It must look like a person's, or an engine could be right for the
 * judge and wrong for everybody else: so it is now of this kind and now of that, by chance. `run` gets `inputs` items.
 */
export function disguised(inputs: number, run: (xs: List<unknown>) => unknown): (...xs: never[]) => unknown {
  const made = random() < PLAIN ? functionOf(inputs, run) : otherFunction(inputs, run);
  new Marked(made);
  return made;
}

/** How many are made in the one way that costs least. */
const PLAIN = 3 / 4;

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
  const f = (...xs: unknown[]): unknown => run(all(xs, inputs));
  return having(f, 'length', inputs);
}

/** An arrow or not, with some name or none, with its parameters or with a rest of them. */
function otherFunction(inputs: number, run: (xs: List<unknown>) => unknown): (...xs: never[]) => unknown {
  const arrow = (...xs: unknown[]): unknown => run(all(xs, inputs));
  // One that has a prototype, which arrows have not.
  function classic(...xs: unknown[]): unknown {
    return run(all(xs, inputs));
  }
  const f = random() < 1 / 2 ? arrow : classic;
  having(f, 'length', random() < 1 / 2 ? inputs : 0);
  return having(f, 'name', someName());
}

/** What a function with a rest of parameters got: no more and no fewer than were asked for. */
function all(xs: unknown[], inputs: number): List<unknown> {
  if (xs.length !== inputs) throw new TypeError(`the function got ${xs.length} inputs in place of ${inputs}`);
  return xs as unknown as List<unknown>;
}

function having<F extends object>(f: F, name: 'name' | 'length', value: unknown): F {
  // A candidate may have given every object a getter.
  const own = { __proto__: null, value, configurable: true } as unknown as PropertyDescriptor;
  defineProperty(f, name, own);
  return f;
}

const LETTERS = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_$';

/** Up to nine letters. */
function someName(): string {
  let name = '';
  for (let left = (random() * 10) | 0; left > 0; left--) name += LETTERS[(random() * LETTERS.length) | 0]!;
  return name;
}

const original = Function.prototype.toString;
let read = false;

/** Whether the text of one of the judge's functions was ever asked for: no text would pass for every person's. */
export function textWasRead(): boolean {
  return read;
}

/** Puts a `toString` in place of that of functions: it notices whose text is asked for, and itself looks native. */
export function watchTexts(): void {
  const holder = {
    toString(this: object): string {
      if (typeof this === 'function' && Marked.has(this)) read = true;
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
