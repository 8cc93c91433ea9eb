import type { Json } from '../base/json.ts';
import { note, tool } from '../kernel/syscalls.ts';
import type { Program } from '../kernel/types.ts';
import { isSearch } from '../models/types.ts';
import { type Answer, answerSchema, parseAnswer } from './answer.ts';
import type { Tutor } from './answers.ts';
import { expectationOf } from './code-blocks.ts';
import { runClaims } from './explain.ts';
import type { ClaimLink } from './notes.ts';
import { asProgram } from './own-code.ts';
import { askModel, type Trouble } from './reply.ts';
import { matchClaims, sentencesOf } from './sentences.ts';
import { fill } from './template.ts';

/** The sentences of the last answer that no claim of it states. */
export function unstatedOf({ turns }: Tutor): readonly string[] {
  const answer = turns.at(-1)?.round.answer;
  if (answer === undefined) return [];
  const statements = answer.claims.map(({ statement }) => statement);
  return matchClaims(sentencesOf(answer.prose), statements).flatMap(({ sentence, claim }) =>
    claim === null ? [sentence] : [],
  );
}

/**
 * Claims for a sentence, by the model or from the recorded ones, and what comes of them. `which` is the
 * sentence, or its number among those that no claim states; empty: these are listed. `SENTENCE :: CODE => OUTPUT` is a claim
 * of the person's own.
 */
export function* stateClaim(tutor: Tutor, which: string): Program<void> {
  const open = unstatedOf(tutor);
  const [, said, code, output] = /^([\s\S]+?)\s+::\s+([\s\S]+?)\s+=>\s+([\s\S]+)$/.exec(which) ?? [];
  const named = said ?? which;
  const sentence = /^\d+$/.test(named) ? open[Number(named) - 1] : named;
  if (sentence === undefined || sentence === '') {
    const listed = open.map((each, i) => `${i + 1}. ${each}`).join('\n');
    const text =
      listed === ''
        ? 'No sentence of the last answer is left without a claim.'
        : `No claim states:\n${listed}`;
    yield* note('observation', { text, by: 'workbench' });
    return;
  }
  yield* note('question', {
    topic: 'asked',
    kind: 'clarify',
    text: 'Does this hold, and where?',
    about: sentence,
  });
  const stated =
    code === undefined || output === undefined
      ? yield* claimsOf(tutor, sentence)
      : ownClaim(tutor, sentence, code, output);
  if (stated === null) return;
  const { answer, source, model } = stated;
  const claims = answer.claims.map((claim) => ({ link: 'stated', of: sentence, ...claim }));
  yield* note('answer', { ...answer, claims, offers: [], source, model } as unknown as Json);
  yield* runClaims('library', { ...answer, claims }, 1);
  if (claims.every(({ link }) => link === 'related')) {
    yield* note('sentences', { round: 1, stated: 0, unstated: [sentence] });
  }
}

/** Claims for a sentence, how each stands to it and to which part; left out: it was stated for it, and for all of it. */
interface StatedAnswer extends Answer {
  readonly claims: (Answer['claims'][number] & { readonly link?: ClaimLink; readonly of?: string })[];
}

/** Claims for a sentence, and who stated them. */
export interface Stated {
  readonly answer: StatedAnswer;
  readonly source: string;
  readonly model: string;
}

function ownClaim({ args }: Tutor, sentence: string, code: string, output: string): Stated {
  const claim = {
    statement: sentence,
    ...asProgram(code, args.prompts.library ?? ''),
    expect: expectationOf(output),
  };
  return {
    answer: { prose: '', claims: [claim], offers: [], structured: true },
    ...{ source: 'a person typed this', model: 'the person' },
  };
}

function* claimsOf(tutor: Tutor, sentence: string): Program<Stated | null> {
  const { args, trouble, turns } = tutor;
  if (!isSearch(args.model)) {
    const prose = turns.at(-1)?.round.answer.prose ?? '';
    return yield* statedByModel({ ...args, trouble }, sentence, prose);
  }
  const claims = (yield* tool('recorded-claims', { sentence })) as unknown as StatedAnswer['claims'];
  const links = claims.map(({ link }) => link);
  const places = [
    links.includes('holds') ? 'where this holds' : '',
    links.includes('fails') ? 'where it does not hold' : '',
  ].filter((place) => place !== '');
  const prose = links.includes('same')
    ? 'No model was asked. A recorded claim says this; it runs again now.'
    : places.length > 0
      ? `No model was asked. What is recorded shows ${places.join(', and ')}; it runs again now.`
      : `No model was asked, and no recorded claim says this: it is not checkable as written.${claims.length === 0 ? '' : ' What is related runs again now, and says nothing of whether this holds.'}`;
  return {
    answer: { prose, claims, offers: [], structured: true },
    ...{ source: 'recorded', model: 'the textbook' },
  };
}

/** Who states claims, and what they are told. */
export interface Stating {
  readonly prompts: { readonly [id: string]: string };
  readonly model: { readonly id: string; readonly kind: string };
  readonly trouble: Trouble;
}

/** Asks a model to say a sentence of an answer again so that it can be run; null where no answer came. */
export function* statedByModel(
  { prompts, model, trouble }: Stating,
  sentence: string,
  prose: string,
): Program<Stated | null> {
  const engine = prompts.library ?? '';
  const answered = yield* askModel(trouble, 'explain', {
    system: prompts.system ?? '',
    messages: [{ role: 'user', content: fill(prompts.state ?? '', { sentence, prose, engine }) }],
    maxTokens: 4_000,
    output: { name: 'answer', schema: answerSchema },
    task: { kind: 'explain', topic: 'asked' },
  });
  if (answered.ok) {
    const { reply } = answered;
    return { answer: parseAnswer(reply.text), source: model.kind, model: reply.model };
  }
  if (answered.reason !== 'stopped') yield* note('observation', { text: answered.message, by: 'workbench' });
  return null;
}
