import type { Place, Syntax } from './syntax.ts';

/** One small change of a text: what stands from `start` to `end` is replaced. */
export interface Change {
  readonly kind: string;
  readonly start: number;
  readonly end: number;
  readonly to: string;
}

/** Ways to change a node; each gives any number of changes. */
type Operator = (place: Place, text: string) => readonly Change[];

const BINARY: Readonly<Record<string, readonly string[]>> = {
  '+': ['-'],
  '-': ['+'],
  '*': ['/'],
  '/': ['*'],
  '**': ['*'],
  '%': ['*'],
  '<': ['<=', '>='],
  '<=': ['<', '>'],
  '>': ['>=', '<='],
  '>=': ['>', '<'],
  '===': ['!=='],
  '!==': ['==='],
  '&&': ['||'],
  '||': ['&&'],
};

/** Members that a slip would take for each other, of `ops`, of `Math` and of lists. */
const MEMBERS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    ...{
      add: 'sub',
      sub: 'add',
      mul: 'div',
      div: 'mul',
      neg: 'abs',
      reciprocal: 'neg',
      square: 'cube',
      cube: 'square',
    },
    ...{
      sin: 'cos',
      cos: 'sin',
      sinh: 'cosh',
      cosh: 'sinh',
      tanh: 'sinh',
      exp: 'expm1',
      expm1: 'exp',
      log: 'log1p',
    },
    ...{
      log1p: 'log',
      sqrt: 'rsqrt',
      rsqrt: 'sqrt',
      max: 'min',
      min: 'max',
      less: 'greater',
      greater: 'less',
    },
    ...{ floor: 'ceil', ceil: 'floor', LN2: 'LN10', LN10: 'LN2', PI: 'E', every: 'some', some: 'every' },
    ...{ sigmoid: 'tanh', and: 'or', or: 'and', sign: 'abs' },
  }),
);
/** `Math` has no such members, and others in their place. */
const OF_MATH: ReadonlyMap<string, string> = new Map(
  Object.entries({ sqrt: 'cbrt', abs: 'sign', hypot: 'max' }),
);

const source = (node: Syntax, text: string): string => text.slice(node.start, node.end);
const change = (kind: string, node: { start: number; end: number }, to: string): Change => ({
  kind,
  start: node.start,
  end: node.end,
  to,
});
const isText = (node: Syntax): boolean =>
  node.type === 'TemplateLiteral' || (node.type === 'Literal' && typeof node.value === 'string');

const operatorOf: Operator = ({ node }, text) => {
  if (node.type !== 'BinaryExpression' && node.type !== 'LogicalExpression') return [];
  const [left, right] = [node.left as Syntax, node.right as Syntax];
  if (node.operator === '+' && (isText(left) || isText(right))) return [];
  if (node.operator === '??') return [change('operand', node, source(right, text))];
  const start = text.indexOf(node.operator as string, left.end);
  const at = { start, end: start + (node.operator as string).length };
  return (BINARY[node.operator as string] ?? []).map((to) => change('operator', at, to));
};

const sign: Operator = ({ node }, text) =>
  node.type === 'UnaryExpression' && (node.operator === '-' || node.operator === '!')
    ? [change('operator', node, source(node.argument as Syntax, text))]
    : [];

const constant: Operator = ({ node, above }) => {
  if (node.type !== 'Literal') return [];
  if (typeof node.value === 'boolean') return [change('constant', node, String(!node.value))];
  const x = node.value;
  if (typeof x !== 'number' || (above[0]?.type === 'Property' && above[0].key === node)) return [];
  const others =
    x === 0 ? ['1', '(-1)'] : Number.isInteger(x) ? [`${x + 1}`, `${x - 1}`] : [`(1.0005 * ${x})`, `(-${x})`];
  return others.map((to) => change('constant', node, to));
};

const condition: Operator = ({ node }, text) => {
  if (node.type === 'ConditionalExpression') {
    const [yes, no] = [node.consequent as Syntax, node.alternate as Syntax];
    const [a, b] = [source(yes, text), source(no, text)];
    return [change('condition', node, `(${a})`), change('condition', node, `(${b})`)];
  }
  if (node.type !== 'IfStatement') return [];
  return ['true', 'false'].map((to) => change('condition', node.test as Syntax, to));
};

/** A call of an operation by one of its arguments: a dropped term, factor or function. */
const dropped: Operator = ({ node }, text) => {
  if (node.type !== 'CallExpression') return [];
  const callee = node.callee as Syntax;
  const object = callee.type === 'MemberExpression' ? (callee.object as Syntax).name : undefined;
  if (object !== 'ops' && object !== 'Math') return [];
  return (node.arguments as Syntax[]).map((argument) => change('term', node, `(${source(argument, text)})`));
};

/** Calls that mean the same with their arguments in either order, to the last bit. */
const COMMUTATIVE: ReadonlySet<string> = new Set(['add', 'mul', 'max', 'min', 'and', 'or', 'equal', 'plus']);

function commutes(node: Syntax): boolean {
  const callee = node.callee as Syntax | undefined;
  const name = (callee?.property ?? callee) as Syntax | undefined;
  return node.type === 'CallExpression' && COMMUTATIVE.has(name?.name as string);
}

const swapped: Operator = ({ node }, text) => {
  if (commutes(node)) return [];
  const list = (
    node.type === 'CallExpression' ? node.arguments : node.type === 'ArrayExpression' ? node.elements : []
  ) as Syntax[];
  const [a, b] = list;
  if (!a || !b || source(a, text) === source(b, text) || isText(a) || isText(b)) return [];
  if (a.type === 'SpreadElement' || b.type === 'SpreadElement') return [];
  const between = text.slice(a.end, b.start);
  return [change('order', { start: a.start, end: b.end }, source(b, text) + between + source(a, text))];
};

const member: Operator = ({ node }) => {
  if (node.type !== 'MemberExpression' || node.computed) return [];
  const [object, property] = [node.object as Syntax, node.property as Syntax];
  const name = property.name as string;
  const to = (object.name === 'Math' ? OF_MATH.get(name) : undefined) ?? MEMBERS.get(name);
  return to === undefined ? [] : [change('function', property, to)];
};

/** A parameter of the innermost function that has several, by the next one. */
const variable: Operator = ({ node, above }) => {
  if (node.type !== 'Identifier') return [];
  const parent = above[0]!;
  const named = (parent.property === node && !parent.computed) || (parent.key === node && !parent.computed);
  if (named || (Array.isArray(parent.params) && parent.params.includes(node))) return [];
  const params = (f: Syntax): string[] =>
    Array.isArray(f.params)
      ? (f.params as Syntax[]).flatMap((p) => (typeof p.name === 'string' ? [p.name] : []))
      : [];
  const owner = above.find((f) => params(f).includes(node.name as string));
  if (owner === undefined) return [];
  const names = params(owner).filter((name) => !name.startsWith('_'));
  if (names.length < 2) return [];
  const next = names[(names.indexOf(node.name as string) + 1) % names.length]!;
  const short = parent.type === 'Property' && parent.shorthand === true;
  return [change('variable', node, short ? `${node.name as string}: ${next}` : next)];
};

const statement: Operator = ({ node }, text) => {
  if (node.type === 'ExpressionStatement') return [change('statement', node, ';')];
  if (node.type !== 'AssignmentExpression' || node.operator === '=') return [];
  const left = node.left as Syntax;
  const start = text.indexOf(node.operator as string, left.end);
  const at = { start, end: start + (node.operator as string).length };
  const others = node.operator === '+=' ? ['-=', '='] : ['='];
  return others.map((to) => change('operator', at, to));
};

/** Operators, constants, indices, conditions, dropped terms, swapped arguments. */
export const OPERATORS: readonly Operator[] = [
  operatorOf,
  sign,
  constant,
  condition,
  dropped,
  swapped,
  member,
  variable,
  statement,
];
