/** The style sheet of all pages: light and dark, from 320 pixels on, without a font or a picture to load. */
export const STYLE = `:root {
  color-scheme: light dark;
  --page: #f5f6f8;
  --card: #fff;
  --ink: #1c2128;
  --soft: #57606a;
  --line: #d9dee4;
  --link: #0b57c9;
  --chip: #e4eefc;
  --chip-ink: #0a4aa8;
  --code: #f0f2f5;
  --bar: #4f8ef0;
  --bar-shared: #aab4c0;
  --bar-track: #eceff3;
  --more: #9a3412;
  --less: #14663a;
  --danger: #b42318;
  --mono: ui-monospace, "SF Mono", "Cascadia Mono", "DejaVu Sans Mono", Menlo, Consolas, monospace;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #0f1319;
    --card: #181d25;
    --ink: #e4e9ef;
    --soft: #9ba6b3;
    --line: #2d3540;
    --link: #7cb3ff;
    --chip: #1d3150;
    --chip-ink: #a9cdff;
    --code: #222933;
    --bar: #4d8df0;
    --bar-shared: #59636f;
    --bar-track: #242c37;
    --more: #f5a97f;
    --less: #7fd1a0;
    --danger: #ff8f85;
  }
}
*, ::before, ::after { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; scroll-padding-top: 1rem; }
body { margin: 0; background: var(--page); color: var(--ink); font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", sans-serif; overflow-wrap: anywhere; }
.wrap { max-width: 74rem; margin: 0 auto; padding: 0 1.5rem; }
a { color: var(--link); text-decoration: none; }
a:hover { text-decoration: underline; }
p a, dd a, li.soft a { text-decoration: underline; text-underline-offset: .15em; }
:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; border-radius: 4px; }
main:focus { outline: 0; }
.skip { position: absolute; left: 1rem; top: -4rem; z-index: 1; padding: .6rem 1rem; background: var(--card); border: 1px solid var(--line); border-radius: 8px; }
.skip:focus { top: .6rem; }
.hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
[hidden] { display: none !important; }
.top { background: var(--card); border-bottom: 1px solid var(--line); }
.top .wrap { display: flex; flex-wrap: wrap; align-items: center; justify-content: space-between; gap: .25rem 1.5rem; padding-block: .8rem; }
.brand { display: flex; align-items: center; gap: .7rem; color: var(--ink); }
.brand img { flex: none; }
.brand:hover { text-decoration: none; }
.top p { margin: 0; color: var(--soft); font-size: .9rem; }
.path ol { display: flex; flex-wrap: wrap; gap: .25rem .5rem; margin: 1.4rem 0 0; padding: 0; list-style: none; font-size: .9rem; }
.path li + li::before { content: "/"; margin-right: .5rem; color: var(--soft); }
.path [aria-current] { color: var(--soft); }
h1 { margin: 1.4rem 0 1rem; font-size: 1.6rem; line-height: 1.25; letter-spacing: -.01em; }
.path + h1 { margin-top: .3rem; }
h2 { margin: 0 0 .8rem; font-size: 1.05rem; }
h3 { margin: 1rem 0 .3rem; font-size: .85rem; font-weight: 600; color: var(--soft); }
h2 + h3 { margin-top: 0; }
.card { margin: 0 0 1rem; padding: 1.1rem 1.25rem; background: var(--card); border: 1px solid var(--line); border-radius: 12px; }
.card > :last-child { margin-bottom: 0; }
.soft { color: var(--soft); font-size: .9rem; }
p.soft { margin: .35rem 0 0; }
.empty { color: var(--soft); padding: 2rem 1.25rem; }
.empty p:first-child { margin-top: 0; }
code { font: .86em/1.5 var(--mono); }
.digest { white-space: nowrap; }
.whole .digest { white-space: normal; }
.command { display: flex; align-items: center; gap: .5rem; margin: 0; padding: .5rem .5rem .5rem .75rem; background: var(--code); border-radius: 8px; }
.command code { flex: 1; }
.copy { flex: none; width: 1.75rem; height: 1.75rem; margin: -.2rem 0 -.2rem .25rem; padding: 0; border: 1px solid transparent; border-radius: 6px; background: none; color: var(--soft); cursor: pointer; vertical-align: middle; }
.copy::before { content: ""; display: block; width: 100%; height: 100%; background: currentColor; mask: url("data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 24 24' fill='none' stroke='%23000' stroke-width='2'%3E%3Crect x='9' y='9' width='9' height='10' rx='2'/%3E%3Cpath d='M15 9V7a2 2 0 0 0-2-2H8a2 2 0 0 0-2 2v6a2 2 0 0 0 2 2h1'/%3E%3C/svg%3E") center / 80% no-repeat; }
.copy:hover { color: var(--link); border-color: var(--line); background: var(--card); }
.copy.done { color: var(--less); }
.copy.done::before { mask-image: url("data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 24 24' fill='none' stroke='%23000' stroke-width='2.5'%3E%3Cpath d='m6 13 4 4 8-10'/%3E%3C/svg%3E"); }
input, button { font: inherit; color: inherit; }
input:not([type=hidden]) { min-width: 0; padding: .4rem .7rem; background: var(--card); border: 1px solid var(--soft); border-radius: 8px; }
form button { padding: .4rem .9rem; background: var(--card); border: 1px solid var(--soft); border-radius: 8px; cursor: pointer; }
form button:hover { border-color: var(--link); color: var(--link); }
form .danger { border-color: var(--danger); color: var(--danger); }
form .danger:hover { border-color: var(--danger); background: var(--danger); color: var(--card); }
.controls { display: flex; flex-wrap: wrap; gap: .75rem 2rem; justify-content: space-between; }
.search, .compare { display: flex; flex-wrap: wrap; align-items: center; gap: .5rem; margin: 0 0 1rem; }
.search label, .compare label { color: var(--soft); font-size: .9rem; }
.search input { width: 20rem; max-width: 100%; }
.compare input { width: 9rem; }
.table { overflow-x: auto; }
.card.table { padding-block: .4rem; }
table { width: 100%; border-collapse: collapse; }
th, td { padding: .6rem 1.25rem .6rem 0; border-bottom: 1px solid var(--line); text-align: left; vertical-align: baseline; font-weight: 400; }
th:last-child, td:last-child { padding-right: 0; }
thead th { color: var(--soft); font-size: .85rem; white-space: nowrap; }
tbody th { font-weight: 600; }
tr:last-child > :is(td, th) { border-bottom: 0; }
thead tr:last-child th, tbody:has(+ tfoot) tr:last-child > * { border-bottom: 1px solid var(--line); }
.number { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; }
.narrow { display: none; }
.shown { font-weight: 600; }
tbody th .soft { font-weight: 400; }
.sides th { white-space: nowrap; }
.no-time { white-space: normal; }
p.count { margin: 0 0 .6rem; }
.facts a { color: inherit; text-decoration-color: var(--line); }
.facts a:hover { text-decoration-color: currentColor; }
.groups, .layers, .plain, .chips { margin: 0; padding: 0; list-style: none; }
.group { display: flex; gap: .5rem 1.5rem; justify-content: space-between; margin-bottom: .6rem; padding-block: .85rem; }
.group > div { min-width: 0; }
.facts { display: grid; grid-template-columns: 5.5rem 6rem 8.5rem; align-items: baseline; margin: 0; text-align: right; font-variant-numeric: tabular-nums; flex: none; }
.facts > :nth-child(2):last-child { grid-column: 3; }
.size { font-weight: 600; white-space: nowrap; font-variant-numeric: tabular-nums; }
.chips { display: flex; flex-wrap: wrap; gap: .35rem; }
.chip { display: inline-block; padding: .1rem .65rem; background: var(--chip); color: var(--chip-ink); border-radius: 99px; font-weight: 600; font-size: .92rem; }
dd a.chip { text-decoration: none; }
.growth { white-space: nowrap; font-size: .9rem; }
.more { color: var(--more); }
.less { color: var(--less); }
.same { color: var(--soft); }
.pager { display: flex; justify-content: space-between; gap: 1rem; margin: 1rem 0; font-size: .95rem; }
.pager > span { color: var(--soft); }
.columns { display: grid; grid-template-columns: minmax(0, 1.75fr) minmax(0, 1fr); gap: 0 1rem; align-items: start; }
.keyfacts { display: flex; flex-wrap: wrap; gap: .9rem 2.2rem; }
dt { color: var(--soft); font-size: .85rem; }
dd { margin: 0; }
.pairs { margin: 0; }
.pairs > div { display: grid; grid-template-columns: minmax(0, 2fr) minmax(0, 3fr); gap: 0 1.25rem; padding: .45rem 0; border-bottom: 1px solid var(--line); }
.pairs > div:last-child { border-bottom: 0; padding-bottom: 0; }
.pairs dt { font-size: .9rem; }
.pairs dd { font: .86rem/1.6 var(--mono); white-space: pre-wrap; }
#config .pairs > div { grid-template-columns: 9.5rem minmax(0, 1fr); }
.layers li { display: grid; grid-template-columns: 5rem minmax(4rem, 1fr) 18.5rem; gap: .1rem .9rem; align-items: center; padding: .45rem 0; border-bottom: 1px solid var(--line); }
.layers li:last-child { border-bottom: 0; padding-bottom: 0; }
.layers .size { text-align: right; }
.layers .step { grid-column: 2 / -1; }
.step { display: block; color: var(--soft); white-space: pre-wrap; }
.bar { display: block; width: 100%; height: .6rem; background: var(--bar-track); border-radius: 3px; fill: var(--bar); }
.bar.shared { fill: var(--bar-shared); }
.bar.added { fill: var(--less); }
.bar.removed { fill: var(--more); }
.plain li { padding: .35rem 0; }
.plain li > .soft { display: block; }
ins { color: var(--less); text-decoration: none; }
del { color: var(--more); }
.changes { margin: 0; }
.changes > div { display: grid; grid-template-columns: minmax(0, 3fr) minmax(0, 4fr) minmax(0, 4fr); gap: 0 1.25rem; padding: .45rem 0; border-bottom: 1px solid var(--line); }
.changes > div:last-child { border-bottom: 0; padding-bottom: 0; }
.changes dt { font-size: .9rem; }
.changes dd { font: .86rem/1.6 var(--mono); }
.changes :is(del, ins) { white-space: pre-wrap; }
.confirm form { display: flex; flex-wrap: wrap; gap: 1rem 1.5rem; align-items: center; margin-top: 1.2rem; }
.confirm p { max-width: 46rem; margin-top: 0; }
footer { padding-block: 1rem 2.5rem; color: var(--soft); font-size: .9rem; }
@media (max-width: 56rem) {
  .columns { display: flex; flex-direction: column; align-items: stretch; }
}
@media (max-width: 44rem) {
  .wrap { padding: 0 1rem; }
  .card { padding: 1rem; border-radius: 10px; }
  h1 { font-size: 1.35rem; }
  .wide { display: none; }
  .narrow { display: block; font-weight: 400; }
  th, td { padding-right: .8rem; }
  .group { flex-direction: column; }
  .facts { display: flex; flex-wrap: wrap; gap: 0 .9rem; }
  .search, .compare { width: 100%; }
  .search label { flex-basis: 100%; }
  .search input { flex: 1; }
  .compare input { flex: 1 1 5rem; width: 5rem; }
  .changes > div, .pairs > div, #config .pairs > div { grid-template-columns: minmax(0, 1fr); }
  .layers li { grid-template-columns: 4.6rem minmax(0, 1fr); }
  .layers .soft, .layers .step { grid-column: 1 / -1; }
}
@media (forced-colors: active) {
  .bar { fill: Highlight; border: 1px solid; }
  .copy::before { background: ButtonText; }
}
`;
