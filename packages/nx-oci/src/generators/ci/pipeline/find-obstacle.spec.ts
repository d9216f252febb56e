import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { logger } from '@nx/devkit';
import { flushChanges, FsTree } from 'nx/src/generators/tree';

import { ciGenerator } from '../generator';

describe('nx g nx-oci:ci, if its file cannot be written,', () => {
  let root: string;
  const inRoot = (file: string) => path.join(root, file);

  beforeEach(() => {
    root = mkdtempSync(path.join(tmpdir(), 'nx-oci-ci-'));
    writeFileSync(inRoot('registries.yaml'), 'registries: { a: { host: a.lan } }\n');
    writeFileSync(inRoot('nx.json'), '{ "defaultBase": "main" }');
    writeFileSync(inRoot('package-lock.json'), '{}');
    jest.spyOn(logger, 'info').mockImplementation();
  });
  afterEach(() => {
    jest.restoreAllMocks();
    rmSync(root, { recursive: true, force: true });
  });

  const generate = async (provider: 'github' | 'gitlab'): Promise<void> => {
    const tree = new FsTree(root, false);
    const done = await ciGenerator(tree, { provider }, []);
    flushChanges(root, tree.listChanges());
    await done();
  };

  it.each<['github' | 'gitlab', string, (file: string) => void, string]>([
    ['gitlab', '.gitlab-ci.yml', (file) => mkdirSync(file), '.gitlab-ci.yml is a folder'],
    ['github', '.github/workflows/publish.yml', (file) => mkdirSync(file, { recursive: true }), 'publish.yml is a folder'],
    ['github', '.github', (file) => writeFileSync(file, ''), '.github is a file, but .github/workflows/publish.yml needs a folder there'],
    ['gitlab', '.gitlab-ci.yml', (file) => symlinkSync('elsewhere.yml', file), '.gitlab-ci.yml is a link to a file that does not exist'],
  ])('%s: reports it before anything is written: %s', async (provider, file, take, message) => {
    take(inRoot(file));
    await expect(generate(provider)).rejects.toThrow(message);
    expect(existsSync(inRoot('elsewhere.yml'))).toBe(false);
  });
});
