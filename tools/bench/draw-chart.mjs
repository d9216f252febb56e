/**
 * Draws a chart of docs/how-it-works/benchmarks.md as docs/pictures/benchmark-light.svg and benchmark-dark.svg. With `--check` it
 * writes nothing, and fails if a picture does not show the numbers of the page.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const PAGE = fileURLToPath(new URL('../../docs/how-it-works/benchmarks.md', import.meta.url));
const PICTURES = new URL('../../docs/pictures/', import.meta.url);

const SCENARIOS = {
  'D first push, 4 tags': 'A first push with four tags',
  'F all layers in another repository': 'All layers are in another repository',
  'B4 unchanged, 4 tags': 'Nothing changed, four tags',
};
const OURS = 'nx-oci, whole process';
const CLIENTS = [OURS, 'crane', 'regctl', 'oras', 'skopeo', 'docker'];
const THEMES = {
  light: { text: '#1f2328', soft: '#59636e', bar: '#b6c2cf', own: '#0a7f8c', line: '#d0d7de' },
  dark: { text: '#e6edf3', soft: '#9198a1', bar: '#3d4753', own: '#39b7c1', line: '#30363d' },
};
const ROW = 22;
const LABEL = 74;
const WIDTH = 900;
const LONGEST = WIDTH - LABEL - 70;

const numbers = readNumbers(readFileSync(PAGE, 'utf8'));
const isCheck = process.argv.includes('--check');
for (const [name, colours] of Object.entries(THEMES)) {
  const file = new URL(`benchmark-${name}.svg`, PICTURES);
  const svg = draw(colours);
  if (!isCheck) writeFileSync(file, svg);
  else if (readFileSync(file, 'utf8') !== svg) {
    console.error(`docs/pictures/benchmark-${name}.svg is outdated: node tools/bench/draw-chart.mjs`);
    process.exitCode = 1;
  }
}
console.log(`${Object.keys(numbers).length} scenarios, ${CLIENTS.length} clients`);

/** Milliseconds at a delay of 100 ms, by scenario and client. */
function readNumbers(text) {
  const rows = text.split('\n').map((line) => line.split('|').map((cell) => cell.trim().replaceAll('**', '')));
  return Object.fromEntries(
    Object.keys(SCENARIOS).map((scenario) => {
      const values = CLIENTS.map((client) => {
        const cell = rows.find(([, first, second]) => first === scenario && second === client)?.[8];
        const value = Number(/^\d+/.exec(cell ?? '')?.[0]);
        if (!Number.isFinite(value)) throw new Error(`${PAGE} has no time of ${client} in "${scenario}" at +100 ms.`);
        return [client, value];
      });
      return [scenario, Object.fromEntries(values)];
    }),
  );
}

function draw(colours) {
  const longest = Math.max(...Object.values(numbers).flatMap((values) => Object.values(values)));
  const parts = [];
  let y = 26;
  for (const [scenario, title] of Object.entries(SCENARIOS)) {
    parts.push(`<text x="0" y="${y}" class="title">${title}</text>`);
    y += 12;
    for (const client of CLIENTS) {
      const value = numbers[scenario][client];
      const length = Math.round((value / longest) * LONGEST);
      const name = client === OURS ? 'nx-oci' : client;
      const kind = client === OURS ? ' own' : '';
      parts.push(`<text x="${LABEL - 8}" y="${y + 13}" class="name${kind}" text-anchor="end">${name}</text>`);
      parts.push(`<rect x="${LABEL}" y="${y + 2}" width="${length}" height="14" rx="2" class="bar${kind}"/>`);
      parts.push(`<text x="${LABEL + length + 6}" y="${y + 13}" class="value${kind}">${(value / 1000).toFixed(1)} s</text>`);
      y += ROW;
    }
    y += 24;
  }
  const description = Object.entries(SCENARIOS).map(
    ([scenario, title]) => `${title}: ${CLIENTS.map((client) => `${client} ${numbers[scenario][client]} ms`).join(', ')}.`,
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${y - 18}" role="img" aria-labelledby="title description">
<title id="title">Seconds to publish to a registry that answers each request after 100 ms; shorter is better.</title>
<desc id="description">${description.join(' ')}</desc>
<style>
text{font:13px system-ui,-apple-system,'Segoe UI',sans-serif;fill:${colours.soft}}
.title{font-size:15px;font-weight:600;fill:${colours.text}}.bar{fill:${colours.bar}}.bar.own{fill:${colours.own}}
.name.own,.value.own{font-weight:600;fill:${colours.text}}
</style>
${parts.join('\n')}
</svg>
`;
}
