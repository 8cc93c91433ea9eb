/**
 * A peer as a process: `node serve.mjs PEER FOLDER`, where FOLDER has node_modules. A line of JSON in, one out:
 *   { "do": "load", "key", "inputs": { name: [shape, numbers] } }  →  { "gradient": [[number]] }
 *   { "do": "time", "key", "calls" }                               →  { "seconds" }
 * and { "error" } for what cannot be done. Numbers that JSON lacks are null.
 */

import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';

const [peer, folder] = process.argv.slice(2);
const { open } = await import(`./${peer}.mjs`);
const programs = await open(pathToFileURL(join(folder, 'node_modules/')), folder);
const loaded = new Map();

async function answer(asked) {
  const { key } = asked;
  if (asked.do === 'load') {
    const make = programs[key];
    if (make === undefined) return { error: 'not written for this peer' };
    const program = await make(asked.inputs);
    loaded.set(key, program);
    return { gradient: program.read(await program.call()).map((part) => Array.from(part)) };
  }
  const { call } = loaded.get(key);
  const start = performance.now();
  for (let i = 0; i < asked.calls; i++) {
    const result = call();
    if (result instanceof Promise) await result;
  }
  return { seconds: (performance.now() - start) / 1000 };
}

for await (const line of createInterface({ input: process.stdin })) {
  let said;
  try {
    said = await answer(JSON.parse(line));
  } catch (error) {
    said = { error: String(error?.message ?? error) };
  }
  process.stdout.write(`${JSON.stringify(said)}\n`);
}
process.exit(0);
