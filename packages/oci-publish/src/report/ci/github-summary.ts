import { hasBegun } from '../make-run-report';
import { type FailureReport, type ImageReport, type RegistryReport, type RunReport } from '../report-schema';
import { resultColumns, rowsOf, type Cell, type ResultColumn } from '../result-table';
import { plainLine } from '../../text/plain-text';

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };

const HEADLINES: Readonly<Record<RunReport['outcome'], string>> = {
  published: 'Images published',
  upToDate: 'Images are up to date',
  held: 'Images sent, their tags are held',
  skipped: 'No images to publish here',
  failed: 'Images not published',
};

const headOf = (columns: readonly ResultColumn[]): readonly string[] => [
  rowOf(columns.map(({ title }) => title)),
  rowOf(columns.map(({ isNumber }) => (isNumber === true ? '--:' : ':--'))),
];

/**
 * One compact table of a run, as Markdown for the page of a workflow run; below it only what did not go as planned.
 *
 * @param maxBytes GitHub shows nothing of a step that writes more than 1 MiB; lines that do not fit are counted.
 */
export function githubSummary({ outcome, images }: RunReport, maxBytes: number): string {
  const rows = images.filter(hasBegun).flatMap(rowsOf);
  const columns = resultColumns(rows);
  const lines = [
    `### ${HEADLINES[outcome]}`,
    '',
    ...(rows.length === 0 ? [] : [...headOf(columns), ...rows.map((row) => rowOf(columns.map(({ cell }) => show(cell(row))))), '']),
    ...images.flatMap(notesOf),
  ];
  return cut(lines, maxBytes);
}

function rowOf(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}

function show(cell: Cell): string {
  return 'names' in cell ? cell.names.map(code).join(' ') : escapeMarkdown(cell.text);
}

function notesOf(image: ImageReport | FailureReport): readonly string[] {
  const own =
    image.reason === undefined ? [] : [`- **${escapeMarkdown(image.project)}** ${image.outcome}: ${escapeMarkdown(image.reason)}`];
  return hasBegun(image) ? [...own, ...image.registries.flatMap(notesOfRegistry)] : own;
}

function notesOfRegistry({ host, repository, tags, reason, notice }: RegistryReport): readonly string[] {
  const name = `${host}/${repository}`;
  const held = tags
    .filter(({ action }) => action === 'held')
    .map(({ tag, reason: why = '' }) => `- ${code(`${name}:${tag}`)} held: ${escapeMarkdown(why)}`);
  const others = [reason, notice].filter((text) => text !== undefined).map((text) => `- ${code(name)}: ${escapeMarkdown(text)}`);
  return [...held, ...others];
}

/** References and digests never contain a backtick or a bar: their grammar forbids it. */
function code(text: string): string {
  return `\`${text.replace(/[`|\s]/g, '')}\``;
}

function cut(lines: readonly string[], maxBytes: number): string {
  const ending = (left: number) => `\n… and ${left} more lines: dist/images/run-report.json has all.\n`;
  let text = '';
  for (const [index, line] of lines.entries()) {
    const longer = `${text}${line}\n`;
    const rest = lines.length - index - 1;
    const needed = Buffer.byteLength(longer) + (rest === 0 ? 0 : Buffer.byteLength(ending(rest)));
    if (needed > maxBytes) return Buffer.byteLength(text + ending(rest + 1)) > maxBytes ? '' : text + ending(rest + 1);
    text = longer;
  }
  return text;
}

/** Any text as one line of Markdown that shows it literally: escapes markup, table cells, HTML, formulas and links. */
function escapeMarkdown(text: string): string {
  return (
    plainLine(text)
      .replace(/[\\`*_[\]|~#!]/g, (character) => `\\${character}`)
      .replace(/[&<>]/g, (character) => ENTITIES[character] ?? '')
      .replace(/:\/\//g, '&#58;//')
      .replace(/\bwww\./gi, (start) => start.replace('.', '&#46;'))
      // Two of them in a line would enclose a formula, escaped or not.
      .replace(/\$/g, '<span>$$</span>')
  );
}
