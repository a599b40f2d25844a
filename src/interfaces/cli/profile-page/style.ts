// The page's own style: light and dark, narrow and wide, on paper. No part of it is loaded from anywhere.

export const style = `
:root { color-scheme: light dark; --ground: #fbfbfa; --raised: #fff; --ink: #1d2124; --quiet: #58616a; --rule: #dcdfe2;
  --accent: #1f6f8b; --fill: #1f6f8b22; --warn: #8a4b00; --warn-ground: #fdf3e3; }
@media (prefers-color-scheme: dark) { :root { --ground: #15181a; --raised: #1d2124; --ink: #e9ebec; --quiet: #a4adb4;
  --rule: #353c41; --accent: #62b6d0; --fill: #62b6d022; --warn: #f0b866; --warn-ground: #33291a; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 68rem; padding: 1.5rem 1rem 3rem; background: var(--ground); color: var(--ink);
  font: 16px/1.5 system-ui, sans-serif; }
h1 { font-size: 1.6rem; line-height: 1.25; margin: 0; overflow-wrap: anywhere; }
h2 { font-size: 1.15rem; margin: 2.2rem 0 .6rem; }
p { margin: .4rem 0; max-width: 46rem; }
.quiet, caption, .times, .ticks, figcaption small { color: var(--quiet); font-size: .85rem; }
.figures { display: grid; grid-template-columns: repeat(auto-fill, minmax(9.5rem, 1fr)); gap: .6rem; margin: 1.2rem 0 0; }
.figures div { background: var(--raised); border: 1px solid var(--rule); border-radius: 6px; padding: .5rem .7rem; }
.figures dt { color: var(--quiet); font-size: .85rem; }
.figures dd { margin: 0; font-size: 1.15rem; font-variant-numeric: tabular-nums; overflow-wrap: anywhere; }
.notes { list-style: none; margin: 1rem 0 0; padding: 0; }
.notes li { background: var(--warn-ground); border-left: 4px solid var(--warn); padding: .45rem .7rem; margin: .4rem 0;
  overflow-wrap: anywhere; }
.pair { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 24rem), 1fr)); gap: 1rem 2rem; align-items: start; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: .95rem; }
caption { text-align: left; padding: 0 0 .3rem; }
th, td { text-align: left; vertical-align: top; padding: .35rem .7rem .35rem 0; border-bottom: 1px solid var(--rule); }
thead th { color: var(--quiet); font-weight: 600; font-size: .85rem; }
.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
.key { overflow-wrap: anywhere; font-weight: 600; }
.examples { margin: 0; padding: 0; list-style: none; overflow-wrap: anywhere; }
.chart { display: grid; grid-template-columns: auto 1fr; gap: .2rem .5rem; margin: .4rem 0 1rem; }
.ticks { position: relative; min-width: 3.6rem; }
.ticks span { position: absolute; right: 0; transform: translateY(-50%); white-space: nowrap; }
.plot { position: relative; height: 11rem; min-width: 0; }
.short .plot { height: 5.5rem; }
.kinds .plot, .kinds .times { grid-column: 1 / -1; }
.kinds .plot { height: 15rem; border: 1px solid var(--rule); }
.corner { position: absolute; font-size: .85rem; color: var(--quiet); padding: .1rem .4rem; }
.corner.left { left: 0; } .corner.right { right: 0; } .corner.top { top: 0; } .corner.bottom { bottom: 0; }
.times { grid-column: 2; display: flex; justify-content: space-between; gap: .5rem; }
svg { display: block; width: 100%; height: 100%; overflow: visible; }
svg path { fill: none; vector-effect: non-scaling-stroke; stroke-linecap: round; stroke-linejoin: round; }
.grid, .zero { stroke: var(--rule); stroke-width: 1; }
.line { stroke: var(--accent); stroke-width: 1.6; }
svg .fill { fill: var(--fill); }
.even { stroke: var(--quiet); stroke-width: 1; stroke-dasharray: 2 4; }
.dots { stroke: var(--accent); stroke-width: 4; }
.open { stroke: var(--warn); stroke-width: 8; }
.bar { display: inline-block; height: .7rem; background: var(--accent); border-radius: 2px; vertical-align: baseline; }
.histories { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 15rem), 1fr)); gap: 1rem 1.4rem; }
.histories figure { margin: 0; break-inside: avoid; }
.histories .plot { height: 4.2rem; }
figcaption { font-size: .9rem; overflow-wrap: anywhere; margin-bottom: .2rem; }
figcaption small { display: block; }
.tag { background: var(--warn-ground); color: var(--warn); border-radius: 4px; padding: 0 .35rem; font-size: .85rem; white-space: nowrap; }
@media (max-width: 34rem) { .stack thead { position: absolute; clip-path: inset(50%); } .stack tr { display: grid; padding: .35rem 0;
  border-bottom: 1px solid var(--rule); grid-template-columns: 1fr auto auto; gap: 0 .8rem; } .stack th, .stack td { border: 0; padding: 0; }
  .stack .wide { grid-column: 1 / -1; } .bar { display: none; } .ticks { min-width: 2.8rem; } }
@media print { :root { --ground: #fff; --raised: #fff; --ink: #000; --quiet: #444; --rule: #bbb; --accent: #1f6f8b;
  --fill: #1f6f8b22; --warn: #8a4b00; --warn-ground: #fff; }
  body { max-width: none; padding: 0; font-size: 11pt; } h2 { break-after: avoid; } .chart, tr, .notes li { break-inside: avoid; }
  .fill, .bar, .notes li { print-color-adjust: exact; } }
`;
