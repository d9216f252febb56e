import { namedPaths } from './named-paths';

const pathsOf = (options: object, root = 'apps/api') => namedPaths(options, root).map(({ path }) => path);

describe('the files that options of an image name', () => {
  it('are layers and a layout to stand on, of an image from files', () => {
    const layers = [{ from: 'dist/apps/api/', to: '/app' }, { from: './certs/ca.pem', to: '/etc/' }, { to: '/nothing' }];
    expect(namedPaths({ base: 'layout:dist/images/base', layers }, 'apps/api')).toEqual([
      { option: 'base', path: 'dist/images/base' },
      { option: 'layers[0].from', path: 'dist/apps/api' },
      { option: 'layers[1].from', path: 'certs/ca.pem' },
    ]);
    expect(pathsOf({ engine: 'native', base: 'docker.io/library/node:22' })).toEqual([]);
  });

  it('are the Dockerfile, its ignore files and the context, of an image from a Dockerfile', () => {
    expect(pathsOf({ dockerfile: 'Dockerfile', context: 'dist/x' })).toEqual([
      'Dockerfile',
      'Dockerfile.containerignore',
      'Dockerfile.dockerignore',
      'dist/x/.containerignore',
      'dist/x/.dockerignore',
      'dist/x',
    ]);
  });

  it('are those of the project where no option names them', () => {
    expect(pathsOf({ engine: 'docker' })).toEqual(expect.arrayContaining(['apps/api/Dockerfile', 'apps/api/Containerfile']));
    expect(pathsOf({}, '.')).toEqual(expect.arrayContaining(['Dockerfile', '.dockerignore']));
  });

  it('are secrets by their presence alone', () => {
    const secrets = [
      { id: 'npm', env: 'NPM_TOKEN' },
      { id: 'rc', src: '.npmrc' },
    ];
    expect(namedPaths({ engine: 'docker', secrets }, 'a').filter(({ isSecret }) => isSecret)).toEqual([
      { option: 'secrets[1].src', path: '.npmrc', isSecret: true },
    ]);
  });

  it.each([undefined, null, { layers: 'x', base: 1 }, { layers: [null, 1, { from: 2 }] }])(
    'are none that cannot be read, as in %j',
    (options) => {
      expect(() => namedPaths(options, 'a')).not.toThrow();
    },
  );
});
