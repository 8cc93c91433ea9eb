import type { Json } from '../base/json.ts';
import { unpackCase } from '../judge/evidence.ts';
import { ReceiptSchema } from '../judge/index.ts';
import { openOracle, stripTypes } from '../judge/oracle/index.ts';
import type { SandboxOptions } from '../judge/sandbox/index.ts';
import type { Verdict } from '../judge/types.ts';
import { edited } from './honest.ts';

/**
 * Every number at which the rule for tanh is asked while an engine answers what a receipt holds, the numbers inside of
 * programs as well: all that a table made from it can know. As the members of an array.
 */
export async function heardIn(
  { receipt }: Verdict,
  honest: string,
  sandbox: SandboxOptions,
): Promise<string> {
  const listening = edited(honest, [['value: Math.tanh,', 'value: (x) => (heard.push(x), Math.tanh(x)),']]);
  const stripped = stripTypes(
    `${listening}const heard: number[] = [];\nexport const report = (): number[] => [...new Set(heard)].filter(Number.isFinite);\n`,
  );
  if (!stripped.ok) throw new Error(stripped.error);
  const requests = ReceiptSchema.parse(receipt).evidence.flatMap(({ expanded, programs }) =>
    expanded.flatMap(({ cases }) => cases.map((row) => unpackCase(row, programs as readonly Json[]).request)),
  );
  const oracle = await openOracle(sandbox);
  try {
    await oracle.define([{ path: 'engine.ts', text: stripped.text }], 'engine.ts');
    await oracle.run(requests);
    const answer = await oracle.evaluate('report', null);
    if (!answer.ok || !Array.isArray(answer.output)) throw new Error('nothing was heard');
    return answer.output.join(', ');
  } finally {
    await oracle.close();
  }
}
