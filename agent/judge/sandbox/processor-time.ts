import { readdirSync, readFileSync } from 'node:fs';

/**
 * Seconds of processor time that a process and all below it have used so far, by the kernel's account; null where that is not
 * told (it is on Linux). A process that waits for a processor uses none, so that a busy machine does not look like a slow program;
 * and nothing that a process does can make the account smaller.
 */
export function processorSeconds(pid: number): number | null {
  try {
    return nanoseconds(pid) / 1e9;
  } catch {
    return null;
  }
}

function nanoseconds(pid: number): number {
  let sum = 0;
  for (const thread of readdirSync(`/proc/${pid}/task`)) {
    const task = `/proc/${pid}/task/${thread}`;
    // Time on a processor, time spent waiting for one, and how often.
    const own = Number(readFileSync(`${task}/schedstat`, 'utf8').split(' ', 1)[0]);
    if (!Number.isFinite(own)) throw new Error('no account is kept');
    sum += own;
    for (const child of readFileSync(`${task}/children`, 'utf8').split(' ')) {
      if (child.trim() !== '') sum += nanoseconds(Number(child));
    }
  }
  return sum;
}
