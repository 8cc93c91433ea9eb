/**
 * Colours follow the reader's light or dark scheme; a page overrides them by setting the `--vg-…` variables on the drawing.
 * All rules begin with `.vg`, so that they touch nothing else of a page.
 */
export const STYLE = `
.vg{color:var(--vg-ink,#1c2333);--p:var(--vg-paper,#fff);--muted:var(--vg-muted,#68718a);--line:var(--vg-line,#b3bacb);--box:var(--vg-box,#f4f6fa);--given:var(--vg-given,#e6effc);--givenline:var(--vg-given-line,#5b8def);--result:var(--vg-result,#e5f5ea);--resultline:var(--vg-result-line,#3d9a5f);--partial:var(--vg-partial,#8a4fd0);--slope:var(--vg-slope,#c4491d)}
@media (prefers-color-scheme:dark){.vg{color:var(--vg-ink,#e6e9f2);--p:var(--vg-paper,#14171f);--muted:var(--vg-muted,#98a1b8);--line:var(--vg-line,#4d566c);--box:var(--vg-box,#1f2430);--given:var(--vg-given,#1b2a47);--result:var(--vg-result,#17321f);--partial:var(--vg-partial,#bf97f2);--slope:var(--vg-slope,#ff9166)}}
.vg text{font:13px ui-monospace,'SF Mono',Menlo,Consolas,'DejaVu Sans Mono',monospace;fill:currentColor}
.vg .paper{fill:var(--p)}
.vg .box{fill:var(--box);stroke:var(--line)}
.vg .given .box{fill:var(--given);stroke:var(--givenline)}
.vg .result .box{fill:var(--result);stroke:var(--resultline);stroke-width:2}
.vg .formula{font-weight:600}
.vg .value{fill:var(--muted)}
.vg .slope{fill:var(--slope);font-weight:600}
.vg .edge{fill:none;stroke:var(--line);stroke-width:1.5}
.vg .head{fill:var(--line)}
.vg .flows .edge{stroke:var(--slope);stroke-opacity:.55}
.vg .flows .head{fill:var(--slope);fill-opacity:.75}
.vg .partial{fill:var(--partial);stroke:var(--p);stroke-width:4px;paint-order:stroke;stroke-linejoin:round}
.vg .word{fill:var(--muted);font-style:italic}
.vg .title{font-size:15px;font-weight:600}
.vg .note{fill:var(--muted);font-size:12px}
`;
