export type { Checked, CheckOptions } from './check.ts';
export { check } from './check.ts';
export { type JudgeIdentity, judgeIdentity } from './digest.ts';
export { createJudge, type Judge } from './judge.ts';
export { DEFAULT_LIMITS, type JudgeLimits } from './limits.ts';
export type { JudgeOptions } from './open.ts';
export { type QuickVerdict, quickVerdict } from './quick.ts';
export { type Receipt, ReceiptSchema, receiptJsonSchema } from './receipt.ts';
export { TAKEN_AS_RECORDED } from './receipt-members.ts';
export { sizeOf } from './size.ts';
export { gitTreeId, looseTree, treeEntries } from './tree.ts';
export type * from './types.ts';
export {
  createVerifier,
  type Decided,
  rejudge,
  type Verified,
  type Verifier,
  verifyReceipt,
} from './verify.ts';
