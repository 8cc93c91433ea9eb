import { existsSync } from 'node:fs';
import { UserError } from '../base/errors.ts';
import { runClaim } from '../judge/claims.ts';
import { estimateReserve, hasJournal, loadStored, type Reserve, readJournal } from '../kernel/index.ts';
import type { Budget } from '../kernel/types.ts';
import {
  type AnswerSource,
  discoverModels,
  estimate,
  MODEL_FORMS,
  type OpenedModel,
  openModel,
  parseModelId,
  type RecordedResult,
} from '../models/index.ts';
import { costOf, requirePriceForCap } from '../models/prices.ts';
import { isSearch, ModelError, type ModelReply, type ModelRequest } from '../models/types.ts';
import { askLine, hasTerminal } from './ask.ts';
import { home } from './paths.ts';
import { findSession, type SessionRef } from './sessions.ts';

/** The cap where the person names none, in US dollars. */
const DEFAULT_CAP = 1;

export interface ModelWish {
  /** What `--model` said. */
  readonly id: string;
  /** A folder of answers for `manual`. */
  readonly answers?: string;
  readonly session: SessionRef;
}

/** Opens what `--model` named. */
export async function modelFor({ id, answers, session }: ModelWish): Promise<OpenedModel> {
  return openModel(parseModelId(id), {
    home: home(),
    manual: {
      answers: answerSource(answers),
      folder: `${session.dir}/prompts`,
      taken: repliesOf(session.dir).filter((result) => !(result instanceof ModelError)).length,
      show: (text) => console.log(text),
    },
    recorded: async (name) => repliesOf(findSession(name).dir),
    truth: printedBy(new Map()),
  });
}

/** What a program prints on the library, each run once. @throws Error where that is no number */
const printedBy =
  (known: Map<string, number>) =>
  async (code: string): Promise<number> => {
    const before = known.get(code);
    if (before !== undefined) return before;
    const claim = { engine: 'library', code, language: 'ts', expect: null } as const;
    const { printed, why } = await runClaim(claim, { signal: new AbortController().signal });
    const value = Number(printed.at(-1) ?? Number.NaN);
    if (Number.isNaN(value)) throw new Error(`a program printed no number: ${why}`);
    known.set(code, value);
    return value;
  };

function answerSource(answers: string | undefined): AnswerSource {
  if (answers !== undefined) {
    if (!existsSync(answers)) {
      throw new UserError('usage', `there is no folder ${answers} of answers`, 'Give one with --answers.');
    }
    return { kind: 'folder', path: answers };
  }
  const editor = process.env.VISUAL ?? process.env.EDITOR;
  return process.stdin.isTTY && editor !== undefined && editor.trim() !== ''
    ? { kind: 'editor', command: editor }
    : { kind: 'lines', input: process.stdin };
}

/** The results of a session's model calls, in the order in which they came. */
function repliesOf(dir: string): readonly RecordedResult[] {
  if (!hasJournal(dir)) return [];
  return readJournal(dir).lines.flatMap((line): RecordedResult[] => {
    if (line.type !== 'result' || line.kind !== 'model') return [];
    if (line.outcome.ok) return [loadStored(dir, line.outcome.value) as unknown as ModelReply];
    const { name, code, message, used = null } = line.outcome.error;
    // A person who had no answer yet is asked again: only what a model did is an answer.
    return name === 'ModelError'
      ? [new ModelError(code as ModelError['failure'], message, null, { used })]
      : [];
  });
}

/** Without `--model`: shows what was found and asks; off a terminal it refuses and says what could be given. */
export async function askForModel(): Promise<string> {
  const found = await discoverModels();
  const ready = [
    ...found.keys.map(({ form, variable }) => ({ id: form, what: `${variable} is set` })),
    ...found.servers.flatMap(({ name, models }) => models.map((id) => ({ id, what: `${name} answers` }))),
    { id: 'embedded', what: 'needs nothing: a search for rules, not a language model' },
    { id: 'manual', what: 'you paste prompts into a chat window and its answers back' },
  ];
  const wide = Math.max(...ready.map(({ id }) => id.length));
  const lines = ready.map(({ id, what }) => `${id.padEnd(wide)}  ${what}`);
  if (!hasTerminal()) {
    throw new UserError(
      'usage',
      'no model is named, and there is no terminal to ask at',
      `Give one with --model:\n${lines.map((line) => `  ${line}`).join('\n')}\n  All forms: ${MODEL_FORMS.map(({ form }) => form).join(', ')}`,
    );
  }
  console.log('What should answer?');
  for (const [i, line] of lines.entries()) console.log(`  ${String(i + 1).padStart(2)}  ${line}`);
  for (;;) {
    const typed = await askLine('A number, or a model id: ');
    if (typed === null) throw new UserError('usage', 'no model is named', 'Give one with --model.');
    const chosen = ready[Number(typed) - 1]?.id ?? typed;
    if (chosen === '') continue;
    if (!chosen.endsWith('NAME')) return chosen;
    const name = await askLine(`Which model (${chosen})? `);
    if (name !== null && name !== '') return chosen.replace(/(URL#)?NAME$/, () => name);
  }
}

export interface Caps {
  readonly maxIterations?: number;
  readonly maxTokens?: number;
  /** US dollars; null is no cap, asked for in so many words. */
  readonly maxCost?: number | null;
  readonly maxTime?: number;
}

/**
 * The limits of a run. A priced model has a cap of 1 US dollar unless the person says otherwise.
 *
 * @throws UserError when a cap in dollars was asked for and no price is known.
 */
export function budgetFor(opened: OpenedModel, caps: Caps): Budget {
  requirePriceForCap(opened.model.id, opened.price, caps.maxCost ?? null);
  return {
    maxIterations: caps.maxIterations ?? null,
    maxTokens: caps.maxTokens ?? null,
    maxTime: caps.maxTime ?? null,
    maxCost: caps.maxCost === undefined ? (isPaid(opened) ? DEFAULT_CAP : null) : caps.maxCost,
  };
}

const isPaid = ({ price }: OpenedModel): boolean => price !== null && price.input + price.output > 0;

/** What a call may come to at most, set aside before it is made. What runs here, or is typed, sets nothing aside. */
export function reserveFor({ model, price }: OpenedModel): (request: ModelRequest) => Reserve {
  return (request) => {
    if (model.kind !== 'language model') return { tokens: 0, cost: 0 };
    const { tokens } = estimateReserve(request);
    const usage = { input: tokens - request.maxTokens, cachedInput: 0, output: request.maxTokens };
    return { tokens, cost: costOf(usage, price) ?? 0 };
  };
}

/** One line before a run: what it may come to. */
export function estimateLine(opened: OpenedModel, goals: number, candidates: number, budget: Budget): string {
  const calls = goals * Math.min(candidates, 2);
  const { tokens, cost } = estimate(calls, { input: 3_500, output: 600 }, opened.price);
  const parts = [`about ${calls} calls`];
  if (!isSearch(opened.model)) parts.push(`${tokens.toLocaleString('en')} tokens`);
  if (cost === null) parts.push('no price is known');
  else if (cost > 0) parts.push(`$${cost.toFixed(2)}`);
  if (isPaid(opened)) {
    parts.push(budget.maxCost === null ? 'no cap in dollars' : `capped at $${budget.maxCost.toFixed(2)}`);
  }
  return parts.join(', ');
}
