/** What is asked before a group of goals is worked on: one question of a fitting kind for each group. */
export interface Topic {
  readonly id: string;
  /** A file of `prompts/questions/`. */
  readonly kind: string;
  readonly question: string;
  /** A phrase that the question quotes. */
  readonly about?: string;
  /** The goals that the question prepares, by name after the rung: `tanh` of `r1/tanh`. */
  readonly goals: readonly string[];
}

const topics: readonly Topic[] = [
  {
    id: 'local-rules',
    kind: 'mechanism-trace',
    question:
      'How does reverse mode get the gradient of x·(x + 3) at x = 2 from nothing but the local rules of add and mul?',
    goals: ['neg', 'sub', 'reciprocal', 'div', 'square', 'cube'],
  },
  {
    id: 'rules-in-the-output',
    kind: 'derivation',
    question:
      'Why are the rules of sqrt, exp and their relatives best written in the output y, and what does each then read?',
    goals: ['sqrt', 'rsqrt', 'cbrt', 'exp', 'exp2', 'expm1'],
  },
  {
    id: 'logarithms',
    kind: 'limits',
    question: 'Where does a logarithm lose digits in float64: in its value, in its derivative, or in both?',
    goals: ['log', 'log2', 'log10', 'log1p'],
  },
  {
    id: 'circular-functions',
    kind: 'finite-difference-instability',
    question: 'Why is the exact rule of sin better than a difference quotient, whatever step one chooses?',
    goals: ['sin', 'cos', 'tan'],
  },
  {
    id: 'inverse-functions',
    kind: 'derivation',
    question:
      'How does the rule of an inverse function follow from the rule of the function, and what happens at its edge?',
    goals: ['asin', 'acos', 'atan', 'asinh', 'acosh', 'atanh'],
  },
  {
    id: 'hyperbolic-functions',
    kind: 'numerical-experiment',
    question:
      'How accurate is 1 − y² as the derivative of tanh when x grows, and is there a way to write it that does not fade?',
    goals: ['sinh', 'cosh', 'tanh'],
  },
  {
    id: 'kinks',
    kind: 'definition',
    question: 'What is a subgradient, and what does it let an AD system return for abs, relu, max and min?',
    goals: ['abs', 'relu', 'max', 'min'],
  },
  {
    id: 'two-inputs',
    kind: 'prediction',
    question:
      'What are both partial derivatives of pow(a, b), and at which inputs does the shortest formula for ∂/∂a fail?',
    goals: ['pow'],
  },
  {
    id: 'stable-composites',
    kind: 'counterexample',
    question:
      'Where does log(1 + exp(x)) fail as a program, and which way of writing it and its rule does not?',
    goals: ['sigmoid', 'softplus', 'logsigmoid', 'logaddexp', 'logcosh', 'log1mexp'],
  },
  {
    id: 'nothing-over-nothing',
    kind: 'limits',
    question:
      'Where do formulas that are right on paper read 0/0, 0·∞ or ∞/∞ in float64, and what is put in their place?',
    goals: ['hypot', 'atan2', 'xlogy', 'huber', 'logit', 'sinc'],
  },
  {
    id: 'gates',
    kind: 'mechanism-trace',
    question: 'Which two paths lead from x to x·g(x), and what does each add to the derivative?',
    goals: ['silu', 'gelu', 'mish'],
  },
  {
    id: 'modes',
    kind: 'contrast',
    question:
      'What do forward mode and reverse mode each cost for a function from n inputs to m outputs, and why?',
    goals: ['jvp', 'jacobian'],
  },
  {
    id: 'nesting',
    kind: 'counterexample',
    question: 'What is perturbation confusion, and what is the smallest nested derivative that shows it?',
    goals: ['nesting'],
  },
  {
    id: 'second-order',
    kind: 'clarify',
    question: 'What does this phrase mean, and why is the Hessian itself never needed for it?',
    about: 'differentiate the gradient along v',
    goals: ['hvp', 'hessian'],
  },
  {
    id: 'arrays',
    kind: 'definition',
    question:
      'What is the transpose of broadcasting, and why does a gradient have to be summed over the broadcast axes?',
    goals: [],
  },
  {
    id: 'extremes',
    kind: 'counterexample',
    question:
      'Where does float64 hold a derivative, and the shortest formula for it pass through a number that float64 does not hold?',
    goals: ['extremes'],
  },
  {
    id: 'speed',
    kind: 'limits',
    question: 'What bounds the cost of a gradient relative to the function, and where does a tape lose time?',
    goals: [],
  },
];

const byRung: Readonly<Record<number, string>> = {
  1: 'local-rules',
  2: 'stable-composites',
  3: 'nesting',
  4: 'arrays',
  5: 'speed',
  6: 'speed',
};

/** The topic that prepares a goal: by its name, else by its rung. */
export function topicOf(goal: { readonly id: string; readonly rung: number }): Topic {
  const name = goal.id.slice(goal.id.indexOf('/') + 1);
  const fallback = byRung[goal.rung] ?? 'local-rules';
  const topic =
    topics.find((t) => t.goals.includes(name)) ?? topics.find((t) => t.id === fallback) ?? topics[0];
  if (topic === undefined) throw new Error('no topics');
  return topic;
}
