/**
 * Words in which learners ask about a topic, beside those of its answers: an answer is found by them as well (expansion of
 * documents: Nogueira et al., "Document Expansion by Query Prediction", 2019).
 */
export const learnersWords: Readonly<Record<string, string>> = {
  'derivative-programs': `automatic differentiation autodiff algorithmic differentiation AD symbolic numeric formula expression code paper
    algebra chain rule elementary operations exact derivative of a function what is`,
  'dual-numbers': `dual numbers epsilon squared nilpotent infinitesimal pairs value and rate of change tangent carried along forward mode
    operator overloading`,
  'jvp-and-vjp': `jvp vjp Jacobian vector product pushforward pullback forward mode reverse mode backward mode tangent cotangent adjoint
    direction rows columns inputs outputs loss weights parameters cheaper which when to use backpropagation`,
  tapes: `tape Wengert list recorded operations record graph computational graph backward pass backprop backpropagation activations
    intermediate results values store stored remember micrograd tiny engine autograd implement reverse order walk`,
  'cost-bounds': `cost expensive cheap price time runs evaluations calls operations count gradient compared to the function cheap gradient
    principle Baur Strassen number of inputs parameters million dimensions partials scale`,
  'fan-out': `used twice reused shared variable several times accumulate accumulation sum add up contributions overwrite zero grad half
    twice too small too large factor of two wrong gradient bug missing`,
  kinks: `kink corner nonsmooth non-differentiable relu abs absolute value max min tie ties equal at zero origin subgradient subdifferential
    convention undefined`,
  'perturbation-confusion': `perturbation confusion nested nesting derivative of a derivative higher order inner outer same epsilon tag level
    mixed up infinitesimal wrong`,
  checkpointing: `checkpoint checkpointing rematerialisation recompute recomputation memory trade training deep network activations save forget
    out of memory`,
  'truncation-and-roundoff': `finite difference differences numerical derivative numeric gradient gradient checking perturb nudge step size h
    small tiny shrink optimal best digits lost precision machine epsilon float32 float64 double cancellation subtract nearby points truncation
    rounding roundoff error order central forward two-sided one-sided approximate approximation quotient unstable instability accuracy`,
  'complex-step': `complex step imaginary part imaginary number analytic holomorphic trick abs branch limitation subtraction fails`,
  'control-flow': `loop loops while for if branch branches conditional path control flow unrolled recursion discontinuous rounding integer
    table lookup comparison taken not taken`,
  'implicit-differentiation': `implicit function theorem solver root finder fixed point iteration iterative optimum equilibrium unroll
    sensitivity converge convergence backpropagate through an equation solution`,
  transposition: `transpose transposed linear map matrix adjoint forward sweep backward sweep linearise linearize`,
  'custom-rules': `custom gradient custom derivative own rule backward function PyTorch torch JAX autograd.Function custom_jvp custom_vjp
    override replace register hand-written gradient check gradcheck wrong backward slightly off bug train training converges catch test`,
  'prompts-as-parameters': `prompt prompts text words tokens embedding soft prompt tuning language model optimise gradient descent textual feedback`,
  'models-under-control': `language model LLM chatbot answers corrects itself self-correction again repeatedly feedback accuracy settle long run
    equilibrium share right wrong control theory better worse`,
  'local-rules': `local rules add mul product rule backward by hand example step by step`,
  'rules-in-the-output': `sqrt exp exponential square root output reuse`,
  logarithms: `log log1p logarithm digits near one small argument accuracy`,
  'circular-functions': `sin cos sine cosine trigonometric exact rule difference quotient`,
  'inverse-functions': `inverse arcsin arccos arctan asin acos atan inverse function theorem domain edge`,
  'hyperbolic-functions': `tanh sinh cosh saturate saturation large inaccurate vanishing fade`,
  'two-inputs': `pow power exponent base a to the b partial derivatives both arguments`,
  'stable-composites': `softplus logsumexp log sum exp overflow underflow infinite stable sigmoid logistic numerically`,
  'nothing-over-nothing': `nan not a number zero divided by zero infinity hypot sinc 0/0 inf limit where`,
  gates: `silu swish gelu gate gated activation product x times sigmoid`,
  modes: `forward mode reverse mode cost inputs outputs runs Jacobian`,
  nesting: `perturbation confusion nested second derivative grad of grad`,
  'second-order': `Hessian Hessian-vector product hvp second derivative curvature forward over reverse`,
};
