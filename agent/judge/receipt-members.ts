import { canonical, type Json } from '../base/json.ts';

/** A member of a receipt that recomputing cannot tell, and why. */
export interface TakenAsRecorded {
  /** `*` stands for any index. What lies below belongs to it. */
  readonly path: string;
  readonly why: string;
}

/**
 * All that `verify` takes as recorded. The seal holds it, nothing recomputes it. Whatever is not named here follows from
 * the rest of the receipt, and is compared.
 */
export const TAKEN_AS_RECORDED: readonly TakenAsRecorded[] = [
  { path: 'request', why: 'the question: the answer to it is recomputed' },
  { path: 'limits.toolSeconds', why: 'the patience of the machine that judged' },
  { path: 'limits.speedRounds', why: 'the same: the times are there' },
  { path: 'baseDraws.*.bytes', why: 'drawn: only which goals the base meets follows from it' },
  { path: 'evidence.*.draws.*.bytes', why: 'drawn: the inputs that follow are recomputed' },
  { path: 'evidence.*.expanded.*.cases.*.got.error', why: 'what a candidate says when it fails' },
  { path: 'sandbox.*.on', why: 'of bubblewrap and limits: the layers of the machine that judged' },
  { path: 'sandbox.*.why', why: 'the same' },
  { path: 'own.setup', why: 'no command of a receipt is run' },
  { path: 'own.python', why: 'the machine that judged' },
  { path: 'notRecomputable.seconds', why: 'a time' },
  { path: 'notRecomputable.tests', why: 'what the tests of the repository said' },
  { path: 'notRecomputable.speed.*.same', why: 'times: the decision from them is recomputed' },
  { path: 'notRecomputable.speed.*.pairs', why: 'the same' },
];

/** Layers that some machines lack; the others are on everywhere, and say the same. */
const OPTIONAL_LAYERS: ReadonlySet<string> = new Set(['limits', 'bubblewrap']);

/** The paths at which two JSON values differ, members left out included; below a list of another length nothing is told. */
export function* differingPaths(a: Json | undefined, b: Json | undefined, path = ''): Generator<string> {
  if (Object.is(a, b)) return;
  if (Array.isArray(a) && Array.isArray(b) && a.length === b.length) {
    for (let i = 0; i < a.length; i++) yield* differingPaths(a[i], b[i], under(path, i));
  } else if (isObject(a) && isObject(b)) {
    for (const key of new Set([...Object.keys(a), ...Object.keys(b)])) {
      yield* differingPaths(a[key], b[key], under(path, key));
    }
  } else yield path;
}

const under = (path: string, key: string | number): string => (path === '' ? `${key}` : `${path}.${key}`);

function isObject(value: Json | undefined): value is { readonly [key: string]: Json | undefined } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Whether a path is one that recomputing cannot tell, or lies below one. */
export function isTakenAsRecorded(path: string): boolean {
  const parts = path.split('.');
  return TAKEN_AS_RECORDED.some(({ path: pattern }) =>
    pattern.split('.').every((part, i) => (part === '*' ? parts[i] !== undefined : part === parts[i])),
  );
}

/** What a member holds, briefly. */
export function memberText(receipt: Json, path: string): string {
  let value: Json | undefined = receipt;
  for (const key of path === '' ? [] : path.split('.')) {
    value = (value as { readonly [key: string]: Json | undefined } | undefined)?.[key];
  }
  if (value === undefined) return 'nothing';
  if (Array.isArray(value)) return `${value.length} entries`;
  const text = canonical(value);
  return text.length <= 60 ? text : `${text.slice(0, 59)}…`;
}

type Layers = readonly { readonly name: string; readonly on: boolean; readonly why: string }[];

/** What no machine writes down of its layers: other names, or one off that every machine has. Null where there is nothing. */
export function sandboxDamage(recorded: Layers, ours: Layers): string | null {
  const names = (layers: Layers): string => layers.map((layer) => layer.name).join(', ') || 'none';
  if (names(recorded) !== names(ours)) {
    return `The sandbox layers are ${names(recorded)}; a judge writes down ${names(ours)}, each as on or off.`;
  }
  const odd = recorded.find(({ name, on, why }, i) => {
    const own = ours[i]!;
    if (OPTIONAL_LAYERS.has(name) && on !== own.on) return why === '';
    return on !== own.on || (on ? why !== own.why : why === '');
  });
  return odd ? `The sandbox layer ${odd.name} is not recorded as a judge does.` : null;
}
