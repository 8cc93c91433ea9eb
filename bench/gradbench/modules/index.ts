import type { Module } from '../task.ts';
import { ba } from './ba.ts';
import { det } from './det.ts';
import { gmm } from './gmm.ts';
import { hello } from './hello.ts';
import { ht } from './ht.ts';
import { kmeans } from './kmeans.ts';
import { llsq } from './llsq.ts';
import { lse } from './lse.ts';
import { lstm } from './lstm.ts';
import { ode } from './ode.ts';
import { particle } from './particle.ts';
import { saddle } from './saddle.ts';

/** Every module that the entrant has, by the name that the protocol calls it. */
export const modules: ReadonlyMap<string, Module> = new Map(
  Object.entries({ hello, lse, llsq, det, ode, gmm, lstm, ba, ht, kmeans, saddle, particle }),
);
