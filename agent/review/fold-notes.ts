import type { ModelKind } from '../models/types.ts';
import type { Note, NoteData } from '../programs/notes.ts';
import {
  type AnswerDraft,
  type FoldState,
  type ProcessState,
  type ProposalDraft,
  type QuestionDraft,
  type Result,
  setResult,
} from './fold-state.ts';
import { outcomeOf } from './verdict.ts';
import { addCosts, noCost } from './view.ts';

/** What a note adds to the process that wrote it. */
export function readNote(state: FoldState, process: ProcessState, line: Result, note: Note): void {
  const { at, pid } = line;
  switch (note.topic) {
    case 'question': {
      const { topic, kind, text, about } = note.data;
      const question: QuestionDraft = {
        kind: 'question',
        at,
        pid,
        topic,
        questionKind: kind,
        text,
        about: about ?? null,
        answers: [],
        cost: noCost,
      };
      process.question = question;
      process.correction = null;
      state.entries.push(question);
      return;
    }
    case 'answer':
      process.question?.answers.push(answerDraft(note.data, process.correction));
      process.correction = null;
      return;
    case 'claims':
      for (const [i, result] of note.data.results.entries()) {
        const claim = process.question?.answers[note.data.round - 1]?.claims[i];
        if (claim !== undefined) setResult(claim, result);
      }
      return;
    case 'sentences': {
      const answer = process.question?.answers[note.data.round - 1];
      if (answer !== undefined) answer.unstated = note.data.unstated;
      return;
    }
    case 'correction':
      process.correction = note.data.question;
      return;
    case 'proposal':
      startProposal(state, process, line, note.data);
      return;
    case 'apply-failure': {
      const proposal = numbered(process, note.data.number);
      if (proposal === null) return;
      proposal.applyFailures.push({ reason: note.data.reason, message: note.data.message });
      proposal.outcome = 'not applied';
      return;
    }
    case 'verdict': {
      const proposal = numbered(process, note.data.number);
      if (proposal === null) return;
      const { number: _, ...said } = note.data;
      // Where a judge spoke its own word stands; an import has only the note.
      proposal.verdict ??= {
        ...said,
        stage: '',
        rows: [],
        refusedBy: null,
        checks: 0,
        passed: 0,
        worstRatio: null,
        seconds: 0,
      };
      proposal.outcome = outcomeOf(proposal.verdict);
      return;
    }
    case 'imported-evidence': {
      const proposal = numbered(process, note.data.number);
      if (proposal === null) return;
      const { number: _, diff, format, ...evidence } = note.data;
      proposal.diff = diff;
      proposal.format = format;
      if (proposal.verdict !== null) proposal.verdict = { ...proposal.verdict, ...evidence };
      return;
    }
    case 'imported-failure':
      state.entries.push({ kind: 'failure', at, ...note.data });
      return;
    case 'landed': {
      const proposal = numbered(process, note.data.number);
      for (const goal of note.data.goals) state.met.add(goal);
      if (proposal === null) return;
      const { commit, tree, goals } = note.data;
      proposal.landed = { commit, tree, goals };
      proposal.outcome = 'landed';
      return;
    }
    case 'observation':
      state.entries.push({ kind: 'observation', at, ...note.data });
      return;
    case 'heading':
      state.entries.push({ kind: 'heading', at, text: note.data.text });
      return;
    case 'summary':
      for (const goal of note.data.goalsMet) state.met.add(goal);
      state.entries.push({ kind: 'summary', at, ...note.data });
      return;
  }
}

function answerDraft(data: NoteData['answer'], correction: string | null): AnswerDraft {
  const { prose, offers, source, model, structured } = data;
  const claims = data.claims.map((claim) => ({
    ...claim,
    of: claim.of ?? null,
    link: claim.of === undefined ? null : (claim.link ?? 'stated'),
    badge: 'not run' as const,
    why: 'the session ended before it ran',
    printed: [],
  }));
  return { correction, prose, claims, unstated: [], offers, source: source as ModelKind, model, structured };
}

/** A note with the number of the proposal at hand is its retry; its edit has another title, and replaces the first. */
function startProposal(
  state: FoldState,
  process: ProcessState,
  line: Result,
  data: NoteData['proposal'],
): void {
  const edit = process.pendingEdit;
  process.pendingEdit = null;
  if (process.proposal?.number === data.number) {
    process.proposal.title = data.title;
    process.proposal.outcome = 'open';
    process.proposal.cost = addCosts(process.proposal.cost, process.pending);
    process.pending = noCost;
    return;
  }
  const proposal: ProposalDraft = {
    kind: 'proposal',
    at: line.at,
    pid: line.pid,
    number: data.number,
    title: data.title,
    goals: data.goals,
    format: data.format,
    hint: data.hint,
    question: process.question?.text ?? null,
    diff: edit?.diff ?? null,
    candidate: edit?.tree ?? null,
    applyFailures: [],
    verdict: null,
    landed: null,
    parent: null,
    outcome: 'open',
    cost: process.pending,
  };
  process.pending = noCost;
  process.proposal = proposal;
  state.proposals.push(proposal);
  state.entries.push(proposal);
}

function numbered(process: ProcessState, number: number): ProposalDraft | null {
  return process.proposal?.number === number ? process.proposal : null;
}
