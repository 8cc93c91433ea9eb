import { wordsOf } from '../base/full-text.ts';

/** Of the words of a question that say what it is about, so many are the field's, where the record can know of it. */
const LEAST = 0.4;

/** Whether a question is about derivatives of programs: words that everybody uses find an answer to anything. */
export function isOfTheField(question: string): boolean {
  const words = wordsOf(question).filter((word) => !chatter.has(word) && !/^\p{N}+$/u.test(word));
  let known = 0;
  for (let at = 0; at < words.length; at += 1) {
    const phrase = phrases.find((each) => each.every((word, i) => words[at + i] === word));
    known += phrase?.length ?? 0;
    at += (phrase?.length ?? 1) - 1;
  }
  return known > 0 && known >= LEAST * words.length;
}

const chatter: ReadonlySet<string> = new Set(
  wordsOf(
    `please explain tell show mean means meaning work works working need should use used using happen happens choose write make
    really exactly just very big small me understand help know example simple simply word words me about am any ask whats
    s t re ve d m ll see look think thing things do does doing go through instead get gets got each two both always`,
  ),
);

/** Terms of the field, longest first; what everyday words mean here, they mean in this company only. */
const phrases: readonly (readonly string[])[] = `
automatic differentiation|algorithmic differentiation|symbolic differentiation|numerical differentiation|finite difference
finite differences|central difference|forward difference|difference quotient|forward mode|reverse mode|backward mode
forward pass|backward pass|reverse pass|chain rule|product rule|step size|best step|complex step|dual number|dual numbers
perturbation confusion|machine epsilon|computational graph|computation graph|fan out|custom rule|local rule|fixed point
higher order|second order|directional derivative|loss function|activation function|vector product|if statement|if statements
numerical instability|truncation error|rounding error|round off|neural network
derivative|derivatives|derive|gradient|gradients|slope|slopes|differentiate|differentiable|differentiation|differentiating
autodiff|autograd|ad|backprop|backpropagation|backpropagate|jacobian|hessian|jvp|vjp|hvp|grad|tangent|cotangent|adjoint
tape|tapes|mode|modes|truncation|roundoff|rounding|cancellation|float32|float64|checkpoint|checkpointing|kink|kinks
relu|abs|exp|log|log1p|expm1|sin|cos|tan|tanh|sqrt|sigmoid|softplus|softmax|logarithm|logarithms|exponential|cube|arcsin
subgradient|function|functions|pytorch|torch|jax|transpose|transposition|implicit|newton|solver|equation|solution|loop|loops
branch|branches|nested|nesting|perturbation|ulp|nan|infinite|polynomial|quotient|epsilon|cosine|sine|pow|partial|partials
max|min|parameter|parameters|input|inputs|output|outputs|engine|program|programs|numerical|unstable|instability|h|x|y|f`
  .split(/[|\n]/)
  .map((phrase) => wordsOf(phrase))
  .filter((phrase) => phrase.length > 0)
  .sort((a, b) => b.length - a.length);
