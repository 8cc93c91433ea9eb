/** What `--json` prints, one document for each command: the package export `vibegrad/schemas`. */
import { z } from 'zod';
import { DEFECT, EXIT } from '../base/errors.ts';

export { type Receipt, ReceiptSchema as receiptSchema, receiptJsonSchema } from '../judge/receipt.ts';
export { type CorrectionDocument, correctionSchema } from '../review/correction-schema.ts';
export { type ObserveDocument, observeSchema } from '../review/observe-schema.ts';
export {
  type FinishDocument,
  finishSchema,
  type ListDocument,
  listSchema,
  type ReplayDocument,
  type ReviewDocument,
  replaySchema,
  reviewSchema,
  type ShowDocument,
  showSchema,
} from '../review/reports.ts';
export { type Config, ConfigSchema, configJsonSchema } from '../targets/configured/config-schema.ts';
export { type AuditDocument, auditSchema } from './audit-schema.ts';
export { type CheckDocument, checkSchema } from './check.ts';
export { type CleanDocument, cleanSchema } from './clean.ts';
export { type DoctorDocument, doctorSchema } from './doctor.ts';
export { type GoalsDocument, goalsSchema } from './goals.ts';
export { type ImportDocument, importSchema, importsSchema } from './import-schema.ts';
export { type InitHereDocument, initHereSchema } from './init-here.ts';
export { type KindsDocument, kindsSchema } from './kinds-schema.ts';
export { type ProvenanceDocument, provenanceSchema } from './provenance.ts';
export { type RedteamDocument, redteamSchema } from './redteam.ts';
export { type TryDocument, trySchema } from './try-schema.ts';
export { type VerifyDocument, verifySchema } from './verify.ts';

/** What any command with `--json` prints where it fails. The same sentence is on standard error. */
export const errorSchema = z.object({
  error: z.object({
    /** The exit code: one of those in `vibegrad --help`. */
    exit: z.union([...Object.values(EXIT), DEFECT].map((code) => z.literal(code))),
    message: z.string(),
    /** What to do about it; empty where the message says it. */
    mend: z.string(),
  }),
});

export type ErrorDocument = z.infer<typeof errorSchema>;
