import type { Expression, Rule, Variable } from './rule-ast.ts';
import { variablesFor, variablesOf } from './rule-ast.ts';
import { arrow, type Js, jsAtom, TooLarge } from './rule-js.ts';
import { broken, type Doc, group, indent, layout, line, softline } from './rule-layout.ts';
import { STANDARD } from './rule-ops.ts';
import { printPartial, printValue, UnknownOp } from './rule-print.ts';
import { findTable, type Table } from './rule-table.ts';

export type AppliedRule =
  | { readonly ok: true; readonly text: string }
  | {
      readonly ok: false;
      readonly reason: 'unknown name' | 'not found' | 'malformed';
      /** One sentence for the model and the person. */
      readonly message: string;
    };

/** Applies one rule: see `applyRules`. */
export function applyRule(engineText: string, rule: Rule): AppliedRule {
  return applyRules(engineText, [rule]);
}

/**
 * Writes rules into the table of primitives of an engine in the seed's form, all or none: a row that exists is
 * replaced, a new one goes to the end. The rows are set as Biome would set them (single quotes, 110 columns), the
 * rest of the text keeps its bytes. Rules may call each other and themselves.
 */
export function applyRules(engineText: string, rules: readonly Rule[]): AppliedRule {
  let text = engineText;
  for (const rule of rules) {
    const table = findTable(text);
    if (table === null) {
      const message = 'the engine has no table `const primitives = { … }` to write a rule into';
      return { ok: false, reason: 'not found', message };
    }
    const known = new Set(table.rows.flatMap((row) => row.name ?? []));
    for (const { name } of rules) known.add(name);
    const row = printRow(rule, known);
    if (typeof row !== 'string') return row;
    text = place(text, table, rule.name, row);
  }
  return { ok: true, text };
}

/** What Biome is set to. */
const WIDTH = 110;

type Refusal = Extract<AppliedRule, { ok: false }>;

/** A row of the table without its comma, its first line not indented. */
function printRow(rule: Rule, known: ReadonlySet<string>): string | Refusal {
  const names = variablesFor(rule.partials.length);
  const inputs = names.slice(0, -1);
  try {
    const body = rule.value === null ? standardValue(rule.name, inputs) : printValue(rule.value);
    if (body === null) return refuse('malformed', noValue(rule.name, inputs));
    const value = arrow(parameters(inputs, rule.value ?? inputs), body);
    const partials = rule.partials.map((p) => arrow(parameters(names, p), printPartial(p, known)));
    return setRow(rule.name, value, partials);
  } catch (error) {
    if (error instanceof TooLarge) return refuse('malformed', `the rule for ${rule.name}: ${error.message}`);
    if (error instanceof UnknownOp) return refuse('unknown name', missing(rule.name, error, known));
    throw error;
  }
}

function refuse(reason: Refusal['reason'], message: string): Refusal {
  return { ok: false, reason, message };
}

function standardValue(name: string, inputs: readonly Variable[]): Js | null {
  const standard = STANDARD.get(name);
  return standard?.arity === inputs.length ? standard.js(...inputs.map((input) => jsAtom(input))) : null;
}

function noValue(name: string, inputs: readonly Variable[]): string {
  const arity = STANDARD.get(name)?.arity;
  if (arity !== undefined && arity !== inputs.length) {
    return `${name} takes ${arity === 1 ? 'one input and so has one partial' : 'two inputs and so has two partials'}, not ${inputs.length}`;
  }
  return `${name} has no standard value: state one over ${inputs.join(' and ')}, as in \`${name} = VALUE: PARTIAL\``;
}

function missing(name: string, { op, place }: UnknownOp, known: ReadonlySet<string>): string {
  if (place === 'value') {
    return `the value of ${name} calls ${op}, which plain numbers lack; say it with what Math has`;
  }
  const has = [...known].filter((other) => other !== name).join(', ');
  return `the rule for ${name} calls ${op}, which the engine lacks; it has ${has}. A rule for ${op} in the same proposal would do`;
}

/** The parameter list: unused ones marked, unused ones at the end left out. */
function parameters(names: readonly Variable[], used: Expression | readonly Variable[]): string[] {
  const reads = 'kind' in used ? variablesOf(used) : new Set(used);
  const last = names.findLastIndex((name) => reads.has(name));
  return names.slice(0, last + 1).map((name) => (reads.has(name) ? name : `_${name}`));
}

function setRow(name: string, value: Doc, partials: readonly Doc[]): string {
  const rows = partials.flatMap((partial, i) => (i === 0 ? [partial] : [',', line, partial]));
  const list = group('partials: [', indent(softline, ...rows), broken(',', ''), softline, ']');
  const flat = layout(group(`${name}: { value: `, value, ', ', list, ' }'), Number.POSITIVE_INFINITY, 0);
  if (`  ${flat},`.length <= WIDTH) return flat;
  const members = [layout(['value: ', value, ','], WIDTH, 4), layout([list, ','], WIDTH, 4)];
  return `${name}: {\n${members.map((member) => `    ${member}\n`).join('')}  }`;
}

function place(text: string, table: Table, name: string, row: string): string {
  const eol = text.includes('\r\n') ? '\r\n' : '\n';
  const set = row.replaceAll('\n', eol);
  const old = table.rows.findLast((r) => r.name === name);
  if (old !== undefined) return text.slice(0, old.start) + set + text.slice(old.end);
  const last = table.rows.at(-1);
  const comma = last !== undefined && !last.comma ? ',' : '';
  const cut = last?.end ?? table.start;
  const kept = text.slice(cut, table.end).trimEnd();
  return `${text.slice(0, cut)}${comma}${kept}${eol}  ${set},${eol}${text.slice(table.end)}`;
}
