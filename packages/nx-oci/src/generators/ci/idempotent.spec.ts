import { updateJson, type Tree } from '@nx/devkit';
import { createTreeWithEmptyWorkspace } from '@nx/devkit/testing';
import { parseDocument } from 'yaml';

import { ciGenerator } from './generator';

const LOCK_FILES: readonly (readonly [string, string])[] = [
  ['package-lock.json', '{}'],
  ['pnpm-lock.yaml', "lockfileVersion: '9.0'\n"],
  ['yarn.lock', '\n__metadata:\n'],
  ['bun.lock', '{}'],
];
const RELEASES = [undefined, {}, { projectsRelationship: 'independent' }, { releaseTag: { pattern: "it's/{version}" } }];
const REGISTRIES = [
  'registries: { a: { host: a.lan } }\n',
  'registries:\n  ghcr:\n    host: ghcr.io\n    auth:\n      username: ${GITHUB_ACTOR}\n      password: ${GITHUB_TOKEN}\n',
  'registries:\n  a:\n    host: ${HOST:-a.lan}\n    auth:\n      token: ${TOKEN}\npublish:\n  env: [BUILD]\n  tags: ["{branch}-${BUILD}"]\n',
];
const FILES = { github: '.github/workflows/publish.yml', gitlab: '.gitlab-ci.yml' } as const;

const variants = (['github', 'gitlab'] as const).flatMap((provider) =>
  LOCK_FILES.flatMap((lockFile) =>
    RELEASES.flatMap((release) =>
      REGISTRIES.flatMap((registries) =>
        [false, true].map((hasDockerfile) => ({ provider, lockFile, release, registries, hasDockerfile })),
      ),
    ),
  ),
);

function makeTree({ lockFile: [file, text], release, registries, hasDockerfile }: (typeof variants)[number]): Tree {
  const tree = createTreeWithEmptyWorkspace({ layout: 'apps-libs', formatter: 'none' });
  tree.write(file, text);
  tree.write('registries.yaml', registries);
  tree.write('apps/api/project.json', '{ "name": "api", "targets": { "publish": { "executor": "nx-oci:publish" } } }');
  if (hasDockerfile) tree.write('apps/api/Dockerfile', 'FROM scratch\n');
  // A branch that is named costs no git, which is started hundreds of times otherwise.
  updateJson(tree, 'nx.json', (json: object) => ({ ...json, release, defaultBase: 'main' }));
  return tree;
}

describe.each(['github', 'gitlab'] as const)('a second run for %s', (provider) => {
  const file = FILES[provider];
  const cases = variants.filter((variant) => variant.provider === provider);

  it('changes no byte, whatever the workspace is like, and whoever has formatted the file since', async () => {
    expect(cases).toHaveLength(96);
    for (const variant of cases) {
      const tree = makeTree(variant);
      await ciGenerator(tree, { provider });
      const first = tree.read(file, 'utf8') ?? '';
      await ciGenerator(tree, { provider });
      expect(tree.read(file, 'utf8')).toBe(first);

      const formatted = parseDocument(first).toString({ indent: 4, lineWidth: 60, singleQuote: false }).replaceAll('\n', '\r\n');
      tree.write(file, formatted);
      await ciGenerator(tree, { provider });
      expect(tree.read(file, 'utf8')).toBe(formatted);
    }
  });
});
