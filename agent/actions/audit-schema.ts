import { z } from 'zod';

/** A mutant that no check refused, with what would have to be looked at. */
const survivorSchema = z.object({
  id: z.string(),
  /** The module and the line that were changed; null for a mutant that was planted by hand. */
  file: z.string().nullable(),
  line: z.int().nullable(),
  /** What is wrong, or what became what. */
  wrong: z.string(),
});

/** What `vibegrad audit --json` prints. */
export const auditSchema = z.object({
  /** The digest of the judge that was audited. */
  judge: z.string(),
  /** No mutant lives, each was killed by a check that says why, and no right engine was refused. */
  ok: z.boolean(),
  mutants: z.array(
    z.object({
      id: z.string(),
      class: z.string(),
      wrong: z.string(),
      /** The public report of the bug that it rebuilds. */
      report: z.object({ system: z.string(), url: z.string() }).nullable(),
      killed: z.boolean(),
      /** A check of a family that says why failed. */
      expected: z.boolean(),
      /** Families of checks that failed, and how many checks of each. */
      families: z.record(z.string(), z.int()),
      reason: z.string(),
    }),
  ),
  /** Class by class: mutants, how many were killed, and by how many of them each family of checks. */
  classes: z.array(
    z.object({
      class: z.string(),
      mutants: z.int(),
      killed: z.int(),
      expected: z.int(),
      families: z.record(z.string(), z.int()),
    }),
  ),
  survivors: z.array(survivorSchema),
  falseAlarms: z.array(
    z.object({
      engine: z.string(),
      draws: z.int(),
      cases: z.int(),
      alarms: z.int(),
      reasons: z.array(z.string()),
      /** 95 % Clopper–Pearson bounds of the probability of a false alarm in one draw. */
      low: z.number(),
      high: z.number(),
      /** What a library is known to answer wrongly, how to see it, and how many cases passed once it was right: no alarms. */
      known: z.array(z.object({ what: z.string(), shown: z.string(), found: z.int() })),
    }),
  ),
  /** With `--automatic`: small changes of the sources of `vibegrad/engine`. */
  automatic: z
    .object({
      mutants: z.int(),
      killed: z.int(),
      /** Shown to be no mistakes at all: each with its reason. */
      equivalent: z.array(z.object({ id: z.string(), why: z.string() })),
      /** In code that nothing which the contract lets one ask ever reaches. */
      outOfReach: z.array(z.string()),
      /** Engines that do not load. */
      stillborn: z.int(),
      /** Killed ÷ (killed + survivors). */
      score: z.number(),
      survivors: z.array(survivorSchema),
    })
    .nullable(),
  /** With `--against`: what the libraries' own checkers say of the same mistakes. */
  against: z
    .object({
      library: z.string(),
      version: z.string(),
      rows: z.array(
        z.object({
          class: z.string(),
          wrong: z.string(),
          /** What each of the library's checkers did: caught it, or let it through. */
          checkers: z.record(z.string(), z.boolean()),
          /** What the judge does with the class: every mutant of it killed. */
          judge: z.boolean(),
        }),
      ),
    })
    .nullable(),
  seconds: z.number(),
});

export type AuditDocument = z.infer<typeof auditSchema>;
