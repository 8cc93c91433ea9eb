/**
 * A small pretty-printer: documents with groups that are set on one line where they fit and broken where they do
 * not (Wadler, "A prettier printer", with Oppen's look-ahead to the next possible break).
 */
export type Doc =
  | string
  | readonly Doc[]
  | { readonly kind: 'indent'; readonly doc: Doc }
  | { readonly kind: 'group'; readonly doc: Doc }
  /** A space (or nothing) in a flat group, a new line in a broken one. */
  | { readonly kind: 'line'; readonly flat: string }
  | { readonly kind: 'broken'; readonly broken: string; readonly flat: string };

export const line: Doc = { kind: 'line', flat: ' ' };
export const softline: Doc = { kind: 'line', flat: '' };
export const indent = (...docs: Doc[]): Doc => ({ kind: 'indent', doc: docs });
export const group = (...docs: Doc[]): Doc => ({ kind: 'group', doc: docs });
/** One text where the group around it is broken, another where it is flat. */
export const broken = (ifBroken: string, flat: string): Doc => ({ kind: 'broken', broken: ifBroken, flat });

interface Item {
  readonly doc: Doc;
  readonly indent: number;
  readonly flat: boolean;
}

/** Sets a document, its first line at the given indentation (which is not written). */
export function layout(doc: Doc, width: number, indentation: number): string {
  const out: string[] = [];
  let column = indentation;
  const stack: Item[] = [{ doc, indent: indentation, flat: false }];
  for (let item = stack.pop(); item !== undefined; item = stack.pop()) {
    const { doc: d, indent: level, flat } = item;
    if (typeof d === 'string') {
      out.push(d);
      column += d.length;
    } else if (isList(d)) {
      for (let i = d.length - 1; i >= 0; i--) stack.push({ doc: d[i]!, indent: level, flat });
    } else if (d.kind === 'indent') {
      stack.push({ doc: d.doc, indent: level + 2, flat });
    } else if (d.kind === 'group') {
      const fits = flat || fitsFlat(d.doc, stack, width - column);
      stack.push({ doc: d.doc, indent: level, flat: fits });
    } else if (d.kind === 'broken') {
      const text = flat ? d.flat : d.broken;
      out.push(text);
      column += text.length;
    } else if (flat) {
      out.push(d.flat);
      column += d.flat.length;
    } else {
      out.push('\n', ' '.repeat(level));
      column = level;
    }
  }
  return out.join('');
}

/** Whether a group set flat, with what follows it up to the next possible break, fits into `room` columns. */
function fitsFlat(doc: Doc, rest: readonly Item[], room: number): boolean {
  let left = room;
  let next = rest.length - 1;
  const stack: { doc: Doc; flat: boolean }[] = [{ doc, flat: true }];
  while (left >= 0) {
    let item = stack.pop();
    if (item === undefined) {
      const after = rest[next--];
      if (after === undefined) return true;
      item = { doc: after.doc, flat: after.flat };
    }
    const { doc: d, flat } = item;
    if (typeof d === 'string') left -= d.length;
    else if (isList(d)) for (let i = d.length - 1; i >= 0; i--) stack.push({ doc: d[i]!, flat });
    else if (d.kind === 'indent' || d.kind === 'group') stack.push({ doc: d.doc, flat });
    else if (d.kind === 'broken') left -= (flat ? d.flat : d.broken).length;
    else if (flat) left -= d.flat.length;
    else return true;
  }
  return false;
}

function isList(doc: Doc): doc is readonly Doc[] {
  return Array.isArray(doc);
}
