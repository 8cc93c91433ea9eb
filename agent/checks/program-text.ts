import { fromHex64 } from '../base/float64.ts';
import { oneLine } from '../base/text.ts';
import type { Program, ProgramNode } from './program.ts';

const LONGEST = 300;

/** A program in one line: `(x0, x1) → tanh(mul(x0, x1))`. */
export function programText(program: Program): string {
  const names = Array.from({ length: program.inputs }, (_, i) => `x${i}`);
  return `(${names.join(', ')}) → ${resultText(program, names)}`;
}

function resultText(program: Program, inputs: readonly string[]): string {
  const texts: string[] = [];
  // A value that is used often would be told as often: told in full, its text grows as a power of the depth.
  for (const node of program.nodes) texts.push(oneLine(nodeText(node, texts, inputs), LONGEST));
  const shown = program.outputs.map((i) => texts[i]!);
  return shown.length === 1 ? shown[0]! : `[${shown.join(', ')}]`;
}

function nodeText(node: ProgramNode, texts: readonly string[], inputs: readonly string[]): string {
  const of = (list: readonly number[]): string[] => list.map((i) => texts[i]!);
  switch (node.kind) {
    case 'input':
      return inputs[node.index]!;
    case 'const':
      return typeof node.value === 'string'
        ? String(fromHex64(node.value))
        : `array[${node.value.shape.join('×')}]`;
    case 'op': {
      const settings = Object.entries(node.attributes ?? {}).map(
        ([name, v]) => `${name} ${JSON.stringify(v)}`,
      );
      return `${node.op}(${[...of(node.args), ...settings].join(', ')})`;
    }
    case 'branch': {
      const args = of(node.args);
      const [over, under] = [resultText(node.over, args), resultText(node.under, args)];
      return `(${texts[node.on]} > ${fromHex64(node.above)} ? ${over} : ${under})`;
    }
    case 'grad': {
      const args = of([...node.args, ...node.captures]);
      const names = args.map((_, i) => `y${i}`);
      return `∂/∂y${node.wrt} [${resultText(node.body, names)}] at (${args.join(', ')})`;
    }
  }
}
