import './programs.ts';

export { cond, forLoop, type ScanSettings, scan, type WhileSettings, whileLoop } from './control.ts';
export { checkpoint, customJvp, customVjp, stopGradient } from './custom.ts';
export { jvp, linearize } from './forward.ts';
export { jit } from './jit.ts';
export { hessian, hvp, jacfwd, jacobian, jacrev } from './matrices.ts';
export { grad, type Like, valueAndGrad, vjp } from './reverse.ts';
export { trace } from './stage.ts';
export { treeMap } from './tree.ts';
export { type InAxes, vmap } from './vmap.ts';
