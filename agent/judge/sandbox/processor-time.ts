import { readdirSync, readFileSync } from 'node:fs';

/**
 * Seconds of processor time of a process, its threads and what it started, from the kernel's own books, in which no process
 * can write. Exact while all of them wait; null where there are none such (Linux only).
 */
export function processorSeconds(pid: number): number | null {
  let nanoseconds = 0;
  const open = [pid];
  try {
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      for (const thread of readdirSync(`/proc/${next}/task`)) {
        const folder = `/proc/${next}/task/${thread}`;
        nanoseconds += Number(readFileSync(`${folder}/schedstat`, 'latin1').split(' ', 1)[0]);
        const children = readFileSync(`${folder}/children`, 'latin1').trim();
        if (children !== '') open.push(...children.split(' ').map(Number));
      }
    }
  } catch {
    return null;
  }
  return nanoseconds > 0 ? nanoseconds / 1e9 : null;
}
