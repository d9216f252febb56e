import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { namedPaths } from './named-paths';
import { readTextIn } from './read-text';

const pathsOf = (options: object, root = 'apps/api') => namedPaths(options, root).map(({ path }) => path);

describe('the files named by options of an image', () => {
  it('are the layers and a base layout, for an image from files', () => {
    const layers = [{ from: 'dist/apps/api/', to: '/app' }, { from: './certs/ca.pem', to: '/etc/' }, { to: '/nothing' }];
    expect(namedPaths({ base: 'layout:dist/images/base', layers }, 'apps/api')).toEqual([
      { option: 'base', path: 'dist/images/base' },
      { option: 'layers[0].from', path: 'dist/apps/api' },
      { option: 'layers[1].from', path: 'certs/ca.pem' },
    ]);
    expect(pathsOf({ engine: 'native', base: 'docker.io/library/node:22' })).toEqual([]);
  });

  it('are the Dockerfile, its ignore files and the context, for an image from a Dockerfile', () => {
    expect(pathsOf({ dockerfile: 'Dockerfile', context: 'dist/x' })).toEqual([
      'Dockerfile',
      'Dockerfile.containerignore',
      'Dockerfile.dockerignore',
      'dist/x/.containerignore',
      'dist/x/.dockerignore',
      'dist/x',
    ]);
  });

  it('include targets of links in the workspace', () => {
    const root = mkdtempSync(join(tmpdir(), 'nx-oci-named-'));
    try {
      for (const folder of ['tools', 'apps/api']) mkdirSync(join(root, folder), { recursive: true });
      writeFileSync(join(root, 'tools/Dockerfile.shared'), 'FROM scratch\n');
      writeFileSync(join(root, 'tools/ignored'), 'x\n');
      symlinkSync('../../tools/Dockerfile.shared', join(root, 'apps/api/Dockerfile'));
      symlinkSync('../../tools/ignored', join(root, 'apps/api/.dockerignore'));
      symlinkSync('/etc/hostname', join(root, 'apps/api/Containerfile'));
      const paths = namedPaths({ engine: 'docker' }, 'apps/api', readTextIn(root)).map(({ path }) => path);
      expect(paths.filter((path) => !path.startsWith('apps/api/'))).toEqual(['tools/Dockerfile.shared', 'tools/ignored']);
    } finally {
      rmSync(root, { recursive: true });
    }
  });

  it('are those of the project by default', () => {
    expect(pathsOf({ engine: 'docker' })).toEqual(expect.arrayContaining(['apps/api/Dockerfile', 'apps/api/Containerfile']));
    expect(pathsOf({}, '.')).toEqual(expect.arrayContaining(['Dockerfile', '.dockerignore']));
  });

  it('include secrets by their presence only', () => {
    const secrets = [
      { id: 'npm', env: 'NPM_TOKEN' },
      { id: 'rc', src: '.npmrc' },
    ];
    expect(namedPaths({ engine: 'docker', secrets }, 'a').filter(({ isSecret }) => isSecret)).toEqual([
      { option: 'secrets[1].src', path: '.npmrc', isSecret: true },
    ]);
  });

  it.each([undefined, null, { layers: 'x', base: 1 }, { layers: [null, 1, { from: 2 }] }])('omit invalid options such as %j', (options) => {
    expect(() => namedPaths(options, 'a')).not.toThrow();
  });
});
