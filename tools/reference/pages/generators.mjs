import { readJson } from '../read-sources.mjs';
import { escapeText, renderOptions } from '../render-table.mjs';
import { runHelp } from '../run-help.mjs';
import { schemaRows } from '../schema-rows.mjs';

/** Every generator, its options, and what its `--help` prints. */
export function generatorsPage() {
  const { generators } = readJson('packages/nx-oci/generators.json');
  const names = Object.keys(generators);
  return [
    '# Generators',
    `${names.map((name) => `[\`${name}\`](#${name})`).join(', ')}. \`nx g nx-oci:<name> --dry-run\` shows which files a generator would write.`,
    ...names.map((name) => renderGenerator(name, readJson(`packages/nx-oci/${generators[name].schema}`))),
  ];
}

function renderGenerator(name, schema) {
  return [
    `## ${name}`,
    escapeText(schema.description),
    renderOptions(schemaRows(schema)),
    `<details>\n<summary>What <code>nx g nx-oci:${name} --help</code> prints</summary>`,
    `\`\`\`text\n${runHelp(name)}\n\`\`\``,
    '</details>',
  ].join('\n\n');
}
