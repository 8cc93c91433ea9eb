import { type Node, parse } from 'acorn';
import { stripTypes } from '../../judge/oracle/strip.ts';

/** A node of a syntax tree, its members read by name. */
export type Syntax = Node & { readonly [member: string]: unknown };

/** A node and what encloses it, innermost first. */
export interface Place {
  readonly node: Syntax;
  readonly above: readonly Syntax[];
}

const isNode = (value: unknown): value is Syntax =>
  typeof value === 'object' && value !== null && typeof (value as { type?: unknown }).type === 'string';

/**
 * Every node of a TypeScript text, in the order of the text. Types become white space of the same length, so that
 * positions are those of the text itself.
 * @throws Error where it does not parse.
 */
export function placesOf(text: string): readonly Place[] {
  const stripped = stripTypes(text);
  if (!stripped.ok) throw new Error(stripped.error);
  const tree = parse(stripped.text, { ecmaVersion: 'latest', sourceType: 'module' }) as unknown as Syntax;
  const places: Place[] = [];
  const visit = (node: Syntax, above: readonly Syntax[]): void => {
    places.push({ node, above });
    const inside = [node, ...above];
    for (const value of Object.values(node)) {
      for (const child of Array.isArray(value) ? value : [value]) if (isNode(child)) visit(child, inside);
    }
  };
  visit(tree, []);
  return places.sort((a, b) => a.node.start - b.node.start || b.node.end - a.node.end);
}

/** The names that lead to a place: of declarations, functions and properties, outermost first. */
export function nameOf(above: readonly Syntax[]): string {
  const names = above.flatMap((node) => {
    const name = (node.id ?? node.key) as Syntax | null | undefined;
    return name && typeof name.name === 'string' ? [name.name] : [];
  });
  return names.reverse().join('.');
}
