import { execFileSync } from 'node:child_process';

import { updateJson, type Tree } from '@nx/devkit';
import { createTreeWithEmptyWorkspace } from '@nx/devkit/testing';
import { describeWith } from '@nx-oci/model/testing';

import { ciGenerator } from './generator';

const WORKFLOW = '.github/workflows/publish.yml';
const REGISTRIES = `registries:
  ghcr:
    host: ghcr.io
    auth:
      username: \${GITHUB_ACTOR}
      password: \${GITHUB_TOKEN}
  corp:
    host: \${CORP_HOST:-corp.lan}
    auth:
      token: \${CORP_TOKEN}
`;

function makeTree(lockFile: string, text: string): Tree {
  const tree = createTreeWithEmptyWorkspace({ layout: 'apps-libs', formatter: 'none' });
  tree.write(lockFile, text);
  tree.write('registries.yaml', REGISTRIES);
  return tree;
}

describeWith(['actionlint'], 'what actionlint says of workflows', (things) => {
  /** Throws if actionlint reports a problem. */
  const lint = (text: string): void => {
    execFileSync(things.tool('actionlint'), ['-'], { input: text, stdio: ['pipe', 'pipe', 'pipe'] });
  };

  describe.each([
    ['npm', 'package-lock.json', '{}'],
    ['pnpm', 'pnpm-lock.yaml', "lockfileVersion: '9.0'\n"],
    ['yarn', 'yarn.lock', '# yarn lockfile v1\n'],
    ['the newer yarn', 'yarn.lock', '\n__metadata:\n'],
    ['bun', 'bun.lock', '{}'],
  ])('for %s', (_, lockFile, text) => {
    it.each([
      ['no release', undefined],
      ['independent releases', { projectsRelationship: 'independent' }],
      ['tags of another form', { releaseTag: { pattern: "it's+/{version}" } }],
      ['no tags', { releaseTag: { pattern: 'release' } }],
      ['tags that would mean something to YAML and filters', { releaseTag: { pattern: "!a,{b}#+'{version}" } }],
    ])('with %s: nothing', async (__, release) => {
      const tree = makeTree(lockFile, text);
      updateJson(tree, 'nx.json', (json: object) => ({ ...json, release }));
      await ciGenerator(tree, { provider: 'github', branch: 'release/1.x' });
      expect(() => lint(tree.read(WORKFLOW, 'utf8') ?? '')).not.toThrow();
      tree.delete(WORKFLOW);
      await ciGenerator(tree, { provider: 'github', platforms: ['linux/amd64', 'linux/arm64'] });
      expect(() => lint(tree.read(WORKFLOW, 'utf8') ?? '')).not.toThrow();
    });
  });

  it('for the one that renews images every night: nothing', async () => {
    const tree = makeTree('pnpm-lock.yaml', "lockfileVersion: '9.0'\n");
    await ciGenerator(tree, { provider: 'github', nightly: true });
    expect(() => lint(tree.read('.github/workflows/renew-images.yml', 'utf8') ?? '')).not.toThrow();
  });

  it('has a finding for an invalid workflow', () => {
    expect(() => lint('on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - run: echo ${{ nothing.here }}\n')).toThrow();
  });
});
