import { VARIABLES } from '../environment-variables.mjs';
import { loadSource, readSyntax } from '../read-sources.mjs';
import { isOfCiSystem, readVariables } from '../read-variables.mjs';
import { renderTable } from '../render-table.mjs';

/** Every environment variable that is read. */
export async function environmentPage() {
  const read = readVariables();
  refuseDifferences(read.filter((variable) => !isOfCiSystem(variable)).map(({ name }) => name));
  const { CI_CREDENTIALS } = await loadSource('packages/oci-publish/src/secrets/ci-credentials.ts');
  return [
    '# Environment variables',
    'What nx-oci and `oci-registry` read. Variables that registries.yaml names (`${GHCR_TOKEN}`) are your own; on a command line, set them before it.',
    ...Object.entries(VARIABLES).flatMap(([title, variables]) => [
      `## ${title}`,
      renderTable(
        ['variable', 'meaning'],
        Object.entries(variables).map(([name, meaning]) => [`\`${name}\``, meaning]),
      ),
    ]),
    '## CI systems',
    'Branch, git tag, commit and pull request come from these, if the first variable says that the system runs:',
    renderTable(['system', 'variables'], ciRows(read)),
    '## Hidden values',
    'The values of these variables are replaced by `[hidden]` in everything that is printed or written, as are all that `auth` in registries.yaml names ([secrets](../operate/secrets.md)):',
    CI_CREDENTIALS.map((name) => `\`${name}\``).join(', ') + '.',
  ];
}

function ciRows(read) {
  const systems = readSyntax().filter(({ file }) => file.startsWith('packages/oci-publish/src/ci/systems/'));
  return systems.flatMap(({ file, tree }) => {
    const [, title] = /system: '([^']+)'/.exec(tree.text) ?? [];
    const names = read.filter((variable) => variable.file === file).map(({ name }) => `\`${name}\``);
    return title === undefined ? [] : [[title, names.join(', ')]];
  });
}

function refuseDifferences(read) {
  const described = Object.values(VARIABLES).flatMap((group) => Object.keys(group));
  const texts = readSyntax().map(({ tree }) => tree.text);
  const isMentioned = (name) => texts.some((text) => text.includes(name) || text.includes(`'${name.toLowerCase()}'`));
  const problems = [
    ...[...new Set(read)].filter((name) => !described.includes(name)).map((name) => `${name} is read, but not described`),
    ...described.filter((name) => !isMentioned(name)).map((name) => `${name} is described, but not read`),
  ];
  if (problems.length > 0) throw new Error(`tools/reference/environment-variables.mjs: ${problems.join('; ')}`);
}
