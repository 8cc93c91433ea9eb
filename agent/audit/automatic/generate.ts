import { type Change, OPERATORS } from './operators.ts';
import { nameOf, type Place, placesOf } from './syntax.ts';

/** One module of an engine with one small change. */
export interface SourceMutant {
  /** Stable as long as the declaration that it stands in is: file, names, kind, what became what, and which of its like. */
  readonly id: string;
  readonly file: string;
  readonly line: number;
  readonly before: string;
  readonly after: string;
  /** The module's text with the change. */
  text(): string;
  /** The module's text with an error thrown where the change is, at once or when what stands there is called (a flag: read). */
  probe(now: boolean): string;
  /** The function that it stands in: where it begins, and the text with an error thrown as soon as it is called. */
  readonly inside: { readonly key: string; probe(): string } | null;
}

/** All small changes of a module, in the order of its text: the same text gives the same list. */
export function mutantsOf(file: string, text: string): readonly SourceMutant[] {
  const seen = new Map<string, number>();
  const made = new Set<string>();
  const mutants: SourceMutant[] = [];
  for (const place of placesOf(text)) {
    if (place.above.some(({ type }) => type === 'ImportDeclaration' || type === 'ThrowStatement')) continue;
    for (const operator of OPERATORS) {
      for (const change of operator(place, text)) {
        const key = `${change.start} ${change.end} ${change.to}`;
        // Two ways to the same text are one mutant.
        if (made.has(key) || change.to === text.slice(change.start, change.end)) continue;
        made.add(key);
        const [before, after] = [short(text.slice(change.start, change.end)), short(change.to)];
        const what = `${file}#${nameOf(place.above)}: ${change.kind} ${before} → ${after}`;
        const count = (seen.get(what) ?? 0) + 1;
        seen.set(what, count);
        mutants.push({
          id: count === 1 ? what : `${what} (${count})`,
          file,
          line: text.slice(0, change.start).split('\n').length,
          before,
          after,
          text: () => replaced(text, change),
          probe: (now) => replaced(text, probeOf(place, now, text)),
          inside: insideOf(file, text, place),
        });
      }
    }
  }
  return mutants;
}

const replaced = (text: string, { start, end, to }: Omit<Change, 'kind'>): string =>
  text.slice(0, start) + to + text.slice(end);

/** One line, cut in the middle. */
function short(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length <= 60 ? line : `${line.slice(0, 40)} … ${line.slice(-16)}`;
}

const REACHED = "throw new TypeError('reached');";
const THROWS = `() => { ${REACHED} }`;

/** `now`: an error as soon as the place is evaluated; else a value that is one only when it is called, read as a flag, or NaN. */
function probeOf({ node, above }: Place, now: boolean, text: string): Omit<Change, 'kind'> {
  if (node.type === 'ExpressionStatement' || node.type === 'IfStatement') {
    return { start: node.start, end: node.start, to: `${REACHED} ` };
  }
  const [parent] = above;
  if (!now && typeof node.value === 'boolean' && parent!.type === 'Property' && parent!.key !== node) {
    const { start, end } = parent!.key as Place['node'];
    return { start: parent!.start, end: parent!.end, to: `get ${text.slice(start, end)}() { ${REACHED} }` };
  }
  // What is assigned to or named is no value: its parent is.
  const isName = node.type === 'Identifier' || node.type === 'MemberExpression';
  const target = isName && /(?:Expression|Literal)$/.test(above[0]!.type) ? above[0]! : node;
  return { start: target.start, end: target.end, to: now ? `(${THROWS})()` : `(${THROWS})` };
}

function insideOf(file: string, text: string, { above }: Place): SourceMutant['inside'] {
  const body = above.find(({ type }) => /Function/.test(type))?.body as Place['node'] | undefined;
  if (body === undefined) return null;
  const change =
    body.type === 'BlockStatement'
      ? { start: body.start + 1, end: body.start + 1, to: ` ${REACHED}` }
      : { start: body.start, end: body.end, to: `(${THROWS})()` };
  return { key: `${file} ${body.start}`, probe: () => replaced(text, change) };
}
