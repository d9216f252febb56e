import { readJson } from '../read-sources.mjs';
import { escapeText, renderOptions } from '../render-table.mjs';
import { schemaRows } from '../schema-rows.mjs';

/** Every executor and its options. */
export function executorsPage() {
  const { executors } = readJson('packages/nx-oci/executors.json');
  const names = Object.keys(executors);
  const list = names.map((name) => `[\`${name}\`](#${name})`).join(', ');
  return [
    '# Executors',
    `${list}. A target names its executor as \`nx-oci:<name>\`. Every option may also stand on the command line: \`nx run api:publish --dryRun\`; lists are written with commas (\`--tags=sha,latest\`), maps with dots (\`--buildArgs.NODE_VERSION=22\`).`,
    ...names.map((name) => renderExecutor(name, readJson(`packages/nx-oci/${executors[name].schema}`))),
  ];
}

function renderExecutor(name, schema) {
  const examples = (schema.examples ?? []).map(({ command, description }) => `${command.padEnd(width(schema))}  # ${description}`);
  return [
    `## ${name}`,
    escapeText(schema.description),
    ...(examples.length === 0 ? [] : [['```sh', ...examples, '```'].join('\n')]),
    renderOptions(schemaRows(schema)),
  ].join('\n\n');
}

const width = ({ examples }) => Math.max(...examples.map(({ command }) => command.length));
