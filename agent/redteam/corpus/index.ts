import type { Candidate, Category } from '../types.ts';
import { claims } from './claims.ts';
import { code } from './code.ts';
import { exhaustion } from './exhaustion.ts';
import { machine } from './machine.ts';
import { memory } from './memory.ts';
import { network } from './network.ts';
import { numbers } from './numbers.ts';
import { protocol } from './protocol.ts';
import { python } from './python.ts';
import { pythonEngines } from './python-engine.ts';
import { realm } from './realm.ts';
import { recognition } from './recognition.ts';
import { replies } from './reply.ts';
import { repositories } from './repository.ts';
import { rules } from './rules.ts';
import { text } from './text.ts';
import { trees } from './tree.ts';

/** Every category, in the order in which they are taken. */
export const categories: readonly Category[] = [
  ...[numbers, rules, recognition, memory],
  ...[text, trees, replies, repositories],
  ...[protocol, exhaustion, realm, code, machine, network],
  ...[claims, python, pythonEngines],
];

export const candidates: readonly Candidate[] = categories.flatMap((one) => one.candidates);
