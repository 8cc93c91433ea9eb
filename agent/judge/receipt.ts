import { z } from 'zod';
import { canonical, digest, type Json, sha256 } from '../base/json.ts';

const Sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const Hex64Text = z.string().regex(/^[0-9a-f]{16}$/);
const TreeId = z.string().regex(/^(?:[0-9a-f]{40}|sha256:[0-9a-f]{64})$/);

const NumSchema = z.union([
  Hex64Text,
  z.object({ shape: z.array(z.int().nonnegative()), data: z.array(Hex64Text) }),
]);

const TreeSchema = z.object({
  id: TreeId.describe('git tree id, or sha256: and the digest of a tree that no repository holds'),
  digest: Sha256.describe(
    'SHA-256 of the canonical JSON of [path, mode, SHA-256 of content] of every file, by path',
  ),
  files: z.array(
    z.object({
      path: z.string(),
      mode: z.string(),
      sha256: Sha256,
      git: z.string().describe("git's object id of the content"),
    }),
  ),
});

const DrawSchema = z.object({ tree: TreeId, stage: z.string(), bytes: Sha256.describe('32 bytes in hex') });

const PoolName = z.enum(['visible', 'full', 'confirm']);
const HalfSha256 = z.string().regex(/^[0-9a-f]{32}$/);

const CheckRow = z.object({
  id: z.string(),
  family: z.string(),
  cases: z
    .tuple([z.int(), z.int(), z.int()])
    .describe('how many were run of the visible pool, of the first and of the second draw'),
  pass: z.boolean(),
  worstUlp: z.number().nullable(),
  worstRatio: z.number().nullable(),
  asked: HalfSha256.describe('first half of SHA-256 over the expanded inputs and what must come back'),
  answered: HalfSha256.describe('first half of SHA-256 over what came back'),
});

const ExpandedCase = z.object({
  label: z.string().optional().describe('of the visible pool, and of what failed'),
  program: z.int().describe('index into `programs`'),
  mode: z.enum(['value', 'grad', 'jvp', 'hvp', 'hessian', 'jacobian']),
  at: z.array(NumSchema),
  along: z.array(NumSchema).optional(),
  expected: z.array(
    z.union([
      z.tuple([z.literal('near'), Hex64Text, Hex64Text]).describe('value and running-error scale'),
      z.tuple([z.literal('within'), Hex64Text, Hex64Text]),
      z.tuple([z.literal('same'), Hex64Text]),
      z.tuple([z.enum(['nan', 'any'])]),
    ]),
  ),
  shapes: z.array(z.array(z.int())).optional(),
  got: z.union([z.array(NumSchema), z.object({ error: z.string() })]),
  wrong: z.literal(true).optional(),
  unsteady: z.literal(true).optional().describe('a second call gave other bits, or the inputs were changed'),
});

const ExpandedCheck = z.object({ check: z.string(), pool: PoolName, cases: z.array(ExpandedCase) });

const EvidenceSchema = z.object({
  tree: TreeId,
  stage: z.string(),
  accepted: z.boolean(),
  reasons: z.array(z.string()),
  draws: z.array(DrawSchema),
  checks: z.array(CheckRow),
  programs: z.array(z.json()).describe('programs as data, each once'),
  expanded: z.array(ExpandedCheck).describe('every case of the goals that are newly met or that failed'),
});

const CounterexampleSchema = z.object({
  check: z.string(),
  label: z.string(),
  inputs: z.array(z.string()),
  expected: z.string(),
  got: z.string(),
});

// Bounded: whoever verifies a stranger's receipt spends no more than this.
const Count = z.int().nonnegative().max(10_000);
const PairSchema = z.object({ fresh: Count, kept: Count });

const LimitsSchema = z.object({
  fileBytes: z.int().positive(),
  totalBytes: z.int().positive(),
  addedFiles: z.int().nonnegative(),
  full: PairSchema,
  confirm: PairSchema,
  shrinkTries: z.int().nonnegative().max(1000),
  toolSeconds: z.number().positive().max(3600),
  speedRounds: Count,
});

const Seconds = z.number().positive().describe('seconds a call');

const SpeedSchema = z.object({
  goal: z.string(),
  tree: TreeId,
  limit: z.number().describe('times as long as the gradient by hand that the goal allows'),
  attempt: z.int().positive(),
  beside: z.boolean().describe('whether a base was timed beside the candidate'),
  same: z
    .array(z.tuple([Seconds, Seconds, Seconds]))
    .max(10_000)
    .describe('A/A: the gradient by hand, and one tree twice'),
  pairs: z
    .array(z.tuple([Seconds, Seconds]))
    .max(10_000)
    .describe('base and candidate'),
  base: z.number().nullable(),
  candidate: z.number().nullable(),
  band: z.number().describe('noise band, a factor: half of the A/A pairs are further apart'),
  wins: z.int().nonnegative(),
  losses: z.int().nonnegative(),
  evidence: z.number().describe('wealth of the bet on the candidate being faster'),
  needed: z.number(),
  before: z.boolean(),
  after: z.boolean(),
  passes: z.boolean(),
  settled: z.boolean(),
});

const OwnSchema = z.object({
  compiler: z.string().describe('strip, or esbuild and its version'),
  python: z.string().exactOptional().describe('the version of the Python that ran it, of a Python engine'),
  setup: Sha256.nullable().describe('of everything that the setup left: paths, kinds and contents'),
  modules: z
    .array(z.object({ specifier: z.string().nullable(), path: z.string(), sha256: Sha256 }))
    .describe('the packages that modules import, each as one module whose text is among the blobs'),
});

/** A receipt: what was judged, on which inputs, by which judge, with what result. */
export const ReceiptSchema = z.object({
  format: z.literal('vibegrad receipt'),
  version: z.literal(1),
  kind: z
    .enum(['verdict', 'check'])
    .describe('a candidate judged against its base, or a tree checked by itself'),
  target: z.string(),
  own: OwnSchema.exactOptional().describe('of a target that vibegrad.config.json in the base describes'),
  judge: z.object({
    digest: Sha256,
    sources: z.object({ base: Sha256, checks: Sha256, targets: Sha256, judge: Sha256 }),
    dependencies: Sha256,
    node: z.string(),
  }),
  limits: LimitsSchema,
  base: TreeSchema.nullable(),
  baseDraws: z.array(DrawSchema).describe('the draws that told which goals the base meets'),
  candidate: TreeSchema.describe('as proposed'),
  landed: TreeSchema.nullable().describe(
    'what shrinking left of it; null where that is the candidate itself',
  ),
  blobs: z.record(Sha256, z.base64()).describe('the bytes of every judged file of these trees, by SHA-256'),
  request: z.object({
    goals: z.array(z.string()),
    attempts: z.record(z.string(), z.int()),
    attempt: z
      .int()
      .positive()
      .max(1_000_000)
      .exactOptional()
      .describe('which proposal of its session, from 1: later ones are asked more in the second draw'),
    shrink: z.boolean(),
    metric: z
      .enum(['size', 'none'])
      .exactOptional()
      .describe('what better is, where it is not goals newly met; none: nothing measures it'),
  }),
  verdict: z.object({
    accepted: z.boolean(),
    stage: z.string(),
    reasons: z.array(z.string()),
    goals: z.array(z.object({ id: z.string(), before: z.boolean(), after: z.boolean() })),
    counterexample: CounterexampleSchema.nullable(),
    tree: TreeId,
    size: z
      .object({
        before: z.int().nonnegative(),
        after: z.int().nonnegative(),
        unit: z.literal('syntax-tree nodes'),
      })
      .exactOptional()
      .describe('of the editable modules of base and candidate, with metric size'),
    unmeasured: z.literal(true).exactOptional().describe('metric none: neither accepted nor refused'),
  }),
  evidence: z.array(EvidenceSchema).describe('the candidate first; then each tree that shrinking drew for'),
  sandbox: z.array(z.object({ name: z.string(), on: z.boolean(), why: z.string() })),
  notRecomputable: z.object({
    seconds: z.number(),
    tests: z
      .array(z.object({ tree: TreeId, result: z.enum(['passed', 'failed', 'not run']), why: z.string() }))
      .exactOptional()
      .describe("what the repository's own tests said"),
    speed: z.array(SpeedSchema).describe('the timings; the decision follows from them alone'),
  }),
  seal: Sha256.describe('SHA-256 of the canonical JSON of all the rest'),
});

export type Receipt = z.infer<typeof ReceiptSchema>;
export type ReceiptTree = z.infer<typeof TreeSchema>;
export type Evidence = z.infer<typeof EvidenceSchema>;
export type ReceiptCase = z.infer<typeof ExpandedCase>;

/** The receipt's JSON Schema, for readers in other languages. */
export function receiptJsonSchema(): object {
  return z.toJSONSchema(ReceiptSchema);
}

/**
 * Seals a receipt: a changed byte anywhere no longer fits. Against forgery only recomputing helps, see SECURITY.md. The
 * id is SHA-256 of the canonical JSON of the whole.
 */
export function seal(receipt: Omit<Receipt, 'seal'>): { readonly receipt: Receipt; readonly id: string } {
  // With members in canonical order JSON.stringify writes canonical JSON, ten times as fast; each member is written once.
  const members = sorted(receipt) as Omit<Receipt, 'seal'>;
  const texts = new Map(Object.entries(members).map(([key, value]) => [key, JSON.stringify(value)]));
  const written = (): string =>
    `{${[...texts.keys()]
      .sort()
      .map((key) => `"${key}":${texts.get(key)}`)
      .join()}}`;
  const seal = sha256(written());
  texts.set('seal', JSON.stringify(seal));
  // The seal too stands where its name belongs.
  const whole: Record<string, unknown> = { ...members, seal };
  const sealed = Object.fromEntries([...texts.keys()].sort().map((key) => [key, whole[key]])) as Receipt;
  const text = written();
  sealedTexts.set(sealed, text);
  return { receipt: sealed, id: sha256(text) };
}

/** What receipts were hashed as when they were sealed here: to write one anew takes longer than to store it. */
const sealedTexts = new WeakMap<object, string>();

/** A receipt's canonical JSON, whose SHA-256 is its id. */
export function receiptText(receipt: Receipt): string {
  return sealedTexts.get(receipt) ?? canonical(receipt as unknown as Json);
}

export function sealHolds(receipt: Receipt): boolean {
  const { seal: said, ...rest } = receipt;
  return said === digest(rest as unknown as Json);
}

/** A copy with the members of every object in the order of their names, undefined ones left out. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const copy: Record<string, unknown> = {};
  for (const key of Object.keys(value).sort()) {
    const member = (value as Record<string, unknown>)[key];
    if (member !== undefined) copy[key] = sorted(member);
  }
  return copy;
}
