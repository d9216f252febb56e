import { join } from 'node:path';

import { describeWith } from '@nx-oci/model/testing';

import { openYamlEditor, type YamlEditor } from './testing/yaml-editor';

const SCHEMA = join(__dirname, '../../registries.schema.json');
const HEAD = `# yaml-language-server: $schema=${SCHEMA}\n`;
const REGISTRY = `${HEAD}registries:\n  ghcr:\n    host: ghcr.io\n`;

// The engine of "YAML" for VS Code, and of JetBrains' and Neovim's support for schemas.
describeWith(['yaml-language-server'], 'an editor, in registries.yaml', (things) => {
  let editor: YamlEditor;
  beforeAll(async () => {
    editor = await openYamlEditor(things.tool('yaml-language-server'), '/workspace');
  });
  afterAll(() => editor.close());

  it.each([
    ['sections', `${HEAD}‸`, ['registries', 'publish', 'mirrors']],
    ['keys of a registry', `${REGISTRY}    ‸`, ['namespace', 'auth', 'plainHttp', 'tls', 'trustedHosts', 'guard', 'tags', 'onFailure']],
    ['keys of a login', `${REGISTRY}    auth:\n      ‸`, ['username', 'password', 'token']],
    ['choices', `${HEAD}publish:\n  onFailure: ‸`, ['abort', 'continue']],
    ['tag rules', `${HEAD}publish:\n  tags:\n    - ‸`, ['sha', 'version', 'major', 'latest']],
    ['options of a tag rule', `${HEAD}publish:\n  tags:\n    - rule: sha\n      ‸`, ['length', 'prefix', 'when']],
    ['hosts', `${HEAD}registries:\n  ghcr:\n    host: ‸`, ['ghcr.io', 'docker.io', 'localhost:5080']],
    ['variables for a login', `${REGISTRY}    auth:\n      password: ‸`, ['${GITHUB_TOKEN}']],
    ['sizes', `${HEAD}publish:\n  maxGrowth: ‸`, ['20MB', '10%']],
    ['platforms of a mirror', `${HEAD}mirrors:\n  - from: docker.io/library/postgres:15\n    platforms:\n      - ‸`, ['linux/amd64']],
  ])('offers %s', async (_what, text, wanted) => {
    expect(await editor.complete(text)).toEqual(expect.arrayContaining(wanted));
  });

  it.each([
    ['namespace', `${REGISTRY}    name‸space: acme\n`, 'Path between host and image'],
    ['guard', `${REGISTRY}    gua‸rd: true\n`, 'floating tags move only from the default branch'],
    ['tags', `${HEAD}publish:\n  ta‸gs: [sha]\n`, 'Tags that every image gets'],
    ['username', `${REGISTRY}    auth:\n      user‸name: me\n`, 'User name, or a variable'],
  ])('explains %s', async (_key, text, explanation) => {
    expect(await editor.hover(text)).toContain(explanation);
  });

  it.each([
    ['a key that does not exist', `${REGISTRY}    namspace: acme\n`, /^5: .*namspace/],
    ['a section that does not exist', `${REGISTRY}defaults: {}\n`, /^5: .*defaults/],
    ['a choice that does not exist', `${REGISTRY}    onFailure: stop\n`, /^5: .*abort/],
    ['a number for a truth value', `${REGISTRY}    guard: 1\n`, /^5: .*boolean/],
    ['a registry without a host', `${HEAD}registries:\n  ghcr:\n    namespace: acme\n`, /host/],
    ['an option that a tag rule does not have', `${HEAD}publish:\n  tags:\n    - rule: sha\n      lenght: 7\n`, /^\d: /],
  ])('marks %s', async (_what, text, marked) => {
    expect((await editor.problems(text)).join('\n')).toMatch(marked);
  });

  it.each([
    ['the entry of a registry', `${REGISTRY}    namespace: \${OWNER}\n    auth:\n      username: me\n      password: \${TOKEN}\n`],
    [
      'rules as words and maps',
      `${HEAD}publish:\n  registries: [ghcr]\n  tags: [sha, { rule: major }, { literal: stable }, '{branch}-{shortSha}']\n`,
    ],
  ])('marks nothing in %s', async (_what, text) => {
    expect(await editor.problems(text)).toEqual([]);
  });
});
