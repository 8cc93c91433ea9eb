import { engineTarget, secondOrderChecks } from '../agent/targets/index.ts';
import { operations } from '../agent/checks/operations.ts';
import { drawFrom } from '../agent/checks/draw.ts';
const b = new Uint8Array(32).fill(3);
const rows: [string, number, number][] = [];
for (const g of engineTarget.goals.filter(g=>g.rung<5)) for (const c of g.checks) {
  const t=performance.now(); c.visible(); const t2=performance.now(); c.heldOut(drawFrom(b,'x',c.id),12); rows.push([c.id, t2-t, performance.now()-t2]);
}
const ops = engineTarget.together([], engineTarget.goals.filter(g=>g.rung<5));
for (const {check:c} of ops) { const t=performance.now(); c.visible(); const t2=performance.now(); c.heldOut(drawFrom(b,'x',c.id),12); rows.push([c.id, t2-t, performance.now()-t2]); }
rows.sort((a,b)=>b[1]+b[2]-a[1]-a[2]);
for (const r of rows.slice(0,12)) console.log(r[0], r[1].toFixed(1), r[2].toFixed(1));
console.log('visible', rows.reduce((s,r)=>s+r[1],0), 'held', rows.reduce((s,r)=>s+r[2],0));
