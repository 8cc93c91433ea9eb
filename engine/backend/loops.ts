import type { Loop, LoopName } from './elementwise.ts';

/**
 * Loops of the commonest functions, written out: so nothing is called for each element, and each is compiled for itself.
 * Two inputs take three loops, since a 0-d input is read once.
 */
export const written: { readonly [P in LoopName]?: Loop } = {
  add: (o, oi, n, a, ai, as, b, bi, bs) => {
    if (as === 0) {
      const x = a[ai]!;
      if (bs === 0) o.fill(x + b[bi]!, oi, oi + n);
      else for (let i = 0; i < n; i++) o[oi + i] = x + b[bi + i]!;
    } else if (bs === 0) {
      const y = b[bi]!;
      for (let i = 0; i < n; i++) o[oi + i] = a[ai + i]! + y;
    } else {
      for (let i = 0; i < n; i++) o[oi + i] = a[ai + i]! + b[bi + i]!;
    }
  },
  sub: (o, oi, n, a, ai, as, b, bi, bs) => {
    if (as === 0) {
      const x = a[ai]!;
      if (bs === 0) o.fill(x - b[bi]!, oi, oi + n);
      else for (let i = 0; i < n; i++) o[oi + i] = x - b[bi + i]!;
    } else if (bs === 0) {
      const y = b[bi]!;
      for (let i = 0; i < n; i++) o[oi + i] = a[ai + i]! - y;
    } else {
      for (let i = 0; i < n; i++) o[oi + i] = a[ai + i]! - b[bi + i]!;
    }
  },
  mul: (o, oi, n, a, ai, as, b, bi, bs) => {
    if (as === 0) {
      const x = a[ai]!;
      if (bs === 0) o.fill(x * b[bi]!, oi, oi + n);
      else for (let i = 0; i < n; i++) o[oi + i] = x * b[bi + i]!;
    } else if (bs === 0) {
      const y = b[bi]!;
      for (let i = 0; i < n; i++) o[oi + i] = a[ai + i]! * y;
    } else {
      for (let i = 0; i < n; i++) o[oi + i] = a[ai + i]! * b[bi + i]!;
    }
  },
  div: (o, oi, n, a, ai, as, b, bi, bs) => {
    if (as === 0) {
      const x = a[ai]!;
      if (bs === 0) o.fill(x / b[bi]!, oi, oi + n);
      else for (let i = 0; i < n; i++) o[oi + i] = x / b[bi + i]!;
    } else if (bs === 0) {
      const y = b[bi]!;
      for (let i = 0; i < n; i++) o[oi + i] = a[ai + i]! / y;
    } else {
      for (let i = 0; i < n; i++) o[oi + i] = a[ai + i]! / b[bi + i]!;
    }
  },
  max: (o, oi, n, a, ai, as, b, bi, bs) => {
    if (as === 0) {
      const x = a[ai]!;
      if (bs === 0) o.fill(Math.max(x, b[bi]!), oi, oi + n);
      else for (let i = 0; i < n; i++) o[oi + i] = Math.max(x, b[bi + i]!);
    } else if (bs === 0) {
      const y = b[bi]!;
      for (let i = 0; i < n; i++) o[oi + i] = Math.max(a[ai + i]!, y);
    } else {
      for (let i = 0; i < n; i++) o[oi + i] = Math.max(a[ai + i]!, b[bi + i]!);
    }
  },
  min: (o, oi, n, a, ai, as, b, bi, bs) => {
    if (as === 0) {
      const x = a[ai]!;
      if (bs === 0) o.fill(Math.min(x, b[bi]!), oi, oi + n);
      else for (let i = 0; i < n; i++) o[oi + i] = Math.min(x, b[bi + i]!);
    } else if (bs === 0) {
      const y = b[bi]!;
      for (let i = 0; i < n; i++) o[oi + i] = Math.min(a[ai + i]!, y);
    } else {
      for (let i = 0; i < n; i++) o[oi + i] = Math.min(a[ai + i]!, b[bi + i]!);
    }
  },
  less: (o, oi, n, a, ai, as, b, bi, bs) => {
    if (as === 0) {
      const x = a[ai]!;
      if (bs === 0) o.fill(x < b[bi]! ? 1 : 0, oi, oi + n);
      else for (let i = 0; i < n; i++) o[oi + i] = x < b[bi + i]! ? 1 : 0;
    } else if (bs === 0) {
      const y = b[bi]!;
      for (let i = 0; i < n; i++) o[oi + i] = a[ai + i]! < y ? 1 : 0;
    } else {
      for (let i = 0; i < n; i++) o[oi + i] = a[ai + i]! < b[bi + i]! ? 1 : 0;
    }
  },
  greater: (o, oi, n, a, ai, as, b, bi, bs) => {
    if (as === 0) {
      const x = a[ai]!;
      if (bs === 0) o.fill(x > b[bi]! ? 1 : 0, oi, oi + n);
      else for (let i = 0; i < n; i++) o[oi + i] = x > b[bi + i]! ? 1 : 0;
    } else if (bs === 0) {
      const y = b[bi]!;
      for (let i = 0; i < n; i++) o[oi + i] = a[ai + i]! > y ? 1 : 0;
    } else {
      for (let i = 0; i < n; i++) o[oi + i] = a[ai + i]! > b[bi + i]! ? 1 : 0;
    }
  },
  neg: (o, oi, n, a, ai, as) => {
    for (let i = 0; i < n; i++) o[oi + i] = -a[ai + i * as]!;
  },
  square: (o, oi, n, a, ai, as) => {
    for (let i = 0; i < n; i++) {
      const x = a[ai + i * as]!;
      o[oi + i] = x * x;
    }
  },
  reciprocal: (o, oi, n, a, ai, as) => {
    for (let i = 0; i < n; i++) o[oi + i] = 1 / a[ai + i * as]!;
  },
  sqrt: (o, oi, n, a, ai, as) => {
    for (let i = 0; i < n; i++) o[oi + i] = Math.sqrt(a[ai + i * as]!);
  },
  exp: (o, oi, n, a, ai, as) => {
    for (let i = 0; i < n; i++) o[oi + i] = Math.exp(a[ai + i * as]!);
  },
  log: (o, oi, n, a, ai, as) => {
    for (let i = 0; i < n; i++) o[oi + i] = Math.log(a[ai + i * as]!);
  },
  abs: (o, oi, n, a, ai, as) => {
    for (let i = 0; i < n; i++) o[oi + i] = Math.abs(a[ai + i * as]!);
  },
  relu: (o, oi, n, a, ai, as) => {
    for (let i = 0; i < n; i++) o[oi + i] = Math.max(a[ai + i * as]!, 0);
  },
  tanh: (o, oi, n, a, ai, as) => {
    for (let i = 0; i < n; i++) o[oi + i] = Math.tanh(a[ai + i * as]!);
  },
  copy: (o, oi, n, a, ai, as) => {
    for (let i = 0; i < n; i++) o[oi + i] = a[ai + i * as]!;
  },
  select: (o, oi, n, a, ai, as, b, bi, bs, c, ci, cs) => {
    if (as === 1 && bs === 0 && cs === 0) {
      const x = b[bi]!;
      const y = c[ci]!;
      for (let i = 0; i < n; i++) o[oi + i] = a[ai + i] !== 0 ? x : y;
    } else if (as === 1 && bs === 1 && cs === 0) {
      const y = c[ci]!;
      for (let i = 0; i < n; i++) o[oi + i] = a[ai + i] !== 0 ? b[bi + i]! : y;
    } else {
      for (let i = 0; i < n; i++, ai += as, bi += bs, ci += cs) o[oi + i] = a[ai] !== 0 ? b[bi]! : c[ci]!;
    }
  },
};
