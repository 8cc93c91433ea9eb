import { readFileSync } from 'node:fs';

/** What a public name is declared as, and what is said of it. */
export interface Declaration {
  /** Its public name: another than the declared one where it is exported under another. */
  readonly name: string;
  readonly kind: 'function' | 'const' | 'class' | 'interface' | 'type';
  /** The file, from the engine's folder on. */
  readonly file: string;
  /** Overloads, each as written but for its body. */
  readonly signatures: readonly string[];
  /** The docstring's text; empty where there is none. */
  readonly doc: string;
  /** Of an interface or a class: its members, with what is said of each. */
  readonly members: readonly { readonly signature: string; readonly doc: string }[];
}

const engine = new URL('../../engine/', import.meta.url);
const KINDS = 'function|const|class|interface|type';

/** Every name that a module gives, and where it is declared, through all re-exports. */
export function exportsOf(file: string): Declaration[] {
  return [...places(file)].map(([name, place]) => declared(name, place));
}

interface Place {
  readonly file: string;
  readonly local: string;
}

const textOf = (file: string) => readFileSync(new URL(file, engine), 'utf8');
const fromHere = (file: string, to: string) =>
  new URL(to, new URL(file, engine)).href.slice(engine.href.length);

function places(file: string): Map<string, Place> {
  const text = textOf(file);
  const found = new Map<string, Place>();
  const put = (name: string, place: Place) => void found.set(name, place);
  // What a module names itself goes over what it passes on whole, as the language has it: so that comes first.
  for (const [, type, target] of text.matchAll(/^export (type )?\* from '(.+)';/gm)) {
    for (const [name, place] of places(fromHere(file, target!))) {
      if (type === undefined || !found.has(name)) put(name, place);
    }
  }
  for (const [, list, target] of text.matchAll(/^export (?:type )?\{([^}]+)\} from '(.+)';/gm)) {
    const inside = places(fromHere(file, target!));
    for (const item of list!.split(',').map((part) => part.trim().replace(/^type /, ''))) {
      if (item === '') continue;
      const [local, name = local] = item.split(' as ') as [string, string?];
      const place = inside.get(local!);
      if (place === undefined) throw new Error(`${file} passes on ${local}, which ${target} does not have`);
      put(name!, place);
    }
  }
  const own = new RegExp(`^export (?:abstract )?(?:${KINDS}) (\\w+)`, 'gm');
  for (const [, name] of text.matchAll(own)) put(name!, { file, local: name! });
  return found;
}

/** A docstring (or none), then what it stands above. */
const DOCUMENTED = (name: string) =>
  new RegExp(
    `(?:/\\*\\*((?:(?!\\*/)[\\s\\S])*)\\*/\\n)?^export (?:abstract )?(${KINDS}) ${name}\\b[\\s\\S]*?(?=\\n(?:\\}|$)|;\\n|\\{\\n)`,
    'gm',
  );

function declared(name: string, { file, local }: Place): Declaration {
  const text = textOf(file);
  const all = [...text.matchAll(DOCUMENTED(local))];
  if (all.length === 0) throw new Error(`${file} does not declare ${local}`);
  const kind = all[0]![2] as Declaration['kind'];
  const doc = plain(all[0]![1] ?? '');
  const heads = all.map((match) => head(text, match.index + match[0].indexOf('export '), kind));
  // The last of several is the one that holds the body, which callers do not see.
  const signatures = (heads.length > 1 ? heads.slice(0, -1) : heads).map((each) => spelledOut(each, text));
  const whole = kind === 'interface' || kind === 'class' ? membersOf(text, all[0]!.index, kind) : [];
  return { name, kind, file, signatures, doc, members: whole };
}

/** A declaration up to its body or its end. */
function head(text: string, from: number, kind: Declaration['kind']): string {
  const rest = text.slice(from);
  let depth = 0;
  for (let i = 0; i < rest.length; i++) {
    const sign = rest[i]!;
    const ends = depth === 0 && (sign === ';' || (sign === '{' && rest[i + 1] === '\n' && kind !== 'type'));
    // The braces of a type that is written out open a line, too, but they stand behind a colon or a bracket.
    if (ends && !/[:<|&=]\s*$/.test(rest.slice(0, i))) return cleaned(rest.slice(0, i));
    if ('([{'.includes(sign)) depth++;
    if (')]}'.includes(sign)) depth--;
  }
  throw new Error(`no end of ${rest.slice(0, 60)}`);
}

/** A signature with the function types that its file has short names for written out. */
function spelledOut(signature: string, text: string): string {
  const short = /^type (Fn<A[^=]*?)> = (.*);$/m.exec(text);
  if (short === null) return signature;
  const use = `${short[1]!.replace(/ extends readonly unknown\[\]/g, '')}>`;
  return signature.replaceAll(use, short[2]!);
}

const cleaned = (signature: string) =>
  signature
    .replace(/^export (abstract )?/, '')
    .replace(/\s+/g, ' ')
    .replace(/([([{<]) /g, (_, open: string) => (open === '{' ? '{ ' : open))
    .replace(/,? ([)\]>])/g, (all, close: string) => (close === '>' && all.startsWith(' ') ? all : close))
    .trim();

/** The text of a docstring without its stars. */
function plain(doc: string): string {
  return doc
    .split('\n')
    .map((line) => line.replace(/^\s*\* ?/, ''))
    .join('\n')
    .trim();
}

/** What an interface or a class has in public, with what is said of each. */
function membersOf(text: string, from: number, kind: 'interface' | 'class'): Declaration['members'] {
  const open = text.indexOf('{\n', text.indexOf(`${kind} `, from));
  const body = text.slice(open + 2, text.indexOf('\n}\n', open) + 1);
  const member =
    /(?:^ {2}\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\n)?^ {2}((?:override )?(?:readonly |get )?\w+\??(?:\(.*?\))?: .*?)(?: = .*?)?(?:;| \{)$/gm;
  return [...body.matchAll(member)].map(([, doc, signature]) => ({
    signature: signature!
      .replace(/^override /, '')
      .replace('get ', 'readonly ')
      .replace('()', ''),
    doc: plain(doc ?? ''),
  }));
}
