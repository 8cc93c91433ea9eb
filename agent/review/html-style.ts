import { plotStyle } from './plot-svg.ts';

/** The page's style sheet. No fonts, pictures or scripts: everything a reader's browser has already. */
export const styleSheet = `${plotStyle}
:root {
  color-scheme: light dark;
  --paper: light-dark(#fbfaf8, #15171a);
  --card: light-dark(#ffffff, #1c1f23);
  --sunk: light-dark(#f4f2ee, #121417);
  --ink: light-dark(#1d2024, #e6e4df);
  --soft: light-dark(#61656c, #9a9ea6);
  --line: light-dark(#e3dfd7, #2d3137);
  --accent: light-dark(#1f4fb8, #8fb2ff);
  --good: light-dark(#1a6e3a, #6fd08f);
  --good-bg: light-dark(#e8f5ec, #14301f);
  --bad: light-dark(#a92727, #ff8f85);
  --bad-bg: light-dark(#fbebea, #3a1a19);
  --warn: light-dark(#7a5200, #f0c063);
  --warn-bg: light-dark(#fdf3dc, #35290e);
  --mono: ui-monospace, "SF Mono", "Cascadia Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace;
  --sans: system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "DejaVu Sans", sans-serif;
  --serif: "Iowan Old Style", "Palatino Linotype", Palatino, Georgia, "DejaVu Serif", serif;
}
* { box-sizing: border-box; }
html { scroll-behavior: smooth; scroll-padding-top: 1rem; -webkit-text-size-adjust: 100%; }
@media (prefers-reduced-motion: reduce) { html { scroll-behavior: auto; } }
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.6 var(--sans); overflow-wrap: anywhere; }
a { color: var(--accent); text-decoration-thickness: 1px; text-underline-offset: 2px; }
.page { max-width: 78rem; margin: 0 auto; padding: 0 1.25rem 4rem; display: grid; gap: 0 3rem; grid-template-columns: minmax(0, 1fr); }
header { padding: 2.5rem 0 1.5rem; }
.brand { font: 600 .78rem/1 var(--sans); letter-spacing: .12em; text-transform: uppercase; color: var(--soft); margin: 0 0 .9rem; }
h1 { font: 600 clamp(1.7rem, 4.5vw, 2.5rem)/1.15 var(--serif); margin: 0 0 .6rem; text-wrap: balance; }
.byline { color: var(--soft); margin: 0; font-size: .92rem; }
.label { display: inline-block; margin: 1rem 0 0; padding: .45rem .85rem; border-radius: .5rem; background: var(--warn-bg); color: var(--warn); font-weight: 600; font-size: .92rem; }
.facts { display: flex; flex-wrap: wrap; gap: 1px; margin: 1.5rem 0 0; padding: 0; background: var(--line); border: 1px solid var(--line); border-radius: .75rem; overflow: hidden; }
.facts div { flex: 1 1 6.8rem; background: var(--card); padding: .75rem 1rem; }
.facts dt { color: var(--soft); font-size: .75rem; }
.facts dd { margin: 0; font: 600 1.15rem/1.3 var(--sans); font-variant-numeric: tabular-nums; }
.facts dd small { display: block; font-weight: 400; font-size: .75rem; color: var(--soft); }
.strip { display: flex; flex-wrap: wrap; gap: 3px; margin: 1rem 0 0; padding: 0; list-style: none; }
.strip a { display: block; width: 1.15rem; height: 1.15rem; border-radius: .25rem; background: var(--line); }
.strip .landed a, .strip .accepted a { background: var(--good); }
.strip .refused a { background: var(--bad); }
.strip .unapplied a, .strip .unmeasured a { background: var(--warn); }
.key { color: var(--soft); font-size: .78rem; margin: .4rem 0 0; }
.key i { display: inline-block; width: .7rem; height: .7rem; border-radius: .2rem; margin: 0 .3rem 0 .8rem; vertical-align: -1px; }
.key i:first-child { margin-left: 0; }
.key .landed { background: var(--good); } .key .refused { background: var(--bad); } .key .unapplied, .key .unmeasured { background: var(--warn); }
nav { font-size: .875rem; }
nav summary { cursor: pointer; font-weight: 600; padding: .6rem 0; }
nav ol { list-style: none; margin: 0; padding: 0 0 1rem; }
nav li { margin: 0; }
nav a { display: block; padding: .22rem .5rem; border-radius: .35rem; color: var(--soft); text-decoration: none; line-height: 1.35; }
nav a:hover { background: var(--sunk); color: var(--ink); }
nav .chapter a { color: var(--ink); font-weight: 600; margin-top: .5rem; }
nav .mark { display: inline-block; width: 1.1em; font-weight: 700; }
main { min-width: 0; }
h2 { font: 600 1.45rem/1.25 var(--serif); margin: 3rem 0 1rem; padding-top: 1rem; border-top: 1px solid var(--line); }
main > h2:first-child { margin-top: 0; }
article { background: var(--card); border: 1px solid var(--line); border-radius: .85rem; margin: 0 0 1.25rem; padding: 1.25rem 1.4rem; }
article > :first-child { margin-top: 0; } article > :last-child { margin-bottom: 0; }
h3 { font: 600 1.15rem/1.35 var(--sans); margin: 0 0 .5rem; text-wrap: pretty; }
h4, h5, h6 { font: 600 1rem/1.4 var(--sans); margin: 1.3rem 0 .4rem; }
.eyebrow { display: flex; flex-wrap: wrap; gap: .25rem .75rem; align-items: baseline; color: var(--soft); font-size: .78rem; margin: 0 0 .35rem; }
.eyebrow b { color: var(--accent); letter-spacing: .04em; }
.about { border-left: 3px solid var(--line); margin: .5rem 0 1rem; padding: .1rem 0 .1rem .9rem; color: var(--soft); }
.answer { border-top: 1px solid var(--line); margin-top: 1rem; padding-top: .9rem; }
.prose { font: 1.02rem/1.68 var(--serif); overflow-x: auto; }
.prose p, .prose ul, .prose ol { margin: .7rem 0; }
.prose > :first-child { margin-top: 0; } .prose > :last-child { margin-bottom: 0; }
math { font-size: 1.06em; } math[display="block"] { margin: .6rem 0; }
.prose table { font: .9rem/1.5 var(--sans); }
.prose blockquote { border-left: 3px solid var(--line); margin: .8rem 0; padding: 0 0 0 1rem; color: var(--soft); }
code { font: .88em var(--mono); background: var(--sunk); border-radius: .3rem; padding: .1em .3em; }
code.tex { font: italic 1em var(--serif); background: none; padding: 0; white-space: pre-wrap; }
pre { position: relative; background: var(--sunk); border: 1px solid var(--line); border-radius: .6rem; padding: .85rem 1rem; margin: .8rem 0; overflow-x: auto; font: .84rem/1.55 var(--mono); tab-size: 2; }
pre code { font: inherit; background: none; padding: 0; overflow-wrap: normal; }
pre[data-language]::after { content: attr(data-language); position: absolute; top: .35rem; right: .6rem; font: .68rem var(--sans); color: var(--soft); }
.diff { padding: .6rem 0; }
.diff code { display: block; width: max-content; min-width: 100%; padding: 0 1rem; }
.diff span { display: inline-block; width: calc(100% + 2rem); margin: 0 -1rem; padding: 0 1rem; }
.diff .add { background: var(--good-bg); color: var(--good); }
.diff .del { background: var(--bad-bg); color: var(--bad); }
.diff .hunk { color: var(--accent); } .diff .file { color: var(--soft); }
table { border-collapse: collapse; width: 100%; margin: .9rem 0; font-size: .9rem; font-variant-numeric: tabular-nums; }
th, td { text-align: left; padding: .4rem .8rem .4rem 0; border-bottom: 1px solid var(--line); vertical-align: top; }
th { color: var(--soft); font-weight: 500; font-size: .78rem; }
td code { background: none; padding: 0; }
.met { color: var(--good); font-weight: 600; } .unmet { color: var(--soft); } .fails { color: var(--bad); font-weight: 600; }
.badge { display: inline-block; flex: none; font: 600 .75rem/1.5 var(--sans); padding: .1rem .55rem; border-radius: 1rem; background: var(--sunk); color: var(--soft); }
.badge.verified, .badge.landed, .badge.accepted { background: var(--good-bg); color: var(--good); }
.badge.refuted, .badge.refused { background: var(--bad-bg); color: var(--bad); }
.badge.unapplied, .badge.unmeasured, .badge.person { background: var(--warn-bg); color: var(--warn); }
.claims { margin: 1rem 0 0; padding: 0; list-style: none; border-top: 1px solid var(--line); }
.claims + .claims { border-top: 0; margin-top: 0; }
.claims li { border-bottom: 1px solid var(--line); }
.claims summary { display: flex; gap: .7rem; align-items: baseline; padding: .5rem 0; cursor: pointer; list-style: none; }
.claims summary::-webkit-details-marker { display: none; }
.claims summary::before { content: "›"; color: var(--soft); width: .6em; flex: none; transition: transform .15s; }
.claims [open] > summary::before { transform: rotate(90deg); }
.claims .inside { padding: 0 0 .6rem 1.3rem; }
.claims .inside p { margin: .4rem 0; font-size: .9rem; color: var(--soft); }
figure { margin: .2rem 0 .8rem 1.3rem; }
.plot .paper { fill: none; }
.offers { color: var(--soft); font-size: .92rem; margin: 1rem 0 0; }
.offers ul { margin: .2rem 0 0; padding-left: 1.2rem; }
.proposal { border-left: 4px solid var(--line); }
.proposal.landed, .proposal.accepted { border-left-color: var(--good); }
.proposal.refused { border-left-color: var(--bad); }
.proposal.unapplied, .proposal.unmeasured { border-left-color: var(--warn); }
.counterexample { background: var(--bad-bg); border-radius: .6rem; padding: .8rem 1rem; margin: .9rem 0; font-size: .92rem; }
.counterexample p { margin: 0 0 .4rem; }
.counterexample dl { display: grid; grid-template-columns: auto 1fr; gap: .1rem 1rem; margin: 0; font: .86rem/1.6 var(--mono); }
.counterexample dt { color: var(--soft); } .counterexample dd { margin: 0; }
.reasons { margin: .6rem 0; padding-left: 1.2rem; }
.small { color: var(--soft); font-size: .8rem; margin: .8rem 0 0; }
.small code { background: none; padding: 0; font-size: .95em; }
.hint { background: var(--sunk); border-radius: .5rem; padding: .5rem .8rem; font-size: .92rem; }
.note { background: none; border-style: dashed; padding: .8rem 1.1rem; }
.note .prose { font: .97rem/1.6 var(--sans); }
.failure { border-left: 4px solid var(--bad); padding: .7rem 1.1rem; font-size: .92rem; }
footer { border-top: 1px solid var(--line); margin-top: 3rem; padding-top: 1.2rem; color: var(--soft); font-size: .85rem; }
footer code { overflow-wrap: anywhere; }
@media (min-width: 64rem) {
  .page { grid-template-columns: 15rem minmax(0, 1fr); }
  header { grid-column: 2; grid-row: 1; }
  main { grid-column: 2; grid-row: 2; }
  nav { grid-column: 1; grid-row: 1 / span 2; padding-top: 2.3rem; }
  nav details { position: sticky; top: 1rem; max-height: calc(100vh - 2rem); overflow-y: auto; }
}
@media (max-width: 40rem) {
  .page { padding: 0 .9rem 3rem; }
  header { padding-top: 1.6rem; }
  article { padding: 1rem; }
  pre { font-size: .78rem; }
}
@media print {
  nav, .strip, .key { display: none; }
  article { break-inside: avoid; }
  body { background: none; font-size: 11pt; }
}
`;
