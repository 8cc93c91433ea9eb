import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import { processorSeconds } from '../../agent/judge/sandbox/processor-time.ts';

const told = existsSync(`/proc/${process.pid}/task/${process.pid}/schedstat`);

test.runIf(told)('work counts, of threads and of children too; waiting does not', async () => {
  const before = processorSeconds(process.pid)!;
  const work =
    'const { cpuUsage } = process; while (cpuUsage().user < 3e5); process.stdin.resume(); console.log(1);';
  const child = spawn(process.execPath, ['-e', work], { stdio: ['pipe', 'pipe', 'ignore'] });
  await new Promise((resolve) => child.stdout.once('data', resolve));
  const own = processorSeconds(child.pid!)!;
  expect(own).toBeGreaterThan(0.29);
  expect(processorSeconds(process.pid)! - before).toBeGreaterThan(own * 0.99);
  // It waits for its input now.
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(processorSeconds(child.pid!)! - own).toBeLessThan(0.2);
  child.stdin.end();
  await new Promise((resolve) => child.once('exit', resolve));
});

test('of a process that is not there nothing is told', () => {
  expect(processorSeconds(2 ** 30)).toBeNull();
});
