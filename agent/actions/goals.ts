import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { stripControls } from '../base/text.ts';
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
      met: z.boolean().nullable(),
    }),
  ),
});

export type GoalsDocument = z.infer<typeof goalsSchema>;

/** The ladder, and what the engine at a path meets. */
export async function goalsDocument(path: string, rung?: number): Promise<GoalsDocument> {
  const found = findEngine(path);
  const met = await metAt(found);
  const goals = found.target.goals
    .filter((goal) => rung === undefined || goal.rung === rung)
    .map(({ id, rung: step, title, text, needs }) => ({
      id,
      rung: step,
      title,
      text,
      needs: [...needs],
      met: met === null ? null : met.has(id),
    }));
  return { path, met: met === null ? null : goals.filter((goal) => goal.met).length, goals };
}

export function goalsText(document: GoalsDocument, style: Style, texts: boolean): string {
  const mark = (met: boolean | null): string =>
    met === null ? ' ' : met ? style.green('✓') : style.dim('·');
  const head =
    document.met === null
      ? 'No engine here, so nothing is ticked. vibegrad init DIR makes one.'
      : `${document.met} of ${document.goals.length} met by the engine in ${document.path}`;
  if (texts) {
    const blocks = document.goals.map(
      ({ id, title, text, met }) => `${mark(met)} ${style.bold(id)}  ${title}\n\n${stripControls(text)}\n`,
    );
    return [head, '', ...blocks].join('\n');
  }
  return `${head}\n\n${columns(document.goals.map(({ id, title, met }) => [mark(met), style.bold(id), title]))}`;
}

/** Goals that an engine meets; null where there is none. */
async function metAt({ target, folder }: FoundEngine): Promise<ReadonlySet<string> | null> {
  if (!existsSync(join(folder, target.entry))) return null;
  const { goals } = await check(folder);
  return new Set(goals.filter((goal) => goal.state === 'met').map((goal) => goal.id));
}
