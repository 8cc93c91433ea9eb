import { wordsOf } from '../base/full-text.ts';

/**
 * Whether a question is about derivatives of programs: what it says of the field outweighs what it says of anything else. A term
 * that only the field has counts twice, a word of its that others have too once; words that everybody uses count nothing; and
 * every other word that no recorded answer has is of something else.
 */
export function isOfTheField(question: string, { asked, said }: FieldWords): boolean {
  const words = wordsOf(question);
  let [own, foreign, others] = [0, 0, 0];
  for (let at = 0; at < words.length; at += 1) {
    const phrase = phrases.find((each) => each.every((word, i) => words[at + i] === word));
    if (phrase !== undefined) {
      own += 2;
      at += phrase.length - 1;
      continue;
    }
    const word = words[at]!;
    if (everyday.has(word) || /^(?:\p{N}+e?|\p{L})$/u.test(word)) continue;
    if (asked.has(word)) own += 1;
    else if (said.has(word)) others += 1;
    else foreign += 1;
  }
  // What a tape is may be asked in one word, where no other stands beside it.
  return own >= 2 ? own > foreign : own === 1 && foreign + others === 0;
}

/** Words of the record: those in which its questions are asked, and those of its answers. */
export interface FieldWords {
  readonly asked: ReadonlySet<string>;
  readonly said: ReadonlySet<string>;
}

/** Words that say nothing of what a question is about. */
const everyday: ReadonlySet<string> = new Set(
  wordsOf(
    `please explain tell show mean means meaning work works working need should use used using happen happens choose write make made
    really exactly just very big small large huge tiny long short me understand help know example simple simply word words about am any
    ask whats s t re ve d m ll see look think thing things do does doing go goes through instead get gets got each two both always
    also again back before after between best better worse worst good bad right wrong come comes call called change changes check
    compare compared different difference easy easier hard end start begin even ever every everything far fast faster slow slower
    few find first follow free full further great happy high higher idea important keep kind last late later lead leads learn least
    left let less life like likely line little live longer lose lot low lower main man many matter may maybe might more most move
    much must name near nearest never new next nice nothing now number numbers off often old once only open order other others out
    over own part people place places play point points possible problem put question quick quickly quite rather read real reason
    result return returns run running same say says second seem sense set several side since size sometimes soon sort still stop
    such sure take takes talk teach than thank thanks though three time times today together too top toward try turn twice under
    until up useful usual usually value values want way ways week well went whole without wonder world would year yes yet
    actual actually basically completely correct correctly difficult exist explain fine fit fix gives giving handle handled
    intuition intuitively introduce know known leave meant method mine normal obvious otherwise particular practice
    proper properly reach simplest single someone something somewhere special step-by-step suppose surprising thousand million
    trick true understand walk we what when whenever whether worth wrote years test new one path
    safe safely garbage expensive hundred function functions`,
  ),
);

/** Terms that only the field has, longest first; or that mean it in this company. */
const phrases: readonly (readonly string[])[] = `
automatic differentiation|algorithmic differentiation|symbolic differentiation|numerical differentiation|finite difference
finite differences|central difference|forward difference|difference quotient|forward mode|reverse mode|backward mode
forward pass|backward pass|reverse pass|chain rule|product rule|step size|best step|complex step|dual number|dual numbers
perturbation confusion|machine epsilon|machine precision|computational graph|computation graph|fan out|custom rule|local rule|fixed point
higher order|second order|directional derivative|vector product|if statement|if statements
numerical instability|truncation error|rounding error|round off|root finder|implicit function|gradient descent
derivative|derivatives|gradient|gradients|slope|slopes|differentiate|differentiable|differentiation|differentiating
autodiff|autograd|ad|backprop|backpropagation|backpropagate|jacobian|hessian|jvp|vjp|hvp|grad|cotangent|adjoint
truncation|roundoff|float32|float64|checkpointing|rematerialisation|relu|log1p|expm1|tanh|sqrt|sigmoid|softplus|softmax|gelu|silu
subgradient|pytorch|torch|jax|transposition|perturbation|infinitesimal|ulp|nan|logsumexp|arcsin|nilpotent
micrograd|nondifferentiable`
  .split(/[|\n]/)
  .map((phrase) => wordsOf(phrase))
  .filter((phrase) => phrase.length > 0)
  .sort((a, b) => b.length - a.length);
