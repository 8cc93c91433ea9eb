import { describe } from 'vitest';
import { INSTALL, skipWithoutBubblewrap } from '../judge/oracle-setup.ts';
import { takeAll } from './taken.ts';

if (skipWithoutBubblewrap) describe.skip(`with bubblewrap (skipped: ${INSTALL})`, () => {});
else await takeAll(true);
