import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** A block of code of a guide, and the text that it says is printed (null where it says nothing). */
export interface Block {
  readonly line: number;
  readonly code: string;
  readonly prints: string | null;
}

/** The `ts` blocks of a Markdown text, each with the `text` block that follows it. */
export function blocksOf(markdown: string): Block[] {
  const blocks: Block[] = [];
  const fences = /^```(ts|text)\n([\s\S]*?)^```$/gm;
  for (const { 1: language, 2: body, index } of markdown.matchAll(fences)) {
    const last = blocks.at(-1);
    if (language === 'ts') {
      blocks.push({ line: markdown.slice(0, index).split('\n').length, code: body!, prints: null });
    } else if (last !== undefined) blocks[blocks.length - 1] = { ...last, prints: body!.trimEnd() };
  }
  return blocks;
}

const MARK = '----8<----';

/**
 * What each block prints, run as one program from top to bottom. Imports of `vibegrad/engine` are this checkout's engine;
 * the lines of callers are written as `guide.ts`.
 */
export async function printed(blocks: readonly Block[], engine: URL): Promise<string[]> {
  const code = blocks.map(({ code }) => `${code}\nconsole.log('${MARK}');`).join('\n');
  const folder = await mkdtemp(join(tmpdir(), 'vibegrad-guide-'));
  try {
    const file = join(folder, 'guide.ts');
    await writeFile(file, code.replaceAll("'vibegrad/engine'", `'${engine.href}'`));
    const { stdout } = await promisify(execFile)(process.execPath, ['--no-warnings', file]);
    return stdout
      .replaceAll(/\(at .*guide\.ts:\d+:\d+\)/g, '(at guide.ts)')
      .split(`${MARK}\n`)
      .slice(0, -1)
      .map((text) => text.trimEnd());
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
