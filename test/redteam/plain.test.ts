import { takeAll } from './taken.ts';

await takeAll(false);
