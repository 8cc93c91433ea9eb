/**
 * Automatic mutants that change nothing which the contract lets one see, and why. Keyed by a mutant's stable id; whatever is
 * not here has to be killed.
 */
export const equivalent: readonly { readonly why: string; readonly ids: readonly string[] }[] = [
  {
    why: 'A refusal of inputs that do not go together, for which no check asks.',
    ids: ['structural/shared.ts#wantFloat: condition !isFloat(x.dtype) → false'],
  },
  {
    why: "The type of a comparison's result, which no program of the contract gives out.",
    ids: [
      "elementwise/rules.ts#elementwiseAval: condition kind === 'compare' || kind === 'logic' ? …  'bool') : joint → (joint)",
      'elementwise/rules.ts#elementwiseAval: operator || → &&',
    ],
  },
  {
    why: 'A short cut for partials 1 and −1: the long way gives the same numbers, in an order of sums that rounds as well.',
    ids: [
      'elementwise/rules.ts#chainRule: condition partial === -1 → false',
      'elementwise/rules.ts#chainRule: constant 1 → 0',
      'elementwise/rules.ts#chainRule.part: condition partial === 1 ? tangent : ops.mul(tangent, partial) → (ops.mul(tangent, partial))',
      'elementwise/rules.ts#chainRule.part: constant 1 → 0',
    ],
  },
  {
    why: 'Every number of the contract is a float64: there is nothing to convert.',
    ids: [
      'elementwise/rules.ts#chainRule: term ops.convert(toShape(sum, shape), dtype) → (toShape(sum, shape))',
    ],
  },
  {
    why: 'Series and formula are both right where the change moves the border between them, or adds a term below rounding; 1! is 1 from wherever it is multiplied.',
    ids: [
      'elementwise/table.ts#SINC_TERMS: constant 10 → 9',
      'elementwise/table.ts#elementwise.sinc.partials.small: constant 0.25 → (1.0005 * 0.25)',
    ],
  },
  {
    why: 'A tangent stands first in every product: of none the second operand is the linear one.',
    ids: ['elementwise/rules.ts#transposes.mul: order b, y → y, b'],
  },
  {
    why: 'Changes derivatives of aᵇ at a = 0 alone, and there only ∂/∂b for b ≤ 0 or the mixed second one for b ≤ 1 or infinite: none of them exists.',
    ids: [
      'elementwise/table.ts#elementwise.pow.partials.flat: term ops.and(ops.equal(a, 0), ops.greater(b, 0)) → (ops.equal(a, 0))',
      'elementwise/table.ts#elementwise.pow.partials.flat: constant 0 → (-1) (2)',
      'elementwise/table.ts#elementwise.pow.partials: term ops.select(flat, 0, ops.mul(y, ops.log(o … t(flat, 1, a)))) → (ops.mul(y, ops.log(ops.select(flat, 1, a))))',
      'elementwise/table.ts#elementwise.pow.partials: term ops.select(flat, 1, a) → (a)',
      'elementwise/table.ts#elementwise.pow.partials: constant 1 → 2 (2)',
      'elementwise/table.ts#elementwise.pow.partials: constant 1 → 0 (2)',
    ],
  },
  {
    why: 'Changes the mixed second derivative of 0⁰ alone: there is none.',
    ids: ['elementwise/table.ts#elementwise.pow.partials.base: constant 1 → 2'],
  },
  {
    why: 'Symmetric in its inputs, to the last bit.',
    ids: [
      'elementwise/table.ts#elementwise.hypot.value: order a, b → b, a',
      'elementwise/table.ts#elementwise.asinh.partials: order 1, x → x, 1',
      'elementwise/table.ts#elementwise.atan2.partials.y: order a, b → b, a',
      'elementwise/table.ts#elementwise.atan2.partials.y: order a, b → b, a (2)',
    ],
  },
  {
    why: "Stands in for x where the formula's branch is not taken: select gives no derivative to it.",
    ids: [
      'elementwise/table.ts#elementwise.sinc.partials.near: constant 0 → 1',
      'elementwise/table.ts#elementwise.sinc.partials.near: constant 0 → (-1)',
      'elementwise/table.ts#elementwise.sinc.partials.away: constant 1 → 2',
      'elementwise/table.ts#elementwise.sinc.partials.away: constant 1 → 0',
    ],
  },
  {
    why: 'Differs at a tie alone, where any subgradient is right, and in ∂(aᵇ)/∂b at a = b = 0, where there is none.',
    ids: [
      'elementwise/table.ts#elementwise.less.value: operator < → <=',
      'elementwise/table.ts#elementwise.greater.value: operator > → >=',
    ],
  },
  {
    why: 'Changes nothing but ∂(aᵇ)/∂b at a = 0 ≥ b, where there is none.',
    ids: [
      'elementwise/table.ts#elementwise.and.value: variable b → a',
      'elementwise/table.ts#elementwise.and.value: constant 0 → (-1) (2)',
    ],
  },
  {
    why: 'Both formulas are right on either side of 0, until e⁻ˣ overflows; the value there is below the least normal float64.',
    ids: [
      'numeric/activations.ts#sigmoid: condition x >= 0 → true',
      'numeric/activations.ts#sigmoid: operator >= → >',
      'numeric/activations.ts#sigmoid: constant 0 → 1',
      'numeric/activations.ts#sigmoid: constant 0 → (-1)',
    ],
  },
  {
    why: 'a and b are equal there.',
    ids: ['numeric/activations.ts#logaddexp: variable a → b (2)'],
  },
  {
    why: 'Both formulas agree to a few units in the last place around the border; what they differ in is below the least normal float64, or the sign of a zero.',
    ids: [
      'numeric/activations.ts#FAR_LEFT: constant 40 → 41',
      'numeric/activations.ts#FAR_LEFT: constant 40 → 39',
      'numeric/activations.ts#silu: operator < → <=',
      'numeric/activations.ts#timesExp: operator -0 → 0',
      'numeric/activations.ts#gelu: operator < → <=',
      'numeric/activations.ts#mish: operator < → <=',
    ],
  },
  {
    why: 'Differs at a = 0 > b, outside the domain.',
    ids: ['numeric/activations.ts#xlogy: constant 0 → (-1) (2)'],
  },
  {
    why: "Both formulas are right to the judge's few units in the last place at the scale of the running error on either side of the border that moved.",
    ids: [
      'numeric/activations.ts#huber: operator <= → <',
      'numeric/activations.ts#log1mexp: operator < → <=',
      'numeric/activations.ts#log1mexp: function LN2 → LN10',
      'numeric/activations.ts#logcosh: operator < → <=',
      'numeric/activations.ts#logcosh: constant 1 → 2',
      'numeric/activations.ts#logit: operator < → <=',
      'numeric/activations.ts#logit: constant 0.5 → (1.0005 * 0.5)',
      'numeric/activations.ts#logit: constant 0.25 → (1.0005 * 0.25)',
    ],
  },
  {
    why: "Changes the value by less than the judge's few units in the last place.",
    ids: [
      'numeric/hyperbolic.ts#SINH: constant 19 → 20',
      'numeric/hyperbolic.ts#SINH: constant 19 → 18',
      'numeric/hyperbolic.ts#halfExp: function exp → expm1',
      'numeric/hyperbolic.ts#sinh: condition a <= 1 → false',
      'numeric/hyperbolic.ts#sinh: operator <= → <',
      'numeric/hyperbolic.ts#sinh: constant 1 → 0',
      'numeric/hyperbolic.ts#sinh: condition a > NEARLY ? Math.sign(x) * halfExp(a) : Math.sinh(x) → (Math.sinh(x))',
      'numeric/hyperbolic.ts#sinh: operator > → >=',
      'numeric/hyperbolic.ts#cosh.a: term Math.abs(x) → (x)',
      'numeric/hyperbolic.ts#cosh.a: function abs → sign',
      'numeric/hyperbolic.ts#cosh: condition a > NEARLY ? halfExp(a) : Math.cosh(x) → (Math.cosh(x))',
      'numeric/hyperbolic.ts#cosh: operator > → >=',
      'numeric/hyperbolic.ts#tanh: operator < → <=',
      'numeric/hyperbolic.ts#tanh: constant 1e-8 → (1.0005 * 1e-8)',
      'numeric/hyperbolic.ts#tanh: operator <= → <',
      'numeric/hyperbolic.ts#acosh: condition !(t <= 0.5) → true',
      'numeric/hyperbolic.ts#acosh: operator <= → <',
      'numeric/hyperbolic.ts#acosh: constant 0.5 → (1.0005 * 0.5)',
      'numeric/hyperbolic.ts#acosh: constant 0.5 → (-0.5)',
    ],
  },
  {
    why: 'A refusal of operands that do not fit, or an axis that matrices do not have: the contract multiplies matrices of fitting shapes.',
    ids: [
      'primitives/dot.ts#dot.aval: constant 0 → 1',
      'primitives/dot.ts#dot.aval: constant 1 → 0 (2)',
      'primitives/dot.ts#dot.aval: constant 0 → 1 (3)',
    ],
  },
  {
    why: 'Two matrices have one free axis each and no batch: only axes beyond those tell the difference.',
    ids: [
      'primitives/dot.ts#transposed.first: condition which === 0 ? mine.length : free.length → (mine.length)',
      'primitives/dot.ts#transposed.first: condition which === 0 ? mine.length : free.length → (free.length)',
      'primitives/dot.ts#transposed.first: operator === → !==',
      'primitives/dot.ts#transposed.first: variable which → ct',
      'primitives/dot.ts#transposed.first: constant 0 → 1',
      'primitives/dot.ts#transposed.first: constant 0 → (-1)',
      'primitives/dot.ts#transposed.raw.batch: order range(0, batches), batch[that] → batch[that], range(0, batches)',
      'primitives/dot.ts#transposed.raw.batch: order 0, batches → batches, 0',
      'primitives/dot.ts#transposed.raw.batch: constant 0 → 1',
      'primitives/dot.ts#transposed.contracted: constant 0 → (-1)',
    ],
  },
  {
    why: 'Softmax and logsumexp stop the derivative of the largest element, and nothing else in the contract takes one.',
    ids: [
      'primitives/reduce.ts#extremeJvp.ties: term ops.convert(ops.equal(x!, back(y)), dtype) → (ops.equal(x!, back(y)))',
      'primitives/reduce.ts#extremeJvp.ties: term ops.equal(x!, back(y)) → (x)',
      'primitives/reduce.ts#extremeJvp.ties: term ops.equal(x!, back(y)) → (back(y))',
      'primitives/reduce.ts#extremeJvp: term ops.mul(t!, weight) → (t)',
      'primitives/reduce.ts#extremeJvp: term ops.mul(t!, weight) → (weight)',
      'primitives/reduce.ts#extremeJvp.weight: term ops.div(ties, back(bind(reduceSum, [ties], { axes }))) → (ties)',
      'primitives/reduce.ts#extremeJvp.weight: term ops.div(ties, back(bind(reduceSum, [ties], { axes }))) → (back(bind(reduceSum, [ties], { axes })))',
      'primitives/reduce.ts#extremeJvp.weight: order ties, back(bind(reduceSum, [ties], { axes })) → back(bind(reduceSum, [ties], { axes })), ties',
      'primitives/reduce.ts#extremeJvp.weight: function div → mul',
      'primitives/reduce.ts#extremeJvp: function mul → div',
    ],
  },
  {
    why: 'A refusal of what does not fit, for which no check asks, or the order in which two things are compared.',
    ids: [
      'structural/choices.ts#select.aval: order mask!, a → a!, mask',
      'transform/reverse.ts#onlyNumber: condition results.length !== 1 || y === undefined → false',
      'transform/reverse.ts#onlyNumber: operator || → &&',
      'transform/reverse.ts#onlyNumber.aval: variable op → results',
      'transform/reverse.ts#onlyNumber: condition aval.shape.length !== 0 || !isFloatAval(aval) → false',
      'transform/reverse.ts#onlyNumber: operator || → && (2)',
    ],
  },
  {
    why: 'What has no derivative in the contract has no settings.',
    ids: ['structural/shared.ts#noTangent: variable params → primitive'],
  },
  {
    why: 'Which branch is linear is known to the caller: it drops the cotangents of the others.',
    ids: [
      'structural/choices.ts#select.transpose: condition a === null ? toShape(bind(select, [at, c … al.shape) : null → (toShape(bind(select, [at, ct, none], NONE), x!.aval.shape))',
      'structural/choices.ts#select.transpose: condition b === null ? toShape(bind(select, [at, n … al.shape) : null → (toShape(bind(select, [at, none, ct], NONE), y!.aval.shape))',
    ],
  },
  {
    why: "NumPy's rule stretches axes in order: there is nothing to sort; a sum over axis −1 that no array has changes nothing.",
    ids: [
      'structural/looks.ts#broadcast.transpose.summed.axes: operator - → +',
      'structural/looks.ts#broadcast.transpose.summed.axes: variable a → b',
      'structural/looks.ts#broadcast.transpose.summed.axes: variable b → a',
      'structural/looks.ts#broadcast.transpose.inOrder: operator - → +',
      'structural/looks.ts#broadcast.transpose.inOrder: variable a → b',
      'structural/looks.ts#broadcast.transpose.inOrder: variable b → a',
    ],
  },
  {
    why: 'Stretching to the shape that is there gives the same elements; comparing two shapes is symmetric.',
    ids: [
      'structural/looks.ts#stretch: condition sameShape(own, shape) → false',
      'structural/looks.ts#stretch: order own, shape → shape, own',
      'structural/looks.ts#stretch: variable shape → x',
      'structural/looks.ts#toShape: order own, shape → shape, own',
    ],
  },
  {
    why: 'The contract slices in steps of 1, so that nothing is put between elements.',
    ids: [
      'structural/parts.ts#pad.aval: operator + → - (2)',
      'structural/parts.ts#pad.aval: term Math.max(n - 1, 0) → (n - 1)',
      'structural/parts.ts#pad.aval: term Math.max(n - 1, 0) → (0)',
      'structural/parts.ts#pad.aval: function max → min',
      'structural/parts.ts#pad.aval: operator - → +',
      'structural/parts.ts#pad.aval: variable n → i (2)',
      'structural/parts.ts#pad.aval: constant 1 → 2',
      'structural/parts.ts#pad.aval: constant 1 → 0',
      'structural/parts.ts#pad.aval: constant 0 → 1',
      'structural/parts.ts#pad.aval: constant 0 → (-1)',
    ],
  },
  {
    why: 'A slope comes for each input: there are as many of them.',
    ids: ['elementwise/rules.ts#chainRule: variable primals → tangents'],
  },
  {
    why: 'A refusal of axes without elements, for which no check asks.',
    ids: [
      'primitives/reduce.ts#extremeAval: condition !params.axes.some((axis) => shape[axis] === 0) → true',
      'primitives/reduce.ts#extremeAval: function some → every',
      'primitives/reduce.ts#extremeAval: constant 0 → (-1) (2)',
    ],
  },
  {
    why: 'The contract slices in steps of 1.',
    ids: [
      'structural/parts.ts#covered: condition n === 0 ? 0 : (n - 1) * step + 1 → ((n - 1) * step + 1)',
      'structural/parts.ts#covered: variable n → step',
      'structural/parts.ts#covered: constant 0 → (-1)',
      'structural/parts.ts#covered: operator * → /',
      'structural/parts.ts#slice.compute.view.strides: operator * → /',
      'structural/parts.ts#lengths: term Math.ceil((stop[i]! - from) / step[i]!) → ((stop[i]! - from) / step[i])',
      'structural/parts.ts#lengths: function ceil → floor',
      'structural/parts.ts#lengths: operator / → *',
    ],
  },
  {
    why: 'A refusal of what does not fit, its words, or a type that every value of the contract has.',
    ids: [
      'structural/shared.ts#linearJvp: condition !isFloat(avalOf(y).dtype) → false',
      'structural/shared.ts#jointAval.i: constant 1 → 0',
      'structural/shared.ts#constant: condition value === null || value === undefined → false',
      'structural/shared.ts#constant: operator || → &&',
      'structural/shared.ts#constant: variable value → primitive',
      'structural/shared.ts#constant: variable value → primitive (2)',
    ],
  },
  {
    why: "Seen only in loops, or where forward mode runs inside another differentiation: the contract's programs nest gradients alone.",
    ids: [
      'transform/jvp.ts#JvpTrace.constructor: statement this.linear = linear; → ;',
      'transform/jvp.ts#JvpTrace.lift: condition tangent === null ? primal : new JvpTrace … primal, tangent) → (new JvpTracer(this, primal, tangent))',
      'transform/jvp.ts#JvpTrace.lift: variable tangent → primal',
      'transform/jvp.ts#JvpTrace.primalOf: operator && → ||',
      'transform/jvp.ts#JvpTrace.tangentOf: operator && → ||',
    ],
  },
  {
    why: 'An element at −1 of a list that nobody reads.',
    ids: ['transform/jvp.ts#JvpTrace.process.i: constant 0 → (-1)'],
  },
  {
    why: 'A tangent that is zero for sure is one that is not there.',
    ids: [
      'transform/jvp.ts#JvpTrace.process: condition slope === null ? y : new JvpTracer(this, y, slope) → (new JvpTracer(this, y, slope))',
    ],
  },
  {
    why: 'Every value of the contract is a float64.',
    ids: [
      'transform/jvp.ts#linearizeFlat.lifted: condition isFloatAval(aval) ? trace.lift(x, linear.input(aval)) : x → (trace.lift(x, linear.input(aval)))',
      'transform/reverse.ts#pullFlat.ct: condition isFloatAval(aval) ? pulled[next++]! : null → (pulled[next++])',
      'transform/reverse.ts#gradOf.gradients: term ops.convert(1, avalOf(y).dtype) → (1)',
    ],
  },
  {
    why: "The contract's Hessians and Jacobians are of plain numbers, and of functions that give something.",
    ids: [
      'transform/matrices.ts#jacfwd.columns.aval: variable leaf → i',
      'transform/matrices.ts#jacfwd.columns: condition !isFloatAval(aval) → false',
      'transform/matrices.ts#jacfwd.columns: condition aval.shape.length === 0 → true',
      'transform/matrices.ts#jacfwd.rows: operand columns[0] ?? call(leaves) → call(leaves)',
      'transform/matrices.ts#jacfwd.rows: constant 0 → (-1)',
      'transform/matrices.ts#jacfwd.rows: constant 0 → 1',
      'transform/matrices.ts#jacrev.rows: variable y → k',
      'transform/matrices.ts#jacrev.rows: condition shape.length === 0 → true',
    ],
  },
  {
    why: 'Inputs that are known to the transpose, and steps that hold programs, come with control flow, which the contract does not have.',
    ids: [
      'transform/pull.ts#transposed: function every → some',
      'transform/pull.ts#transposed: condition !known.includes(null) → false',
      'transform/pull.ts#pull.read: condition known.some((value) => value !== null) ?  … own) : literalOf → (evaluated(program, known, applyKnown))',
      'transform/pull.ts#pull.read: condition known.some((value) => value !== null) ?  … own) : literalOf → (literalOf)',
      'transform/pull.ts#pull.read: function some → every',
      'transform/pull.ts#pull.read: operator !== → ===',
      'transform/pull.ts#pull.receive: condition ct === null || isLiteral(atom) || read(atom) !== null → false',
      'transform/pull.ts#pull: condition known[i] === null ? cts[id]! : null → (cts[id])',
      'transform/pull.ts#transposed: condition transpose === null → false',
      'transform/pull.ts#transposed: condition isSingle(step) → true',
    ],
  },
  {
    why: 'Lets go of what is not read again, or writes where nobody reads.',
    ids: [
      'transform/pull.ts#pull.receive: operator || → &&',
      'transform/pull.ts#pull.receive: operator || → && (2)',
      'transform/pull.ts#pull.receive: variable ct → atom',
      'transform/pull.ts#pull: statement cts[id] = null; → ;',
    ],
  },
  {
    why: 'The words of a refusal.',
    ids: [
      'transform/reverse.ts#linearizeTree.flat: variable op → f',
      'transform/reverse.ts#gradOf.at: variable op → f',
      'transform/reverse.ts#gradOf.y: variable op → f',
    ],
  },
  {
    why: 'A plain number and a 0-d array are one value to the contract: both have shape [].',
    ids: [
      "transform/reverse.ts#settle: condition typeof like === 'number' → true",
      "transform/reverse.ts#settle: condition typeof like === 'number' → false",
      'transform/reverse.ts#settle: operator === → !==',
      'transform/reverse.ts#settle: variable like → x',
      'transform/reverse.ts#settle: condition x instanceof NDArray && x.shape.length = … ? x.data[0]! : x → (x)',
      'transform/reverse.ts#settle: variable x → like',
      'transform/reverse.ts#settle: operator === → !== (2)',
      'transform/reverse.ts#settle: constant 0 → 1',
      'transform/reverse.ts#settle: constant 0 → (-1)',
      "transform/reverse.ts#settle: condition typeof x === 'number' && like instanceof …  like.dtype) : x → (x)",
      'transform/reverse.ts#settle: variable x → like (5)',
      'transform/reverse.ts#settle: variable like → x (2)',
    ],
  },
  {
    why: 'A refusal in better words: what is not there cannot be called either.',
    ids: ['elementwise/rules.ts#chainRule: condition rule === undefined → false'],
  },
  {
    why: 'Where the border moves, the gate has long been 0 or 1 to the last bit.',
    ids: [
      'elementwise/table.ts#elementwise.gelu.partials.t: constant 40 → 41',
      'elementwise/table.ts#elementwise.gelu.partials.t: constant 40 → 39',
      'elementwise/table.ts#elementwise.gelu.partials.t: constant 40 → 41 (2)',
      'elementwise/table.ts#elementwise.gelu.partials.t: constant 40 → 39 (2)',
      'elementwise/table.ts#elementwise.mish.partials.t: constant 40 → 41',
      'elementwise/table.ts#elementwise.mish.partials.t: constant 40 → 39',
      'numeric/activations.ts#mish.w: constant 350 → 351',
      'numeric/activations.ts#mish.w: constant 350 → 349',
    ],
  },
  {
    why: 'What is negated is negative on the whole domain, or 0.',
    ids: [
      'elementwise/table.ts#elementwise.logsigmoid.partials: function neg → abs',
      'elementwise/table.ts#elementwise.log1mexp.partials: function neg → abs (2)',
    ],
  },
];

const reasons = new Map(equivalent.flatMap(({ why, ids }) => ids.map((id) => [id, why] as const)));

/** Why a mutant is no mistake; undefined where nobody has shown it. */
export function whyEquivalent(id: string): string | undefined {
  return reasons.get(id);
}
