import { appendFileSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { redact } from './redact.ts';
import type { Pending, Run } from './run.ts';

/**
 * Text that a model streams, for eyes only: kept until its reply is recorded, so that a broken call leaves
 * what it said.
 */
export function keepPartial(run: Run, pending: Pending, delta: string): void {
  try {
    mkdirSync(join(run.dir, 'partial'), { recursive: true });
    appendFileSync(partialPath(run, pending), redact(delta, run.secrets), { mode: 0o600 });
  } catch {
    // No reason to break off a reply that is being paid for; a full disk is told when it is recorded.
  }
}

/** The reply is recorded, and holds it all. */
export function dropPartial(run: Run, pending: Pending): void {
  rmSync(partialPath(run, pending), { force: true });
}

function partialPath(run: Run, pending: Pending): string {
  return join(run.dir, 'partial', `${pending.process.pid}-${pending.number}.txt`);
}
