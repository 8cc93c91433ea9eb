import { z } from 'zod';
import type { Json } from '../base/json.ts';
import { block, type Conversation, type Turn } from './exported-chat.ts';

/*
 * ChatGPT's export: `conversations.json`, or `conversations-000.json` and so on. A conversation is a tree of messages,
 * `mapping`, and `current_node` is the leaf that was on the screen last. What is not looked at may be anything.
 */

const content = z.looseObject({
  content_type: z.string().catch('text'),
  parts: z.array(z.unknown()).nullish().catch(null),
  text: z.string().nullish().catch(null),
  language: z.string().nullish().catch(null),
});

const message = z.looseObject({
  author: z.looseObject({ role: z.string(), name: z.string().nullish().catch(null) }),
  content,
  recipient: z.string().nullish().catch(null),
  metadata: z
    .looseObject({
      is_visually_hidden_from_conversation: z.boolean().nullish().catch(null),
      model_slug: z.string().nullish().catch(null),
    })
    .nullish()
    .catch(null),
});

const node = z.looseObject({
  message: message.nullish().catch(null),
  parent: z.string().nullish().catch(null),
  children: z.array(z.string()).catch([]),
});

const schema = z.looseObject({
  title: z.string().nullish().catch(null),
  mapping: z.record(z.string(), node),
  current_node: z.string().nullish().catch(null),
});

type Node = z.infer<typeof node>;
type Message = z.infer<typeof message>;

/** Null where it is no conversation of ChatGPT's. */
export function chatGptConversation(item: unknown): Conversation | null {
  const parsed = schema.safeParse(item);
  if (!parsed.success) return null;
  const { title, mapping, current_node } = parsed.data;
  const path = pathTo(mapping, current_node ?? lastLeaf(mapping));
  const said = Object.values(mapping).filter((each) => turnOf(each) !== null).length;
  const turns = path.flatMap((each) => turnOf(each) ?? []);
  return {
    ...{ format: 'chatgpt', title: title ?? 'A chat', turns, elsewhere: said - turns.length },
    original: item as Json,
  };
}

/** The nodes from the root to one of them; a tree that goes in circles ends where it meets itself. */
function pathTo(mapping: Readonly<Record<string, Node>>, leaf: string | null): readonly Node[] {
  const path: Node[] = [];
  const seen = new Set<string>();
  for (let id = leaf; id !== null && !seen.has(id) && Object.hasOwn(mapping, id); ) {
    const found: Node = mapping[id]!;
    seen.add(id);
    path.unshift(found);
    id = found.parent ?? null;
  }
  return path;
}

/** Where no leaf is named: the last child of the last child, from the root on. */
function lastLeaf(mapping: Readonly<Record<string, Node>>): string | null {
  let id = Object.keys(mapping).find((each) => (mapping[each]?.parent ?? null) === null) ?? null;
  const seen = new Set<string>();
  while (id !== null && !seen.has(id)) {
    seen.add(id);
    const next: string | undefined = mapping[id]?.children.findLast((child) => Object.hasOwn(mapping, child));
    if (next === undefined) break;
    id = next;
  }
  return id;
}

function turnOf({ message: said }: Node): Turn | null {
  if (said === null || said === undefined) return null;
  if (said.metadata?.is_visually_hidden_from_conversation === true) return null;
  const text = textOf(said).trim();
  if (text === '') return null;
  switch (said.author.role) {
    case 'user':
      return { by: 'person', text, model: null };
    case 'assistant':
    case 'tool':
      return { by: 'model', text, model: said.metadata?.model_slug ?? null };
    default:
      return null;
  }
}

/** A message as Markdown: code that was run and what it printed as blocks, what is no text by its name. */
function textOf({ author, content: said, recipient }: Message): string {
  switch (said.content_type) {
    case 'text':
    case 'multimodal_text':
      // What a tool was told, or says of a page it read, was not on the screen.
      if (author.role === 'tool' && author.name !== 'python') return pictures(said.parts ?? []);
      return (said.parts ?? [])
        .map(partText)
        .filter((part) => part !== '')
        .join('\n\n');
    case 'code': {
      if (recipient !== 'python' && recipient !== 'all' && recipient !== null && recipient !== undefined)
        return '';
      const language = recipient === 'python' ? 'python' : (said.language ?? '').replace(/^unknown$/, '');
      return block(said.text ?? '', language);
    }
    case 'execution_output':
      return block(said.text ?? '', 'text');
    default:
      return '';
  }
}

function partText(part: unknown): string {
  if (typeof part === 'string') return part;
  const { content_type, text } = (part ?? {}) as { content_type?: unknown; text?: unknown };
  if (content_type === 'audio_transcription' && typeof text === 'string') return text;
  return typeof content_type === 'string'
    ? `[${content_type.replace(/_asset_pointer$/, '').replaceAll('_', ' ')}]`
    : '';
}

const pictures = (parts: readonly unknown[]): string =>
  parts
    .filter((part) => typeof part !== 'string')
    .map(partText)
    .join('\n\n');
