import { type ClassRow, familiesOf } from '../audit/table.ts';
import { count, oneLine } from '../base/text.ts';
import type { Family } from '../checks/types.ts';
import { columns, type Style } from '../review/style.ts';
import type { AuditDocument } from './audit-schema.ts';

/** Column heads that leave room for thirteen of them. */
const SHORT: Readonly<Partial<Record<Family, string>>> = {
  ...{ scales: 'scale', nonfinite: 'NaN', repeat: 'rep', structure: 'struct', broadcast: 'bcast' },
  ...{ generated: 'gen', duality: 'dual', nesting: 'nest', 'second-order': '2nd' },
};

export function auditText(document: AuditDocument, style: Style): string {
  const { mutants, survivors, automatic, against } = document;
  const killed = mutants.length - survivors.length;
  const odd = mutants.filter((one) => one.killed && !one.expected);
  const reports = mutants.filter((one) => one.report !== null);
  return [
    classTable(document, style),
    '',
    `${killed} of ${count(mutants.length, 'planted mutant')} killed (${reports.filter((one) => one.killed).length} of ${reports.length} public bugs), ${mutants.length - survivors.length - odd.length} by a check that says why; judge ${document.judge.slice(0, 12)}, ${document.seconds.toFixed(0)} s`,
    ...survivors.map((one) => style.red(`lives: ${one.id}: ${one.wrong}`)),
    ...odd.map((one) => style.yellow(`killed for another reason: ${one.id}: ${oneLine(one.reason, 120)}`)),
    ...document.falseAlarms.flatMap(alarmLines),
    ...(automatic === null ? [] : automaticLines(automatic, style)),
    ...(against === null ? [] : ['', againstTable(against, style)]),
  ].join('\n');
}

function classTable({ classes }: AuditDocument, style: Style): string {
  const rows = classes as readonly ClassRow[];
  const families = familiesOf(rows);
  const head = ['class', 'killed', ...families.map((family) => SHORT[family] ?? family)];
  return columns(
    [
      head.map(style.dim),
      ...rows.map((row) => [
        row.class,
        (row.killed === row.mutants ? style.green : style.red)(`${row.killed}/${row.mutants}`),
        ...families.map((family) => String(row.families[family] ?? style.dim('·'))),
      ]),
    ],
    head.map((_, i) => i).slice(1),
  );
}

function alarmLines({
  engine,
  draws,
  cases,
  alarms,
  low,
  high,
  known,
  reasons,
}: AuditDocument['falseAlarms'][number]): string[] {
  const percent = (p: number): string => `${(100 * p).toFixed(2)} %`;
  return [
    `False alarms on ${engine}: ${alarms} in ${count(draws, 'draw')} of ${cases} cases; 95 % interval ${percent(low)} to ${percent(high)} a draw`,
    ...reasons.slice(0, 10).map((said) => `  ${oneLine(said, 200)}`),
    ...known
      .filter(({ found }) => found > 0)
      .map(({ what, shown, found }) => `  known: ${what} (${count(found, 'case')}): ${shown}`),
  ];
}

function automaticLines(automatic: NonNullable<AuditDocument['automatic']>, style: Style): string[] {
  const { mutants, killed, equivalent, outOfReach, stillborn, score, survivors } = automatic;
  return [
    '',
    `${count(mutants, 'automatic mutant')} of the engine's rules: ${killed} killed, ${survivors.length} alive (${(100 * score).toFixed(2)} %); ${equivalent.length} shown equivalent, ${outOfReach.length} where nothing that the contract offers ever comes, ${stillborn} that do not load`,
    ...survivors.map((one) => style.red(`lives: ${one.file}:${one.line}  ${one.wrong}`)),
  ];
}

function againstTable(
  { library, version, rows }: NonNullable<AuditDocument['against']>,
  style: Style,
): string {
  const checkers = Object.keys(rows[0]?.checkers ?? {});
  const mark = (caught: boolean | undefined): string =>
    caught ? style.green('caught') : style.red('passes');
  const wrong = rows.filter((row) => row.class !== 'none');
  const caught = (name: string): string =>
    `${wrong.filter((row) => row.checkers[name]).length}/${wrong.length}`;
  return columns([
    [`${library} ${version}`, ...checkers, 'vibegrad', ''].map(style.dim),
    ...rows.map((row) => [
      row.class,
      ...checkers.map((name) =>
        row.class === 'none'
          ? row.checkers[name]
            ? style.red('refused')
            : 'passes'
          : mark(row.checkers[name]),
      ),
      row.class === 'none' ? (row.judge ? style.red('refused') : 'passes') : mark(row.judge),
      style.dim(row.wrong),
    ]),
    [
      '',
      ...checkers.map(caught),
      `${wrong.filter((row) => row.judge).length}/${wrong.length}`,
      'wrong ones caught',
    ],
  ]);
}
