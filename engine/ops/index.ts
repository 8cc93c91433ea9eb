/** What users call: functions of values. */
export * from './functions.ts';
/** The same by name, for programs that look them up: the `ops` of the contract. */
export * as ops from './functions.ts';
