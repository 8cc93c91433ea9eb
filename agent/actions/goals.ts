import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { UserError } from '../base/errors.ts';
import { count, stripControls } from '../base/text.ts';
import { type FoundEngine, findEngine } from '../judge/files.ts';
import { check } from '../judge/index.ts';
import { columns, type Style } from '../review/style.ts';

/** What `vibegrad goals --json` prints. */
export const goalsSchema = z.object({
  path: z.string(),
  /** Null where there is no engine at the path to judge. */
  met: z.int().nullable(),
  goals: z.array(
    z.object({
      id: z.string(),
      rung: z.int(),
      title: z.string(),
      text: z.string(),
      needs: z.array(z.string()),
      /** Null where nothing was asked: no engine, or a goal of speed, which is measured only where it is named. */
      met: z.boolean().nullable(),
    }),
  ),
});

export type GoalsDocument = z.infer<typeof goalsSchema>;

/** The ladder, and what the engine at a path meets. @throws UserError where the path or the rung does not exist, or the engine does not run */
export async function goalsDocument(path: string, rung?: number): Promise<GoalsDocument> {
  if (!existsSync(path))
    throw new UserError('usage', `There is no ${path}.`, 'Give the folder of an engine.');
  const found = findEngine(path);
  if (rung !== undefined && !found.target.goals.some((goal) => goal.rung === rung)) {
    throw new UserError('usage', `the ladder has no rung ${rung}`, 'vibegrad goals shows it.');
  }
  const met = await metAt(found);
  const goals = found.target.goals
    .filter((goal) => rung === undefined || goal.rung === rung)
    .map(({ id, rung: step, title, text, needs }) => ({
      id,
      rung: step,
      title,
      text,
      needs: [...needs],
      met: met?.get(id) ?? null,
    }));
  return { path, met: met === null ? null : goals.filter((goal) => goal.met).length, goals };
}

export function goalsText(document: GoalsDocument, style: Style, texts: boolean): string {
  const mark = (met: boolean | null): string =>
    met === null ? ' ' : met ? style.green('✓') : style.dim('·');
  const asked = document.goals.filter(({ met }) => met !== null).length;
  const others = document.goals.length - asked;
  const unasked =
    others === 0 ? '' : `; ${count(others, 'goal')} of speed: measured where vibegrad check --goal names one`;
  const head =
    document.met === null
      ? 'No engine here, so nothing is ticked. vibegrad init DIR makes one.'
      : `${document.met} of ${asked} met by the engine in ${document.path}${unasked}`;
  if (texts) {
    const blocks = document.goals.map(
      ({ id, title, text, met }) => `${mark(met)} ${style.bold(id)}  ${title}\n\n${stripControls(text)}\n`,
    );
    return [head, '', ...blocks].join('\n');
  }
  return `${head}\n\n${columns(
    document.goals.map(({ id, title, met }) => [mark(met), style.bold(id), title]),
    [],
    style.width,
  )}`;
}

/** Of each goal that was asked, whether an engine meets it; null where there is no engine. @throws UserError where it does not run */
async function metAt({ target, folder }: FoundEngine): Promise<ReadonlyMap<string, boolean> | null> {
  if (!existsSync(join(folder, target.entry))) return null;
  const { goals, checks, reasons } = await check(folder);
  const [reason] = reasons;
  if (reason !== undefined && checks.length === 0) {
    throw new UserError('usage', `The engine in ${folder} does not run: ${reason}`, 'Mend that first.');
  }
  return new Map(goals.map(({ id, state }) => [id, state === 'met']));
}
