import type { Candidate, Category } from '../types.ts';
import { code } from './code.ts';
import { exhaustion } from './exhaustion.ts';
import { machine, network } from './machine.ts';
import { protocol } from './protocol.ts';
import { realm } from './realm.ts';

/** Every category, in the order in which they are taken. */
export const categories: readonly Category[] = [protocol, exhaustion, realm, code, machine, network];

export const candidates: readonly Candidate[] = categories.flatMap((one) => one.candidates);
