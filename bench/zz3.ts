import { askEverything } from '../agent/audit/matrix.ts';
import { openBench } from '../agent/judge/open.ts';
import { knownGoodText, treeOf, libraryTree, libraryFiles } from '../agent/audit/known-good.ts';
import { failureReasons, failures } from '../agent/judge/report.ts';
const { bench, close } = openBench();
for (let i=0;i<2;i++) for (const [n,tree] of [['kg',treeOf(knownGoodText())],['lib',libraryTree(libraryFiles())]] as const) {
  const t=performance.now(); const c0=process.cpuUsage();
  const out = await askEverything(bench, tree, new AbortController().signal);
  const c=process.cpuUsage(c0);
  console.log(n, (performance.now()-t).toFixed(0), 'own', (c.user+c.system)/1000, 'cases', out.reduce((s,o)=>s+o.cases.length,0), failureReasons(out.filter(o=>failures(o).length)).slice(0,6));
}
await close();
