import { randomBytes } from 'node:crypto';
import { runClaim } from '../judge/claims.ts';
import type { Judge } from '../judge/index.ts';
import type { ClaimResult, FrozenFile, FrozenTree, JudgeRequest, Verdict } from '../judge/types.ts';
import { engineTarget } from '../targets/index.ts';
import { openWorkspace, type Workspace } from '../workspace/index.ts';
import { bait, type Lures } from './bait.ts';
import { edited, GOAL, honestEngine } from './honest.ts';
import { askModule, askProcess, askPython, type Held, tryHost } from './sandboxed.ts';
import type { Attack, Candidate, Happened } from './types.ts';

/** What candidates are taken with: one of the user's repositories, a judge, and how oracles are held. */
export interface Stand {
  readonly repo: string;
  readonly cacheDir: string;
  readonly session: string;
  readonly judge: Judge;
  readonly sandbox: Held;
  readonly base: string;
  readonly lures: Lures;
  readonly signal: AbortSignal;
}

/** What came of a candidate, and all that a person might be shown of it. */
export interface Taken extends Happened {
  readonly said: string;
}

type Of<K extends Attack['kind']> = Extract<Attack, { kind: K }>;

/** Takes a candidate the way that its kind goes. */
export async function take({ attack }: Candidate, stand: Stand): Promise<Taken> {
  switch (attack.kind) {
    case 'engine':
      return engine(attack, stand);
    case 'reply':
      return inWorkspace(stand, (workspace) =>
        judgeReply(workspace, bait(attack.text, stand.lures), stand, attack),
      );
    case 'tree':
      return inWorkspace(stand, (workspace) => tree(workspace, attack, stand));
    case 'repository':
      return inWorkspace(stand, (workspace) => repository(workspace, stand));
    case 'module':
      return told(await askModule({ ...attack, text: bait(attack.text, stand.lures) }, stand.sandbox));
    case 'process':
      return told(await askProcess(bait(attack.script, stand.lures), stand.sandbox));
    case 'host':
      return told(await tryHost(bait(attack.attempt, stand.lures), stand.sandbox));
    case 'python-engine':
      return told(await askPython({ ...attack, text: bait(attack.text, stand.lures) }, stand.sandbox));
    case 'claim':
      return claim(attack, stand);
  }
}

const told = (happened: Happened): Taken => ({ ...happened, said: JSON.stringify(happened) });

async function inWorkspace(stand: Stand, use: (workspace: Workspace) => Promise<Taken>): Promise<Taken> {
  const { repo, session, cacheDir } = stand;
  const workspace = await openWorkspace({ repo, session, cacheDir, target: engineTarget });
  try {
    return await use(workspace);
  } finally {
    await workspace.close();
  }
}

async function engine(attack: Of<'engine'>, stand: Stand): Promise<Taken> {
  const honest = honestEngine(stand.base);
  const text = bait(edited(honest, attack.edits ?? []) + (attack.append ?? ''), stand.lures);
  return inWorkspace(stand, async (workspace) => {
    // Each time another tree, which draws anew.
    for (let left = attack.times ?? 1; ; left--) {
      const again = left > 1 ? `${text}// ${left}\n` : text;
      const taken = await judgeReply(workspace, wholeFile(again), stand, attack);
      if (taken.accepted || left <= 1) return taken;
    }
  });
}

const wholeFile = (text: string): string =>
  `engine.ts\n\`\`\`\`\`ts\n${text.replace(/\n$/, '')}\n\`\`\`\`\`\n`;

async function judgeReply(
  workspace: Workspace,
  text: string,
  stand: Stand,
  asked: Pick<Of<'engine'>, 'goals' | 'metric'> & Pick<Of<'reply'>, 'format'> = {},
): Promise<Taken> {
  const { format = 'auto' } = asked;
  const applied = await workspace.perform({ op: 'apply', commit: workspace.base, format, text });
  if (!applied.ok) {
    const { reason, message } = applied.failure;
    return told({ accepted: false, ended: 'apply', reason: `${reason}: ${message}` });
  }
  return judgeTree(workspace, await workspace.readTree(applied.tree), stand, asked);
}

async function judgeTree(
  workspace: Workspace,
  candidate: FrozenTree,
  stand: Stand,
  asked: Pick<Of<'engine'>, 'goals' | 'metric'> = {},
): Promise<Taken> {
  return fromVerdict(await verdictOn(workspace, candidate, stand, asked));
}

async function verdictOn(
  workspace: Workspace,
  candidate: FrozenTree,
  { judge, signal }: Pick<Stand, 'judge' | 'signal'>,
  { goals = [GOAL], metric }: Pick<Of<'engine'>, 'goals' | 'metric'> = {},
): Promise<Verdict> {
  const base = await workspace.readTree(workspace.base);
  const request: JudgeRequest = {
    ...{ target: engineTarget.name, base, candidate, goals, attempts: {}, shrink: true },
    ...(metric ? { metric } : {}),
  };
  return judge.judge(request, {
    draw: async () => randomBytes(32),
    store: (files) => workspace.storeTree(null, files),
    signal,
  });
}

function fromVerdict(verdict: Verdict): Taken {
  const { accepted, stage, reasons } = verdict;
  return { accepted, ended: stage, reason: reasons[0] ?? '', said: JSON.stringify(verdict) };
}

/** The honest engine, and where Python runs an honest claim: what nothing is worth without. */
export async function takeHonest(stand: Stand): Promise<{ taken: Taken; verdict: Verdict }> {
  const { repo, session, cacheDir } = stand;
  const workspace = await openWorkspace({ repo, session, cacheDir, target: engineTarget });
  try {
    const text = wholeFile(honestEngine(stand.base));
    const applied = await workspace.perform({ op: 'apply', commit: workspace.base, format: 'auto', text });
    if (!applied.ok) throw new Error(applied.failure.message);
    const verdict = await verdictOn(workspace, await workspace.readTree(applied.tree), stand);
    // A text that is not formatted takes a process, and so what starts those: it is there before anything is observed.
    const untidy = await workspace.perform({
      ...{ op: 'apply', commit: workspace.base, format: 'auto' },
      text: wholeFile(`${honestEngine(stand.base)}\n\n`),
    });
    if (untidy.ok) await verdictOn(workspace, await workspace.readTree(untidy.tree), stand);
    const code = 'import math\nprint(math.cos(0))';
    const expect = { kind: 'equals', value: 1, within: 0 } as const;
    const claimed = await claim({ kind: 'claim', language: 'python', code, expect }, stand);
    const held = !stand.sandbox.bubblewrap || claimed.accepted;
    return { taken: held ? fromVerdict(verdict) : claimed, verdict };
  } finally {
    await workspace.close();
  }
}

async function tree(workspace: Workspace, { files }: Of<'tree'>, stand: Stand): Promise<Taken> {
  const planted = new Map<string, FrozenFile>();
  const plant = (path: string, text: string, mode = '100644') =>
    planted.set(path, { path, mode, bytes: Buffer.from(text, 'latin1') });
  plant('engine.ts', honestEngine(stand.base));
  for (const { path, text, mode } of files) {
    plant(path, bait(text, stand.lures), mode);
  }
  let id: string;
  try {
    id = await workspace.storeTree(workspace.base, [...planted.values()]);
  } catch (error) {
    return told({ accepted: false, ended: 'apply', reason: String(error) });
  }
  const taken = await judgeTree(workspace, await workspace.readTree(id), stand);
  if (taken.accepted) return taken;
  // What was refused is what a person may still look at: a worktree is made of it.
  const looked = await workspace.perform({ op: 'checkout', commit: workspace.base });
  await workspace.pathOf(looked.worktree);
  return taken;
}

/** All that a session does with git, on an honest proposal; then a wrong one is judged. */
async function repository(workspace: Workspace, stand: Stand): Promise<Taken> {
  const commit = workspace.base;
  const text = wholeFile(honestEngine(stand.base));
  const applied = await workspace.perform({ op: 'apply', commit, format: 'auto', text });
  if (!applied.ok) throw new Error(applied.failure.message);
  await workspace.pathOf(applied.worktree);
  const frozen = await workspace.perform({ op: 'freeze', worktree: applied.worktree, commit });
  if (frozen.tree !== applied.tree) {
    return told({ accepted: true, ended: 'apply', reason: 'the tree changed on its way through a worktree' });
  }
  const landed = await workspace.perform({
    ...{ op: 'accept', commit, tree: applied.tree, subject: 'Add a rule', body: 'It is right.' },
    trailers: { 'Vibegrad-Session': stand.session },
  });
  if (!landed.ok) throw new Error('the honest proposal did not land');
  await workspace.perform({ op: 'diff', from: commit, to: landed.commit });
  const wrong = edited(honestEngine(stand.base), [['ops.mul(-1, ops.mul(y, y))', 'ops.mul(y, y)']]);
  return judgeReply(workspace, wholeFile(wrong), stand);
}

async function claim({ language, code, expect }: Of<'claim'>, stand: Stand): Promise<Taken> {
  const bytes = Buffer.from(honestEngine(stand.base));
  const engine: FrozenTree = { id: 'honest', files: [{ path: 'engine.ts', mode: '100644', bytes }] };
  const asked = { engine, language, expect, code: bait(code, stand.lures) };
  const result = await runClaim(asked, { ...stand.sandbox, signal: stand.signal });
  return { ...fromClaim(result), said: JSON.stringify(result) };
}

function fromClaim({ badge, why, printed }: ClaimResult): Happened {
  const said = [badge, why, printed.at(-1) ?? ''].filter((part) => part !== '').join(': ');
  return { accepted: badge === 'verified', ended: 'claim', reason: said };
}
