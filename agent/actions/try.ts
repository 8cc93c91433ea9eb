import { oneLine } from '../base/text.ts';
import { openOracle } from '../judge/oracle/index.ts';
import { fitted, type Style } from '../review/style.ts';
import { ulps } from '../review/verdict.ts';
import type { TryDocument } from './try-schema.ts';

/**
 * Judges a rule that a person typed: on the engine of the folder, or, where there is none, on the engine that the shipped
 * search grew.
 */
export async function tryRule(op: string, rule: string, folder: string): Promise<TryDocument> {
  // A person waits for this one: the oracle starts while the judge is loaded.
  const oracle = openOracle();
  oracle.catch(() => undefined);
  try {
    const { judgeTypedRule } = await import('./try-rule.ts');
    return await judgeTypedRule(op, rule, folder, oracle);
  } finally {
    // Where the rule could not be judged, too.
    oracle.then((opened) => opened.close()).catch(() => undefined);
  }
}

export function tryText(document: TryDocument, style: Style): string {
  const { op, rule, met, counterexample, cases, worstUlp, seconds, reasons } = document;
  const time = style.dim(`${cases} cases, ${seconds.toFixed(2)} s`);
  if (met) {
    const worst = worstUlp === null ? '' : `, worst ${ulps(worstUlp)} ulp`;
    return fitted(`${style.green('✓')} ${op}: ${oneLine(rule)} holds${worst}  ${time}`, style);
  }
  const why =
    counterexample === null
      ? reasons.map((reason) => oneLine(reason, 200))
      : [
          `${counterexample.label}: expected ${counterexample.expected}, got ${counterexample.got}  ${style.dim(counterexample.check)}`,
        ];
  return [
    fitted(`${style.red('✗')} ${op}: ${oneLine(rule)} does not hold`, style),
    ...[...why, time].map((line) => fitted(line, style, '  ')),
  ].join('\n');
}
