import { logger, updateJson, type Tree } from '@nx/devkit';
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

const variants = LOCK_FILES.flatMap((lockFile, index) =>
  REGISTRIES.map((registries, other) => ({
    lockFile,
    registries,
    release: RELEASES[(index + other) % RELEASES.length],
    hasDockerfile: (index + other) % 2 === 0,
  })),
);

function makeTree({ lockFile: [file, text], release, registries, hasDockerfile }: (typeof variants)[number]): Tree {
  const tree = createTreeWithEmptyWorkspace({ layout: 'apps-libs', formatter: 'none' });
  tree.write(file, text);
  tree.write('registries.yaml', registries);
  tree.write('apps/api/project.json', '{ "name": "api", "targets": { "publish": { "executor": "nx-oci:publish" } } }');
  if (hasDockerfile) tree.write('apps/api/Dockerfile', 'FROM scratch\n');
  // With a named branch, git is not started, which would happen hundreds of times.
  updateJson(tree, 'nx.json', (json: object) => ({ ...json, release, defaultBase: 'main' }));
  return tree;
}

describe.each(['github', 'gitlab'] as const)('a second run for %s', (provider) => {
  const file = FILES[provider];

  it('changes nothing in any workspace, and reports no missing lines after any formatting', async () => {
    for (const variant of variants) {
      const tree = makeTree(variant);
      await ciGenerator(tree, { provider });
      const first = tree.read(file, 'utf8') ?? '';
      const formatted = parseDocument(first).toString({ indent: 4, lineWidth: 0, singleQuote: false }).replaceAll('\n', '\r\n');
      tree.write(file, formatted);
      const done = await ciGenerator(tree, { provider });
      expect(tree.read(file, 'utf8')).toBe(formatted);
      const info = jest.spyOn(logger, 'info').mockImplementation();
      await done();
      expect(info.mock.calls.join()).toContain(`${file} is there already; nothing was changed. It has all`);
      info.mockRestore();
    }
  });
});
