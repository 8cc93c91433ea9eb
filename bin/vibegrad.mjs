#!/usr/bin/env node
// Plain JavaScript that an old Node can parse: it checks the version, turns on the compile cache, and loads the rest.
import { existsSync } from 'node:fs';
import * as nodeModule from 'node:module';

const least = 26;
const major = Number(process.versions.node.split('.')[0]);
if (major < least) {
  const bundled = new URL('../node_modules/node/bin/node', import.meta.url);
  const inCheckout = existsSync(new URL('../test/preflight.mjs', import.meta.url));
  const carried = existsSync(new URL('../node_modules/node/package.json', import.meta.url));
  const mend = !inCheckout
    ? `install Node ${least} or newer.`
    : !carried
      ? 'run `npm ci` first, which brings one along.'
      : existsSync(bundled)
        ? 'run it as `npx vibegrad` or `npm start`, which use the Node that this checkout carries.'
        : "the checkout's own Node was not placed, because install scripts did not run: `npm rebuild node --ignore-scripts=false`.";
  console.error(`vibegrad needs Node ${least} or newer and this is ${process.version}: ${mend}`);
  process.exit(5);
}

nodeModule.enableCompileCache?.();
// A checkout runs from source; the published package, where types cannot be stripped, from its build.
const built = new URL('../dist/agent/cli/main.js', import.meta.url);
const source = new URL('../agent/cli/main.ts', import.meta.url);
const { main } = await import((existsSync(source) ? source : built).href);
await main(process.argv.slice(2));
