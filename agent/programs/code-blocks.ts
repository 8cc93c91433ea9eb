import type { z } from 'zod';
import type { expectationSchema } from './notes.ts';

/** A fenced block of an answer that is a program in a language that can be run here. */
export interface CodeBlock {
  readonly language: 'ts' | 'python';
  /** What it is written in: JavaScript runs as TypeScript. */
  readonly written: 'ts' | 'js' | 'python';
  readonly code: string;
  /** The line of the text that its fence opens on, from 0. */
  readonly line: number;
  /** What the text says it prints; null where it says nothing. */
  readonly expect: z.infer<typeof expectationSchema> | null;
}

const languages: Readonly<Record<string, 'ts' | 'python'>> = {
  ts: 'ts',
  typescript: 'ts',
  js: 'ts',
  javascript: 'ts',
  py: 'python',
  python: 'python',
  python3: 'python',
};

interface Fenced {
  readonly label: string;
  readonly lines: readonly string[];
  readonly open: number;
  readonly close: number;
}

/**
 * The programs of a text, in order: what is fenced as TypeScript, JavaScript or Python, and what is fenced without a
 * name. A block that stands for what another one prints is no program; neither is one that no fence closes.
 */
export function codeBlocks(text: string): readonly CodeBlock[] {
  const lines = text.split('\n');
  const blocks = fencedBlocks(lines);
  const found: CodeBlock[] = [];
  for (const [i, block] of blocks.entries()) {
    const { label, lines: code, open } = block;
    if (isOutput(lines, blocks[i - 1], block)) continue;
    const language = label === '' ? guessLanguage(code.join('\n')) : languages[label];
    if (language === undefined || code.every((line) => line.trim() === '')) continue;
    const written = /^(?:js|javascript)$/.test(label) ? 'js' : language;
    found.push({
      ...{ language, written, code: `${code.join('\n')}\n`, line: open },
      expect: statedOutput(lines, block, blocks[i + 1]),
    });
  }
  return found;
}

function fencedBlocks(lines: readonly string[]): readonly Fenced[] {
  const blocks: Fenced[] = [];
  for (let open = 0; open < lines.length; open++) {
    const [, indent = '', fence, label = ''] =
      /^(\s*)(`{3,}|~{3,})\s*([\w+-]*)[^`]*$/.exec(lines[open] ?? '') ?? [];
    if (fence === undefined) continue;
    const end = new RegExp(`^\\s*${fence[0]}{${fence.length},}\\s*$`);
    const close = lines.findIndex((line, i) => i > open && end.test(line));
    if (close === -1) continue;
    const inside = lines
      .slice(open + 1, close)
      .map((line) => (line.startsWith(indent) ? line.slice(indent.length) : line));
    blocks.push({ label: label.toLowerCase(), lines: inside, open, close });
    open = close;
  }
  return blocks;
}

const outputLead =
  /^[*_#>\s]*(?:the |this |it |running (?:this|it) )?(?:expected )?(?:output|prints?|printed|result)\b[^\n:]{0,40}:?[*_\s]*$/i;

/** Whether a block stands below another one, under words that say it is what that one prints. */
function isOutput(lines: readonly string[], before: Fenced | undefined, block: Fenced): boolean {
  if (before === undefined || !/^(text|txt|plaintext|output|console|)$/.test(block.label)) return false;
  const between = lines.slice(before.close + 1, block.open).filter((line) => line.trim() !== '');
  return between.length === 1 && outputLead.test(between[0]!);
}

/** What is said to be printed: below the block, in words or in a block of its own; or in a remark at its last print. */
function statedOutput(
  lines: readonly string[],
  block: Fenced,
  next: Fenced | undefined,
): CodeBlock['expect'] {
  if (next !== undefined && isOutput(lines, block, next)) return expectationOf(next.lines.join('\n'));
  const below = lines.slice(block.close + 1).find((line) => line.trim() !== '') ?? '';
  const inWords = /^[*_>\s]*(?:output|prints|result)[*_\s]*:[*_\s]*`?([^`]+?)`?[*_\s.]*$/i.exec(below)?.[1];
  if (inWords !== undefined) return expectationOf(inWords);
  const [, quoted, number] = sentenceOfOutput.exec(below) ?? [];
  if (quoted !== undefined || number !== undefined) return expectationOf(quoted ?? number ?? '');
  const print = block.lines.findLast((line) => /\b(print|console\.log)\(/.test(line)) ?? '';
  const remark = /(?:#|\/\/)\s*(.*)$/.exec(print)?.[1]?.trim() ?? '';
  const said =
    /^(?:output:?|prints:?|→|->|=>)\s*(.+)$/i.exec(remark)?.[1] ?? (isNumber(remark) ? remark : null);
  return said === null ? null : expectationOf(said);
}

/** `It prints 0.25.`, with a number or what is quoted, and nothing else. */
const sentenceOfOutput =
  /^[*_>\s]*(?:(?:it|this|that|(?:this|the) (?:code|program|snippet)) )?(?:will )?(?:outputs?|prints?|displays?|gives)[*_\s]+(?:out )?(?:`([^`]+)`|([-+−]?\d+(?:\.\d+)?(?:e[-+]?\d+)?))[*_\s.]*$/i;

const isNumber = (text: string): boolean => /^[-+−]?\d+(?:\.\d+)?(?:e[-+]?\d+)?$/i.test(text);

/** A number is meant to as many digits as are written; anything else is meant as it stands. */
export function expectationOf(text: string): CodeBlock['expect'] {
  const said = text.trim();
  if (said === '' || said.length > 2_000) return null;
  if (!isNumber(said)) return { kind: 'prints', text: said };
  const plain = said.replace('−', '-');
  const [mantissa = '', power = '0'] = plain.toLowerCase().split('e');
  const decimals = mantissa.split('.')[1]?.length ?? 0;
  return {
    kind: 'equals',
    value: Number(plain),
    within: decimals === 0 ? 0 : 0.5 * 10 ** (Number(power) - decimals),
  };
}

/** Of code that nobody named the language of. */
export function guessLanguage(code: string): 'ts' | 'python' {
  return /^\s*(def |from \w+ import|import \w+(\.\w+)*( as \w+)?\s*$|print\()/m.test(code) ? 'python' : 'ts';
}
