import type { Program, ProgramNode } from '../checks/program.ts';
import type { Case } from '../checks/types.ts';
import { compareCase } from '../judge/compare.ts';
import type { Answers } from '../judge/evaluate.ts';
import type { KnownDefect } from './known-defects.ts';

/** What the oracle calls the right version of an operation: mended_jax.py. */
const mended = (op: string): string => `mended ${op}`;

/**
 * The known defects that make each of these failed cases fail: asked again with right operations in their place, one by
 * one and then all together, it passes. None where it fails as well then: something else is wrong.
 */
export async function causesOf(
  oracle: Answers,
  failed: readonly Case[],
  defects: readonly KnownDefect[],
): Promise<readonly (readonly KnownDefect[])[]> {
  const again = failed.flatMap((one, place) =>
    suspects(one, defects).map((causes) => ({ place, causes, one: withMended(one, causes) })),
  );
  const answers = await oracle.run(again.map(({ one }) => one.request));
  const right = again.filter(({ one }, i) => {
    const { pass, steady } = compareCase(one, answers[i]!);
    return pass && steady;
  });
  return failed.map((_, place) => right.find((asked) => asked.place === place)?.causes ?? []);
}

/** The defects whose operations a case holds, each alone, then all. */
function suspects({ request }: Case, defects: readonly KnownDefect[]): KnownDefect[][] {
  const ops = new Set(opsOf(request.program));
  const held = defects.filter(({ op }) => ops.has(op));
  return [...held.map((defect) => [defect]), ...(held.length > 1 ? [held] : [])];
}

function opsOf({ nodes }: Program): string[] {
  return nodes.flatMap((node) => (node.kind === 'op' ? [node.op] : bodiesOf(node).flatMap(opsOf)));
}

const bodiesOf = (node: ProgramNode): Program[] =>
  node.kind === 'grad' ? [node.body] : node.kind === 'branch' ? [node.over, node.under] : [];

/** The same case with these defects' operations replaced by right ones. */
export function withMended(one: Case, defects: readonly Pick<KnownDefect, 'op'>[]): Case {
  const ops = new Set(defects.map(({ op }) => op));
  const inProgram = (program: Program): Program => ({ ...program, nodes: program.nodes.map(inNode) });
  const inNode = (node: ProgramNode): ProgramNode => {
    if (node.kind === 'op') return ops.has(node.op) ? { ...node, op: mended(node.op) } : node;
    if (node.kind === 'grad') return { ...node, body: inProgram(node.body) };
    if (node.kind === 'branch') return { ...node, over: inProgram(node.over), under: inProgram(node.under) };
    return node;
  };
  return { ...one, request: { ...one.request, program: inProgram(one.request.program) } };
}
