const LETTER = 8.4;
const LINE = 20;
const PADDING = 16;
const BAR = 34;
const LAST_SECONDS = 6;
const FONT = "ui-monospace, SFMono-Regular, 'SF Mono', Menlo, Consolas, 'Liberation Mono', monospace";

/** A terminal in motion, as SVG with text. It shows the end at once where motion is to be reduced. */
export function drawSvg({ versions, scrolls, endMs }, { columns, rows, title, colours }) {
  const totalMs = endMs + LAST_SECONDS * 1000;
  const percent = (ms) => `${((100 * ms) / totalMs).toFixed(2)}%`;
  const duration = `${(totalMs / 1000).toFixed(1)}s`;
  const width = Math.ceil(columns * LETTER + 2 * PADDING);
  const height = BAR + rows * LINE + PADDING;
  const top = (lastRow) => -LINE * Math.max(0, lastRow - rows + 1);
  const last = scrolls.at(-1)?.lastRow ?? 0;
  const lines = versions.map((version, index) => drawLine(version, index));
  const keyframes = versions.map((version, index) => describeMoment(version, index, percent));
  const steps = [{ atMs: 0, lastRow: 0 }, ...scrolls].map(
    ({ atMs, lastRow }) => `${percent(atMs)}{transform:translateY(${top(lastRow)}px)}`,
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="title">
<title id="title">${escapeText(title)}</title>
<style>
text{font:14px ${FONT};white-space:pre;fill:${colours.text}}
${['grey', 'red', 'green', 'yellow', 'blue', 'magenta', 'cyan'].map((name) => `.${name}{fill:${colours[name]}}`).join('')}
.bold{font-weight:700}.dim{fill:${colours.grey}}.on{fill:${colours.background}}.gone{opacity:0}
#all{transform:translateY(${top(last)}px);animation:scroll ${duration} step-end infinite}
.line{animation-duration:${duration};animation-timing-function:step-end;animation-iteration-count:infinite}
@keyframes scroll{${dedupe(steps).join('')}}
${keyframes.join('\n')}
@media (prefers-reduced-motion:reduce){#all,.line{animation:none}}
</style>
<defs><clipPath id="window"><rect x="0" y="${BAR}" width="${width}" height="${rows * LINE + 6}"/></clipPath></defs>
<rect x=".5" y=".5" width="${width - 1}" height="${height - 1}" rx="8" fill="${colours.background}" stroke="${colours.frame}"/>
<path d="M.5 ${BAR - 6}V8.5a8 8 0 0 1 8-8h${width - 17}a8 8 0 0 1 8 8v${BAR - 14.5}z" fill="${colours.bar}" stroke="${colours.frame}"/>
${[18, 36, 54].map((x) => `<circle cx="${x}" cy="14" r="5" fill="${colours.frame}"/>`).join('')}
<g clip-path="url(#window)"><g id="all">
${lines.join('\n')}
</g></g>
</svg>
`;

  function drawLine({ row, spans, toMs }, index) {
    const y = BAR + row * LINE + 15;
    const drawn = spans.map((span) => drawSpan(span, y, colours));
    return `<g class="line${toMs === undefined ? '' : ' gone'}" style="animation-name:l${index}">${drawn.join('')}</g>`;
  }
}

function drawSpan({ column, text, style, length }, y, colours) {
  const x = (PADDING + column * LETTER).toFixed(1);
  const isInverse = style.includes('inverse');
  const names = style.split(' ').filter((name) => name !== 'inverse' && name !== '');
  const colour = names.find((name) => name in colours) ?? 'text';
  const width = (length * LETTER).toFixed(1);
  const back = isInverse ? `<rect x="${x}" y="${y - 14}" width="${width}" height="18" rx="2" fill="${colours[colour]}"/>` : '';
  const classes = isInverse ? ['bold', 'on'] : names;
  const cut = text.trimEnd();
  const length2 = ([...cut].length * LETTER).toFixed(1);
  return `${back}<text x="${x}" y="${y}" textLength="${length2}"${classes.length > 0 ? ` class="${classes.join(' ')}"` : ''}>${escapeText(cut)}</text>`;
}

function describeMoment({ fromMs, toMs }, index, percent) {
  const end = toMs === undefined ? '' : `${percent(toMs)}{opacity:0}`;
  return `@keyframes l${index}{0%{opacity:0}${percent(fromMs)}{opacity:1}${end}${toMs === undefined ? '100%{opacity:1}' : ''}}`;
}

/** Of keyframes for the same time, the last. */
function dedupe(steps) {
  return [...new Map(steps.map((step) => [step.split('{')[0], step])).values()];
}

const escapeText = (text) => text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
