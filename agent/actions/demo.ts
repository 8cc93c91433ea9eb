import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { modelFor } from '../host/model.ts';
import { home } from '../host/paths.ts';
import { allSessions, createSession } from '../host/sessions.ts';
import { onDisk } from '../kernel/index.ts';
import type { DemoArgs } from '../programs/demo.ts';
import { exportHtml } from '../review/html.ts';
import { openSession } from '../review/open.ts';
import { engineTarget } from '../targets/index.ts';
import { initWorkspace } from '../workspace/index.ts';
import { told } from './start.ts';

/** The main job in a minute, on embedded defaults. Says the exit code. */
export async function startDemo(): Promise<number> {
  const session = createSession('demo');
  const repo = join(home(), 'workspaces', session.id);
  mkdirSync(join(home(), 'workspaces'), { recursive: true });
  await initWorkspace(repo);
  const opened = await modelFor({ id: 'embedded', session });
  const code = await told({
    session,
    repo,
    opened,
    budget: { maxIterations: null, maxTokens: null, maxCost: null, maxTime: null },
    start: {
      program: 'demo',
      args: {
        title: 'An explanation, a ladder, and five refusals',
        goals: engineTarget.goals.filter((goal) => goal.rung <= 2).map((goal) => goal.id),
        candidates: 2,
        questions: { policy: 'none', kinds: [] },
        auto: true,
        shrink: false,
        wish: null,
        recorded: recordedAnswer(),
      },
    },
  });
  if (!existsSync(join(session.dir, 'journal.jsonl'))) {
    rmSync(repo, { recursive: true, force: true });
    return code;
  }
  const page = join(session.dir, 'session.html');
  const html = exportHtml(openSession(session.dir));
  onDisk(session.dir, () => writeFileSync(page, html));
  console.log(`\nOpen ${pathToFileURL(page).href}\n\nNext:`);
  for (const [command, why] of [
    [`replay ${session.id}`, 'does the same happen again?'],
    [`try tanh '1 - y*y'`, 'be the model yourself'],
    ['init my-engine', 'start an engine of your own'],
  ] as const) {
    console.log(`  npx vibegrad ${command.padEnd(33)} ${why}`);
  }
  return code;
}

/** An answer of the shipped conversation whose claims all held; null where that session is not there. */
function recordedAnswer(): DemoArgs['recorded'] {
  const shipped = allSessions().find((session) => session.shipped && session.id === 'manual');
  if (shipped === undefined) return null;
  const { view } = openSession(shipped.dir);
  for (const entry of view.entries) {
    if (entry.kind !== 'question') continue;
    const answer = entry.answers.at(-1);
    if (answer === undefined || answer.claims.length === 0) continue;
    if (answer.claims.some((claim) => claim.badge !== 'verified')) continue;
    const { prose, claims, offers, structured } = answer;
    return {
      session: shipped.id,
      topic: entry.topic,
      kind: entry.questionKind,
      question: entry.text,
      answer: {
        prose,
        claims: claims.map(({ statement, code, language, expect }) => ({
          statement,
          code,
          language,
          expect,
        })),
        offers: [...offers],
        structured,
      } as NonNullable<DemoArgs['recorded']>['answer'],
      model: `the shipped session ${shipped.id}, ${new Date(view.startedAt).toISOString().slice(0, 10)}, ${view.model.kind}`,
    };
  }
  return null;
}
