import { readJson } from '../read-sources.mjs';
import { renderOptions } from '../render-table.mjs';
import { schemaRows } from '../schema-rows.mjs';

const SCHEMA = 'packages/nx-oci/registries.schema.json';

const EXAMPLE = `# yaml-language-server: $schema=./node_modules/nx-oci/registries.schema.json
registries:
  ghcr:
    host: ghcr.io
    namespace: \${GITHUB_REPOSITORY_OWNER}
    auth:
      username: \${GITHUB_ACTOR}
      password: \${GITHUB_TOKEN}
  corp:
    host: registry.corp.lan:5000
    tls: { ca: certificates/corp.pem }
    onFailure: continue
publish:
  registries: [ghcr, corp]
  tags: [sha, major, latest]
mirrors:
  - from: docker.io/library/postgres:17
    to: [corp]
    platforms: [linux/amd64]`;

/** Every key of registries.yaml. */
export function registriesYamlPage() {
  const schema = readJson(SCHEMA);
  const { registries, publish, mirrors } = schema.properties;
  const entry = registries.anyOf[0].additionalProperties;
  return [
    '# registries.yaml',
    'The file at the root of the workspace that names registries, logins and defaults. It contains no secret: values name environment variables, `${NAME}` or `${NAME:-default}`. With the first line of this example, editors complete and check it.',
    `\`\`\`yaml\n${EXAMPLE}\n\`\`\``,
    '## registries',
    `${registries.description} Each entry has these keys:`,
    renderOptions(schemaRows(entry, { root: schema }), 'key'),
    '## publish',
    publish.description,
    renderOptions(schemaRows(publish, { root: schema }), 'key'),
    '## mirrors',
    `${mirrors.description} \`nx-oci:copy\` with \`mirrors: true\` copies them ([copy](../publish/copy.md)).`,
    renderOptions(schemaRows(mirrors.anyOf[0].items, { root: schema }), 'key'),
  ];
}
