import { createInterface } from 'node:readline';
import { respond } from './protocol.ts';

/**
 * The entrant: reads messages of the GradBench protocol from standard input, one a line, and answers each with a line on
 * standard output. Ends with its input; a line that is no message ends it with exit code 1 and the reason on standard
 * error.
 *
 *     node bench/gradbench/entrant.ts
 */
const clock = () => Number(process.hrtime.bigint());

// Whoever asked may be gone before the answer is written.
process.stdout.on('error', () => process.exit(0));

try {
  for await (const line of createInterface({ input: process.stdin, crlfDelay: Number.POSITIVE_INFINITY })) {
    if (line.trim() !== '') process.stdout.write(`${respond(line, clock)}\n`);
  }
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
