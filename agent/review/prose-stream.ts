/** Takes a reply in pieces, and gives back what each piece adds to the prose of the answer. */
export type ProseStream = (delta: string) => string;

/**
 * The prose of an answer while it arrives: the member `prose` of the JSON that was asked for, its escapes decoded; or the
 * text itself where the reply is no JSON. A leading `<think>` block is passed over. Takes time linear in the reply.
 */
export function proseStream(): ProseStream {
  let held = '';
  let state: 'start' | 'thinking' | 'before prose' | 'prose' | 'plain' | 'done' = 'start';
  const take = (delta: string): string => {
    held += delta;
    for (;;) {
      switch (state) {
        case 'start': {
          const text = held.trimStart();
          if (text === '' || '<think>'.startsWith(text) || '```json'.startsWith(text)) return '';
          state = text.startsWith('<think>')
            ? 'thinking'
            : /^(\{|```json\s)/.test(text)
              ? 'before prose'
              : 'plain';
          continue;
        }
        case 'thinking': {
          const end = held.indexOf('</think>');
          if (end === -1) return keep(8);
          held = held.slice(end + '</think>'.length);
          state = 'start';
          continue;
        }
        case 'before prose': {
          const found = /"prose"\s*:\s*"/.exec(held);
          // Between the name and its text there may be white space, of which a little is enough.
          if (found === null) return keep(64);
          held = held.slice(found.index + found[0].length);
          state = 'prose';
          continue;
        }
        case 'prose': {
          const { text, rest, ended } = decoded(held);
          held = ended ? '' : rest;
          if (ended) state = 'done';
          return text;
        }
        case 'plain': {
          const text = held;
          held = '';
          return text;
        }
        case 'done':
          held = '';
          return '';
      }
    }
  };
  const keep = (most: number): string => {
    held = held.slice(-most);
    return '';
  };
  return take;
}

const escapes: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  b: '\b',
  f: '\f',
  '"': '"',
  '/': '/',
  '\\': '\\',
};

/** A JSON string's text up to its end, or up to an escape that is not whole yet. Forgives escapes that do not exist. */
function decoded(json: string): { readonly text: string; readonly rest: string; readonly ended: boolean } {
  let text = '';
  let at = 0;
  for (;;) {
    const next = json.slice(at).search(/["\\]/);
    if (next === -1) return { text: text + json.slice(at), rest: '', ended: false };
    text += json.slice(at, at + next);
    at += next;
    if (json[at] === '"') return { text, rest: '', ended: true };
    const name = json[at + 1];
    if (name === undefined || (name === 'u' && json.length < at + 6)) {
      return { text, rest: json.slice(at), ended: false };
    }
    const unicode = name === 'u' ? /^[0-9a-fA-F]{4}/.exec(json.slice(at + 2, at + 6)) : null;
    if (unicode === null) text += escapes[name] ?? `\\${name}`;
    else text += String.fromCharCode(Number.parseInt(unicode[0], 16));
    at += unicode === null ? 2 : 6;
  }
}
