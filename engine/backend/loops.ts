import { sigmoid } from '../numeric/activations.ts';
import { tanh } from '../numeric/hyperbolic.ts';
import type { Loop, LoopName } from './elementwise.ts';

const less: Loop = (o, n, a, as, b, bs) => {
  if (as === 0) {
    const x = a[0]!;
    if (bs === 0) o.fill(x < b[0]! ? 1 : 0, 0, n);
    else for (let i = 0; i < n; i++) o[i] = x < b[i]! ? 1 : 0;
  } else if (bs === 0) {
    const y = b[0]!;
    for (let i = 0; i < n; i++) o[i] = a[i]! < y ? 1 : 0;
  } else {
    for (let i = 0; i < n; i++) o[i] = a[i]! < b[i]! ? 1 : 0;
  }
};

/**
 * Loops of the commonest functions, written out: so nothing is called for each element, and each is compiled for itself.
 * Two inputs take three loops, since a 0-d input is read once. The only input of others is read in steps of 1.
 */
export const written: { readonly [P in LoopName]?: Loop } = {
  add: (o, n, a, as, b, bs) => {
    if (as === 0) {
      const x = a[0]!;
      if (bs === 0) o.fill(x + b[0]!, 0, n);
      else for (let i = 0; i < n; i++) o[i] = x + b[i]!;
    } else if (bs === 0) {
      const y = b[0]!;
      for (let i = 0; i < n; i++) o[i] = a[i]! + y;
    } else {
      for (let i = 0; i < n; i++) o[i] = a[i]! + b[i]!;
    }
  },
  sub: (o, n, a, as, b, bs) => {
    if (as === 0) {
      const x = a[0]!;
      if (bs === 0) o.fill(x - b[0]!, 0, n);
      else for (let i = 0; i < n; i++) o[i] = x - b[i]!;
    } else if (bs === 0) {
      const y = b[0]!;
      for (let i = 0; i < n; i++) o[i] = a[i]! - y;
    } else {
      for (let i = 0; i < n; i++) o[i] = a[i]! - b[i]!;
    }
  },
  mul: (o, n, a, as, b, bs) => {
    if (as === 0) {
      const x = a[0]!;
      if (bs === 0) o.fill(x * b[0]!, 0, n);
      else for (let i = 0; i < n; i++) o[i] = x * b[i]!;
    } else if (bs === 0) {
      const y = b[0]!;
      for (let i = 0; i < n; i++) o[i] = a[i]! * y;
    } else {
      for (let i = 0; i < n; i++) o[i] = a[i]! * b[i]!;
    }
  },
  div: (o, n, a, as, b, bs) => {
    if (as === 0) {
      const x = a[0]!;
      if (bs === 0) o.fill(x / b[0]!, 0, n);
      else for (let i = 0; i < n; i++) o[i] = x / b[i]!;
    } else if (bs === 0) {
      const y = b[0]!;
      for (let i = 0; i < n; i++) o[i] = a[i]! / y;
    } else {
      for (let i = 0; i < n; i++) o[i] = a[i]! / b[i]!;
    }
  },
  max: (o, n, a, as, b, bs) => {
    if (as === 0) {
      const x = a[0]!;
      if (bs === 0) o.fill(Math.max(x, b[0]!), 0, n);
      else for (let i = 0; i < n; i++) o[i] = Math.max(x, b[i]!);
    } else if (bs === 0) {
      const y = b[0]!;
      for (let i = 0; i < n; i++) o[i] = Math.max(a[i]!, y);
    } else {
      for (let i = 0; i < n; i++) o[i] = Math.max(a[i]!, b[i]!);
    }
  },
  min: (o, n, a, as, b, bs) => {
    if (as === 0) {
      const x = a[0]!;
      if (bs === 0) o.fill(Math.min(x, b[0]!), 0, n);
      else for (let i = 0; i < n; i++) o[i] = Math.min(x, b[i]!);
    } else if (bs === 0) {
      const y = b[0]!;
      for (let i = 0; i < n; i++) o[i] = Math.min(a[i]!, y);
    } else {
      for (let i = 0; i < n; i++) o[i] = Math.min(a[i]!, b[i]!);
    }
  },
  less,
  greater: (o, n, a, as, b, bs, ...rest) => less(o, n, b, bs, a, as, ...rest),
  neg: (o, n, a) => {
    for (let i = 0; i < n; i++) o[i] = -a[i]!;
  },
  square: (o, n, a) => {
    for (let i = 0; i < n; i++) o[i] = a[i]! * a[i]!;
  },
  reciprocal: (o, n, a) => {
    for (let i = 0; i < n; i++) o[i] = 1 / a[i]!;
  },
  sqrt: (o, n, a) => {
    for (let i = 0; i < n; i++) o[i] = Math.sqrt(a[i]!);
  },
  exp: (o, n, a) => {
    for (let i = 0; i < n; i++) o[i] = Math.exp(a[i]!);
  },
  log: (o, n, a) => {
    for (let i = 0; i < n; i++) o[i] = Math.log(a[i]!);
  },
  abs: (o, n, a) => {
    for (let i = 0; i < n; i++) o[i] = Math.abs(a[i]!);
  },
  sin: (o, n, a) => {
    for (let i = 0; i < n; i++) o[i] = Math.sin(a[i]!);
  },
  cos: (o, n, a) => {
    for (let i = 0; i < n; i++) o[i] = Math.cos(a[i]!);
  },
  tanh: (o, n, a) => {
    for (let i = 0; i < n; i++) o[i] = tanh(a[i]!);
  },
  sigmoid: (o, n, a) => {
    for (let i = 0; i < n; i++) o[i] = sigmoid(a[i]!);
  },
  fround: (o, n, a) => {
    for (let i = 0; i < n; i++) o[i] = Math.fround(a[i]!);
  },
  wrap: (o, n, a) => {
    for (let i = 0; i < n; i++) o[i] = a[i]! | 0;
  },
  relu: (o, n, a) => {
    for (let i = 0; i < n; i++) o[i] = Math.max(a[i]!, 0);
  },
  select: (o, n, a, as, b, bs, c, cs) => {
    if (as === 1 && bs === 0 && cs === 0) {
      const x = b[0]!;
      const y = c[0]!;
      for (let i = 0; i < n; i++) o[i] = a[i] !== 0 ? x : y;
    } else if (as === 1 && bs === 1 && cs === 0) {
      const y = c[0]!;
      for (let i = 0; i < n; i++) o[i] = a[i] !== 0 ? b[i]! : y;
    } else {
      for (let i = 0; i < n; i++) o[i] = a[i * as] !== 0 ? b[i * bs]! : c[i * cs]!;
    }
  },
};
