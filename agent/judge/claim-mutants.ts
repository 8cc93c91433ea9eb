import type { ClaimEngine } from './claim-engines.ts';
import type { Expectation } from './types.ts';

/*
 * Engines that are wrong on purpose. A claim that is true of every one of them says nothing about the engine: it cannot
 * fail. They are tried in this order until one refutes the claim, so the ones that most claims notice stand first.
 */

/** A wrong `vibegrad/engine`: texts of its modules replaced by others. */
interface LibraryMutant {
  /** What is wrong, in a few words. */
  readonly wrong: string;
  /** What the code of a claim that notices it is likely to hold. */
  readonly noticed: RegExp;
  /** What a claim that something is thrown notices. */
  readonly refusesNothing?: true;
  /** The module without its extension, or null for every module; each text has to stand in it. */
  readonly edits: readonly (readonly [module: string | null, from: string | RegExp, to: string])[];
}

const library: readonly LibraryMutant[] = [
  {
    wrong: 'every slope of an elementwise step is 0.1 % too large',
    noticed: /grad|jvp|vjp|hvp|hessian|jac|linearize/i,
    edits: [
      [
        'elementwise/rules',
        'partial === 1 ? tangent : ops.mul(tangent, partial)',
        'ops.mul(tangent, ops.mul(partial, 1.001))',
      ],
      ['elementwise/rules', /if \(partial === -1\) \{/, 'if (false) {'],
    ],
  },
  {
    wrong: 'elementary functions and products are 0.1 % too large',
    noticed: /\b(mul|sin|exp|log|sqrt)\b/,
    edits: [
      ['elementwise/table', 'value: (a, b) => a * b,', 'value: (a, b) => a * b * 1.001,'],
      ['elementwise/table', 'value: Math.sin,', 'value: (x) => Math.sin(x) * 1.001,'],
      ['elementwise/table', 'value: Math.exp,', 'value: (x) => Math.exp(x) * 1.001,'],
      ['elementwise/table', 'value: Math.log,', 'value: (x) => Math.log(x) * 1.001,'],
      ['elementwise/table', 'value: Math.sqrt,', 'value: (x) => Math.sqrt(x) * 1.001,'],
    ],
  },
  {
    wrong: 'a value that is used twice keeps the last cotangent only',
    noticed: /grad|vjp|jacrev/i,
    edits: [['transform/pull', /plus\(cts\[atom\.id\][!\s]*, ct\)/, 'ct']],
  },
  {
    wrong: 'at a kink the slope is that of the right-hand side, at a tie of both',
    noticed: /\b(abs|relu)\b/,
    edits: [
      ['elementwise/table', 'ops.sign(x)]', 'ops.select(ops.less(x, 0), -1, 1)]'],
      ['elementwise/table', 'ops.select(ops.greater(x, 0), 1, 0)]', 'ops.select(ops.less(x, 0), 0, 1)]'],
    ],
  },
  {
    wrong: 'at a kink the slope lies outside of those of both sides',
    noticed: /\b(abs|relu)\b/,
    edits: [
      ['elementwise/table', 'ops.sign(x)]', 'ops.select(ops.equal(x, 0), -3, ops.sign(x))]'],
      [
        'elementwise/table',
        'ops.select(ops.greater(x, 0), 1, 0)]',
        'ops.select(ops.equal(x, 0), -3, ops.select(ops.greater(x, 0), 1, 0))]',
      ],
    ],
  },
  {
    wrong: 'a choice sends its cotangent to both sides',
    noticed: /\b(where|cond|clamp)\b/,
    edits: [
      ['structural/choices', 'toShape(bind(select, [at, ct, none], NONE), x', 'toShape(ct, x'],
      ['structural/choices', 'toShape(bind(select, [at, none, ct], NONE), y', 'toShape(ct, y'],
    ],
  },
  // Two that keep what is large small: a bound from below, and what grows, are noticed by no small error.
  {
    wrong: 'the slope p of an elementwise step is p / (1 + |p|)',
    noticed: /grad|jvp|vjp|hvp|hessian|jac|linearize/i,
    edits: [
      [
        'elementwise/rules',
        'const partial = rule(...primals, y);',
        'const exact = rule(...primals, y); const partial = ops.div(exact, ops.add(1, ops.abs(exact)));',
      ],
    ],
  },
  {
    wrong: 'values of elementwise steps are rounded to four digits',
    noticed: /\b(log|log1p|exp|expm1|sin|cos|tanh|sqrt)\b/,
    edits: [
      [
        'elementwise/ops',
        "kind === 'logic' ? value !== 0 : value;",
        "kind === 'logic' ? value !== 0 : Number(value.toPrecision(4));",
      ],
    ],
  },
  {
    wrong: 'a program of n steps has n² when it is looked at',
    noticed: /\b(trace|printProgram)\b/,
    edits: [
      [
        'transform/stage',
        /stageTree\((f\s*), args, 'trace'\)\.program;/,
        "((p) => ({ ...p, steps: p.steps.flatMap((s) => p.steps.map(() => s)) }))(stageTree($1, args, 'trace').program);",
      ],
    ],
  },
  {
    wrong: 'the outermost differentiation takes the inner ones’ values for its own',
    noticed: /grad[\s\S]*grad|hvp|hessian/,
    edits: [['core/trace', 'input.trace.level > found.level', 'input.trace.level < found.level']],
  },
  {
    wrong: 'what is compiled is traced again at every call, and a function that is differentiated runs twice',
    noticed: /\bjit\b|\+\+|\+= ?1\b/,
    edits: [
      ['transform/jit', 'known.unshift(entry);', ''],
      ['transform/jvp', 'const outputs = f(lifted)', 'f(lifted); const outputs = f(lifted)'],
      ['transform/jvp', 'const outputs = f(primals', 'f([...primals]); const outputs = f(primals'],
    ],
  },
  {
    wrong: 'nothing is refused',
    noticed: /\bcatch\b/,
    refusesNothing: true,
    edits: [[null, /throw (new EngineError|endedError|tooLong)\(/g, 'void $1(']],
  },
];

/** What a mutant of an engine of the contract does to what its functions give. */
const contractMutants = [
  // Values and slopes: two changes that no ratio takes back.
  `const off = (y) => engine.ops.add(engine.ops.mul(y, 1.001), 0.001);
   const guard = (f) => f();`,
  `const off = (y) => y;
   const guard = (f) => { try { return f(); } catch { return NaN; } };`,
];

const wrapper = (entry: string, mode: string): string => `
import * as engine from './${entry}';
export * from './${entry}';
${mode}
const deep = (y) => (Array.isArray(y) ? y.map(deep) : off(y));
const wrong = (f) => f && ((...xs) => guard(() => deep(f(...xs))));
const wrongMade = (make) => make && ((f) => wrong(make(f)));
export const ops = Object.fromEntries(Object.entries(engine.ops).map(([name, op]) => [name, (...xs) => guard(() => deep(op(...xs)))]));
export const grad = wrongMade(engine.grad);
export const jvp = wrong(engine.jvp);
export const hvp = wrong(engine.hvp);
export const hessian = wrongMade(engine.hessian);
export const jacobian = wrongMade(engine.jacobian);
`;

/** For claims about what `Math` gives: its functions are off, each by a factor of its own. */
const wrongMath =
  `const Math = Object.fromEntries(Object.getOwnPropertyNames(globalThis.Math).map((name, i) => {
  const of = globalThis.Math[name];
  const exact = /^(abs|ceil|floor|round|trunc|sign|max|min|fround|imul|clz32|random|f16round)$/.test(name);
  return [name, typeof of !== 'function' || exact ? of : (...xs) => of(...xs) * (1 + 0.001 * (i + 1))];
}));`.replace(/\n\s*/g, ' ');

/** The wrong engines that a claim about this one is held against, the likeliest to refute it first, each made when it is asked for. */
export function* mutantsOf(
  engine: ClaimEngine,
  code: string,
  expect: Expectation | null,
): Generator<ClaimEngine> {
  const isLikely = (mutant: LibraryMutant): boolean =>
    expect?.kind === 'throws' ? mutant.refusesNothing === true : mutant.noticed.test(code);
  const aboutMath = /\bMath\./.test(code);
  // Who imports no engine can notice nothing of it.
  const asked = /vibegrad\/engine/.test(code);
  if (engine.library) {
    const some = asked ? library : [];
    for (const mutant of some.filter(isLikely)) yield edited(engine, mutant);
    if (aboutMath) yield { ...engine, preface: wrongMath };
    for (const mutant of some.filter((each) => !isLikely(each))) yield edited(engine, mutant);
  } else {
    for (const mode of contractMutants) yield wrapped(engine, mode);
    if (aboutMath) yield { ...engine, preface: wrongMath };
  }
}

/** The wrong engine that most claims notice. */
export function likeliest(engine: ClaimEngine): ClaimEngine {
  return engine.library ? edited(engine, library[0]!) : wrapped(engine, contractMutants[0]!);
}

const made = new WeakMap<ClaimEngine, Map<unknown, ClaimEngine>>();

/** One mutant of one engine is one object: an oracle that holds it is known to. */
function once(engine: ClaimEngine, what: unknown, make: () => ClaimEngine): ClaimEngine {
  const known = made.get(engine) ?? new Map<unknown, ClaimEngine>();
  made.set(engine, known);
  const mutant = known.get(what) ?? make();
  known.set(what, mutant);
  return mutant;
}

function wrapped(engine: ClaimEngine, mode: string): ClaimEngine {
  return once(engine, mode, () => {
    const entry = 'mutant.ts';
    const modules = [...engine.modules, { path: entry, text: wrapper(engine.entry, mode) }];
    return { ...engine, modules, entry };
  });
}

/** @throws Error where a text to be replaced does not stand in the module: the library has changed. */
function edited(engine: ClaimEngine, mutant: LibraryMutant): ClaimEngine {
  return once(engine, mutant, () => editedAnew(engine, mutant));
}

function editedAnew(engine: ClaimEngine, { wrong, edits }: LibraryMutant): ClaimEngine {
  let { modules } = engine;
  for (const [module, from, to] of edits) {
    let found = false;
    modules = modules.map((each) => {
      if (module !== null && each.path.replace(/\.[jt]s$/, '') !== module) return each;
      const text = each.text.replace(from, to);
      found ||= text !== each.text;
      return { ...each, text };
    });
    if (!found) throw new Error(`the mutant "${wrong}" does not fit the engine: ${from}`);
  }
  return { ...engine, modules };
}
