/**
 * `vibegrad/judge`: checking an engine from a test, and verifying receipts.
 *
 *     import { check } from 'vibegrad/judge';
 *     const result = await check('path/to/engine');
 *     expect(result.reasons).toEqual([]);
 */
export { type Checked, type CheckOptions, check } from './check.ts';
export type { DifferenceClass } from './compare-receipts.ts';
export type { GoalState } from './evaluate.ts';
export { DEFAULT_LIMITS, type JudgeLimits } from './limits.ts';
export { type Receipt, ReceiptSchema, receiptJsonSchema } from './receipt.ts';
export type { CheckResult, Counterexample, FrozenFile } from './types.ts';
export { type Verified, type VerifyOptions, verifyReceipt } from './verify.ts';
