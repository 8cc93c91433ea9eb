import type { Expression, Rule, Variable } from './rule-ast.ts';
import { variablesFor, variablesOf } from './rule-ast.ts';
import { arrow, type Js, jsAtom, TooLarge } from './rule-js.ts';
import { broken, type Doc, group, indent, layout, line, softline } from './rule-layout.ts';
import { STANDARD } from './rule-ops.ts';
import { printPartial, printValue, UnknownOp } from './rule-print.ts';
import { type Has, printTraced } from './rule-print-traced.ts';
import { findTable, membersOf, type Row, rowsOf, type Table } from './rule-table.ts';

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
 * Writes rules into an engine's table of primitives, all or none. In the seed's form a row that exists is replaced, a new
 * one goes to the end; in the library's a row keeps its value and gets the rule's partials. The rows are set as Biome would
 * set them (single quotes, 110 columns), the rest of the text keeps its bytes. Rules may call each other and themselves.
 */
export function applyRules(engineText: string, rules: readonly Rule[]): AppliedRule {
  let text = engineText;
  for (const rule of rules) {
    const table = findTable(text);
    if (table === null) {
      const message =
        'the engine has no table `const primitives = { … }` or `const elementwise = { … }` to write a rule into';
      return { ok: false, reason: 'not found', message };
    }
    const named = rules.map(({ name }) => name);
    const known = new Set([...table.rows.flatMap((row) => row.name ?? []), ...named]);
    const old = table.rows.findLast((row) => row.name === rule.name);
    const row =
      table.name === 'elementwise'
        ? printPartials(text, rule, old, { known, ruled: new Set([...ruledIn(text), ...named]) })
        : printRow(rule, known);
    if (typeof row !== 'string') return row;
    text = place(text, table, old, row);
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
  return printed(rule, known, () => {
    const body = rule.value === null ? standardValue(rule.name, inputs) : printValue(rule.value);
    if (body === null) return refuse('malformed', noValue(rule.name, inputs));
    const value = arrow(parameters(inputs, rule.value ?? inputs), body);
    const partials = rule.partials.map((p) => arrow(parameters(names, p), printPartial(p, known)));
    return setRow(rule.name, [['value: ', value], listOf(partials)], false);
  });
}

const ruledIn = (text: string): string[] => rowsOf(text).flatMap(({ name, ruled }) => (ruled ? [name] : []));

/** A row of the library's table with a rule's partials, its other members as they are. */
function printPartials(text: string, rule: Rule, row: Row | undefined, has: Has): string | Refusal {
  if (row === undefined) {
    return refuse(
      'unknown name',
      `the table has no row ${rule.name}, and a rule gives partials to a row that is there`,
    );
  }
  const { start, rows: members } = membersOf(text, row);
  const value = members.find((member) => member.name === 'value');
  const arity = value && arityOf(text.slice(value.start, value.end));
  if (arity != null && arity !== rule.partials.length) {
    return refuse(
      'malformed',
      `${rule.name} takes ${arity === 1 ? 'one input and so has one partial' : 'two inputs and so has two partials'}, not ${rule.partials.length}`,
    );
  }
  const names = variablesFor(rule.partials.length);
  return printed(rule, has.known, () => {
    const partials = listOf(rule.partials.map((p) => arrow(parameters(names, p), printTraced(p, has))));
    const { value: said } = rule;
    const kept = members
      .filter(({ name }) => name !== 'partials' && !(name === 'value' && said !== null))
      .map((member): Doc => text.slice(member.start, member.end));
    const stated: Doc[] =
      said === null ? [] : [['value: ', arrow(parameters(names, said), printValue(said))]];
    // The formatter keeps an object open that was written open.
    const open = text.slice(start, members[0]?.start ?? start).includes('\n');
    return setRow(rule.name, [...kept, ...stated, partials], open);
  });
}

/** How many inputs the text of a value takes; null where it is the name of a function. */
function arityOf(value: string): number | null {
  const inputs = /^value:\s*\(([^)]*)\)\s*=>/.exec(value)?.[1];
  return inputs === undefined ? null : inputs.split(',').length;
}

function printed(rule: Rule, known: ReadonlySet<string>, print: () => string | Refusal): string | Refusal {
  try {
    return print();
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

function listOf(partials: readonly Doc[]): Doc {
  const rows = partials.flatMap((partial, i) => (i === 0 ? [partial] : [',', line, partial]));
  return group('partials: [', indent(softline, ...rows), broken(',', ''), softline, ']');
}

/** A row of members, on one line where it fits and need not be open. */
function setRow(name: string, members: readonly Doc[], open: boolean): string {
  const inside = members.flatMap((member, i) => (i === 0 ? [member] : [', ', member]));
  const flat = layout(group(`${name}: { `, ...inside, ' }'), Number.POSITIVE_INFINITY, 0);
  if (!open && `  ${flat},`.length <= WIDTH) return flat;
  const lines = members.map((member) => `    ${layout([member, ','], WIDTH, 4)}\n`);
  return `${name}: {\n${lines.join('')}  }`;
}

function place(text: string, table: Table, old: Row | undefined, row: string): string {
  const eol = text.includes('\r\n') ? '\r\n' : '\n';
  const set = row.replaceAll('\n', eol);
  if (old !== undefined) return text.slice(0, old.start) + set + text.slice(old.end);
  const last = table.rows.at(-1);
  const comma = last !== undefined && !last.comma ? ',' : '';
  const cut = last?.end ?? table.start;
  const kept = text.slice(cut, table.end).trimEnd();
  return `${text.slice(0, cut)}${comma}${kept}${eol}  ${set},${eol}${text.slice(table.end)}`;
}
