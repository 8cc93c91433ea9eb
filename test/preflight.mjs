// Says by name what the tests would like to find and this machine lacks, with the command that installs it.
// With VIBEGRAD_REQUIRE_ALL=1 a missing thing is a failure: nothing is skipped in silence.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

const runs = (command, ...args) => spawnSync(command, args, { stdio: 'ignore' }).status === 0;
const cache =
  process.env.VIBEGRAD_TEST_CACHE ??
  join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'vibegrad-test');

const major = Number(process.versions.node.split('.')[0]);
if (major < 26) {
  console.error(
    `The tests need Node 26 and this is ${process.version}: run them as \`npm test\`, after \`npm ci\` placed the checkout's own Node (\`npm rebuild node --ignore-scripts=false\` where install scripts were off).`,
  );
  process.exit(5);
}

const wanted = [
  ['git', runs('git', '--version'), 'apt-get install git'],
  [
    'bubblewrap (sandbox tests with it, Python claims)',
    runs('bwrap', '--ro-bind', '/', '/', '--unshare-all', 'true'),
    'apt-get install bubblewrap',
  ],
  ['prlimit (memory and CPU limits of oracles)', runs('prlimit', '--version'), 'apt-get install util-linux'],
  ['Python 3', runs('python3', '--version'), 'apt-get install python3'],
  [
    'Chromium (the engine in a real browser)',
    (process.env.CHROMIUM ? [process.env.CHROMIUM] : ['chromium', 'chromium-browser', 'google-chrome']).some(
      (name) => runs(name, '--version'),
    ),
    'apt-get install chromium',
  ],
  [
    'a real model server (llama.cpp with SmolLM2-135M)',
    existsSync(join(cache, 'real-server', 'installed')),
    'sh test/models/install-real-server.sh',
  ],
  [
    'PyTorch, JAX and pytest (the engine agrees with them, the Python package checks their ops)',
    existsSync(join(cache, 'python', 'installed')),
    'sh test/python/install.sh',
  ],
];

const missing = wanted.filter(([, found]) => !found);
for (const [what, , install] of missing)
  console.log(`not here, so its tests are skipped: ${what}: ${install}`);
if (missing.length > 0 && process.env.VIBEGRAD_REQUIRE_ALL === '1') process.exit(5);
