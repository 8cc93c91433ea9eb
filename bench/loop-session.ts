import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Json } from '../agent/base/json.ts';
import { createDevices } from '../agent/host/devices.ts';
import { loadPrompts } from '../agent/host/prompts.ts';
import { createJudge, type Judge, type Verdict } from '../agent/judge/index.ts';
import { type Receipt, seal } from '../agent/judge/receipt.ts';
import { type ProgramEntry, runSession, storeBlob } from '../agent/kernel/index.ts';
import type { Model, ModelRequest } from '../agent/models/types.ts';
import { type ImproveArgs, improve } from '../agent/programs/improve.ts';
import { engineTarget } from '../agent/targets/index.ts';
import { initWorkspace, openWorkspace } from '../agent/workspace/index.ts';
import { RIGHT } from '../test/judge/engines.ts';
import { context, grown, requestFor } from './grown.ts';

/** When a proposal was asked for and when it had been answered, when its tree came to the judge and when it was judged. */
export interface Iteration {
  readonly asked: number;
  readonly answered: number;
  judging: number;
  judged: number;
}

export interface Loop {
  readonly dir: string;
  readonly iterations: readonly Iteration[];
  readonly ended: number;
}

export interface LoopOptions {
  /** A folder that holds nothing yet. */
  readonly folder: string;
  readonly goals: readonly string[];
  /** Wrong tries at each goal before the right one. */
  readonly wrong: number;
}

/** The rules that are proposed for a goal: its own, and one that it needs and that needs it. */
const RULES: ReadonlyMap<string, string> = new Map(
  RIGHT.flatMap((lines) => goalsOf(lines).map((goal) => [goal, lines] as const)),
);

function goalsOf(lines: string): string[] {
  return lines.split('\n').map((rule) => `r1/${rule.slice(0, rule.indexOf(':'))}`);
}

/** Goals that a rule is known for. */
export const RULED: readonly string[] = [...RULES.keys()];

/**
 * A session of the improve program with the real kernel, journal, workspace, git and prompts. The model answers at once with one
 * rule; the judge answers at once with a real verdict, receipt and all, that was recorded before and carries the
 * names of what it is asked about.
 */
export async function loopSession({ folder, goals, wrong }: LoopOptions): Promise<Loop> {
  const dir = join(folder, 'session');
  await mkdir(join(dir, 'blobs'), { recursive: true });
  const { root } = await initWorkspace(join(folder, 'engine'));
  const recorded = await realVerdict();
  const iterations: Iteration[] = [];
  const tries = new Map<string, number>();
  const workspace = await openWorkspace({
    repo: root,
    session: 'bench',
    cacheDir: join(folder, 'cache'),
    target: engineTarget,
  });
  const judge: Judge = {
    async judge(request) {
      const judging = performance.now();
      const [goal = ''] = request.goals;
      const accepted = (tries.get(goal) ?? 0) > wrong;
      // Not the same receipt twice: each is sealed and stored anew, as in a real session.
      const { seal: _, ...rest } = recorded.receipt as unknown as Receipt;
      const notRecomputable = { ...rest.notRecomputable, seconds: iterations.length };
      const { receipt, id } = seal({ ...rest, notRecomputable });
      const verdict: Verdict = {
        ...recorded,
        accepted,
        stage: accepted ? 'accept' : 'full',
        reasons: accepted ? [] : [`${goal}: a value is wrong.`],
        goals: goalsOf(RULES.get(goal)!).map((id) => ({ id, before: false, after: accepted })),
        tree: request.candidate.id,
        receipt: receipt as unknown as Json,
        receiptId: id,
      };
      Object.assign(iterations.at(-1)!, { judging, judged: performance.now() });
      return verdict;
    },
    met: async () => engineTarget.goals.filter((goal) => goal.rung === 0).map((goal) => goal.id),
    claim: () => Promise.reject(new Error('this loop asks no questions')),
    close: async () => undefined,
  };
  const model: Model = {
    id: 'bench',
    kind: 'language model',
    async complete(request) {
      const asked = performance.now();
      const text = replyTo(request, tries, wrong);
      iterations.push({ asked, answered: performance.now(), judging: 0, judged: 0 });
      const usage = { input: 1000, cachedInput: 0, output: 20 };
      return {
        text,
        toolCalls: [],
        stop: 'end',
        usage,
        model: 'bench',
        requestId: null,
        cost: 0,
        seconds: 0,
        attempts: 1,
      };
    },
  };
  const entry: ProgramEntry = {
    digest: 'bench',
    run: (args) => improve(args as unknown as ImproveArgs) as unknown as ReturnType<ProgramEntry['run']>,
  };
  const prompts = loadPrompts();
  const args: ImproveArgs = {
    title: 'bench',
    model: { id: model.id, kind: model.kind },
    prompts: Object.fromEntries(prompts.map((prompt) => [prompt.id, prompt.body])),
    commit: workspace.base,
    target: engineTarget.name,
    goals,
    candidates: Number.MAX_SAFE_INTEGER,
    questions: { policy: 'none', kinds: [] },
    auto: true,
    shrink: true,
    wish: null,
  };
  try {
    const approve = async () => ({ choice: 'go on', text: '' });
    const { reason } = await runSession({
      dir,
      programs: { improve: entry },
      devices: createDevices({
        dir,
        session: 'bench',
        model,
        workspace,
        judge,
        target: engineTarget,
        approve,
        recordedAnswer: () => null,
        recordedClaims: () => [],
      }),
      budget: { maxIterations: null, maxTokens: null, maxCost: null, maxTime: null },
      start: {
        session: 'bench',
        program: 'improve',
        args: args as unknown as Json,
        prompts: Object.fromEntries(prompts.map((prompt) => [prompt.id, storeBlob(dir, prompt.text)])),
        about: {
          title: 'bench',
          target: engineTarget.name,
          model: args.model,
          branch: workspace.branch,
          base: workspace.base,
        },
      },
    });
    if (reason !== 'done') throw new Error(`the session ended as ${reason}`);
    return { dir, iterations, ended: performance.now() };
  } finally {
    await workspace.close();
  }
}

/** The rule of the first goal that is asked for; with a try's own number in it where it is to be refused. */
function replyTo({ task }: ModelRequest, tries: Map<string, number>, wrong: number): string {
  const [goal] = task?.kind === 'propose' ? task.goals : [];
  if (goal === undefined) throw new Error('nothing was asked for');
  const count = (tries.get(goal.id) ?? 0) + 1;
  tries.set(goal.id, count);
  const rule = RULES.get(goal.id)!;
  // A wrong rule is another one at every try.
  const told = count > wrong ? rule : `${rule} + ${count}`;
  return `One rule.\n\n\`\`\`rule\n${told}\n\`\`\`\n`;
}

/** A real verdict on a new rule. */
async function realVerdict(): Promise<Verdict> {
  const engines = grown();
  const judge = createJudge();
  try {
    return await judge.judge(requestFor(engines, engines.candidates[0]!), context);
  } finally {
    await judge.close();
  }
}
