#!/usr/bin/env node
// Plain JavaScript that an old Node can parse: it checks the version, turns on the compile cache, and loads the rest.
import { existsSync, mkdirSync, realpathSync, writeFileSync } from 'node:fs';
import * as nodeModule from 'node:module';
import { homedir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const least = 26;
const major = Number(process.versions.node.split('.')[0]);
if (major < least) {
  const bundled = new URL('../node_modules/node/bin/node', import.meta.url);
  const programs = fileURLToPath(new URL('../node_modules/.bin', import.meta.url));
  // In a folder that is not the checkout's, `npx` knows nothing of the Node that the checkout carries.
  const outside = relative(dirname(dirname(programs)), realpathSync('.')).startsWith('..');
  const inCheckout = existsSync(new URL('../test/preflight.mjs', import.meta.url));
  const carried = existsSync(new URL('../node_modules/node/package.json', import.meta.url));
  const mend = !inCheckout
    ? `install Node ${least} or newer.`
    : !carried
      ? 'run `npm ci` first, which brings one along.'
      : existsSync(bundled)
        ? outside
          ? `put the Node that its checkout carries first, by \`export PATH="${programs}:$PATH"\`, and run it again.`
          : 'run it as `npx vibegrad` or `npm start`, which use the Node that this checkout carries.'
        : "the checkout's own Node was not placed, because install scripts did not run: `npm rebuild node --ignore-scripts=false`.";
  console.error(`vibegrad needs Node ${least} or newer and this is ${process.version}: ${mend}`);
  process.exit(5);
}

// Whoever reads us may stop early (`| head`): the end that any program meets there, without a stack.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error) => {
    if (error.code === 'EPIPE') process.exit(141);
    if (stream === process.stdout) {
      console.error(
        `vibegrad: The output cannot be written (${error.code}): free space there, or send it elsewhere.`,
      );
    }
    process.exit(5);
  });
}

keepCompiledCode();
// A checkout runs from source; the published package, where types cannot be stripped, from its build.
const built = new URL('../dist/agent/cli/main.js', import.meta.url);
const source = new URL('../agent/cli/main.ts', import.meta.url);
const { main } = await import((existsSync(source) ? source : built).href).catch(withoutPackages);
await main(process.argv.slice(2));

/** A new enough Node in a clone in which nothing is installed yet. */
function withoutPackages(error) {
  const [, name] = /^Cannot find package '([^']+)'/.exec(error.message) ?? [];
  if (error.code !== 'ERR_MODULE_NOT_FOUND' || name === undefined) throw error;
  const where = fileURLToPath(new URL('..', import.meta.url));
  console.error(`vibegrad: The package ${name} is not installed in ${where}: run \`npm ci\` there first.`);
  process.exit(5);
}

/**
 * Keeps compiled code where sessions live (as agent/host/paths.ts has it), and not in the temporary folder that Node would
 * take: on a shared machine another user could have put code there. Where it cannot be written, a start takes longer.
 */
function keepCompiledCode() {
  const { VIBEGRAD_HOME, XDG_STATE_HOME } = process.env;
  const home = VIBEGRAD_HOME || join(XDG_STATE_HOME || join(homedir(), '.local', 'state'), 'vibegrad');
  // Node makes the folders above it too, and never comes back where there can be none, such as under /proc.
  if (!canHold(home)) return;
  const { directory } = nodeModule.enableCompileCache(join(home, 'cache', 'compiled'));
  if (!directory?.startsWith(home)) return;
  try {
    // The mark by which `vibegrad clean` knows what is ours; no process has this start, so it is never in use.
    const mark = JSON.stringify({ kind: 'cache', pid: process.pid, started: '' });
    writeFileSync(join(home, 'cache', 'compiled', '.vibegrad.json'), `${mark}\n`, { flag: 'wx' });
  } catch {
    // It is there, or the folder is read-only.
  }
}

/** Whether a folder is there, or could be made: its first missing part is. */
function canHold(folder) {
  if (existsSync(folder)) return true;
  let missing = resolve(folder);
  while (!existsSync(dirname(missing))) missing = dirname(missing);
  try {
    mkdirSync(missing);
    return true;
  } catch (error) {
    return error.code === 'EEXIST';
  }
}
