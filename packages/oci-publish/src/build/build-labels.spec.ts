import { type Digest, digestOf } from '@nx-oci/model';

import { digestBuild } from '../engines/names/digest-build';
import { describeDockerfileBuild } from '../engines/dockerfile/describe-build';
import { describeNativeBuild } from '../engines/native/describe-build';
import { makeWorkspace, type TestWorkspace } from '../testing/make-workspace';
import { normalizeOptions } from './normalize-options';

// Published images contain these values. If one changes, every image with such options becomes another build, whose immutable
// tags are refused: leave a new option out of the description if it has its default.
describe('the label dev.nx-oci.build', () => {
  let workspace: TestWorkspace;

  beforeAll(() => {
    workspace = makeWorkspace();
    workspace.write('apps/api/Dockerfile', 'FROM scratch\n');
    workspace.write('docker/api.Dockerfile', 'FROM scratch\n');
    workspace.write('.npmrc', '');
    workspace.write('dist/api/main.js', '');
  });
  afterAll(() => workspace.remove());

  const labelOf = async (written: object, baseDigest?: Digest): Promise<Digest> => {
    const { root: workspaceRoot } = workspace;
    const asked = await normalizeOptions(written, { project: 'api', projectRoot: `${workspaceRoot}/apps/api`, workspaceRoot }, { env: {} });
    return digestBuild(
      asked.engine === 'native'
        ? describeNativeBuild(asked.options, asked.options.platforms[0]!, workspaceRoot, baseDigest)
        : describeDockerfileBuild(asked.options, workspaceRoot),
    );
  };
  const layers = [{ from: 'dist/api', to: '/app' }];
  const platform = 'linux/amd64';

  it.each<[string, object, Digest | undefined, string]>([
    ['one layer', { layers, platform }, undefined, 'sha256:e10b80ed28eb45fd5639097bf857df235447b2a06a118b041109c475769820e2'],
    [
      'a base',
      { base: 'docker.io/library/node:22', layers, platform: 'linux/arm64/v8' },
      digestOf('base'),
      'sha256:3a685613f50a5074c52b0d08b5792d917c963e4199ae09575b4f0bc1dd71d433',
    ],
    [
      'all options of an image from files',
      {
        engine: 'native',
        base: 'scratch',
        layers: [
          {
            from: 'dist/api',
            to: '/app',
            include: ['**/*.js'],
            exclude: ['*.map'],
            owner: '1000:1001',
            mode: '644',
            layer: 'app',
            ignored: 'exclude',
          },
          { from: 'dist/api/main.js', to: '/app/main.js', layer: 'app' },
        ],
        platform,
        entrypoint: ['node'],
        cmd: ['main.js'],
        env: { NODE_ENV: 'production' },
        user: 'node',
        workdir: '/app',
        ports: [3000],
        volumes: ['/data'],
        stopSignal: 'SIGTERM',
        labels: { team: 'a' },
        annotations: { team: 'b' },
      },
      undefined,
      'sha256:3e08cf6b53ce869fb7bcc59835a31d648668e4e1d05a510b34f9261c2882ceb3',
    ],
    ['a Dockerfile', { engine: 'docker' }, undefined, 'sha256:5139d187fda9c33bf4b75028c805a1c11f598ef17545a65e5ab7d5ea4e929ab9'],
    [
      'a Dockerfile for buildx, with any builder',
      { engine: 'buildx', builder: 'far' },
      undefined,
      'sha256:5139d187fda9c33bf4b75028c805a1c11f598ef17545a65e5ab7d5ea4e929ab9',
    ],
    ['a Dockerfile for podman', { engine: 'podman' }, undefined, 'sha256:5139d187fda9c33bf4b75028c805a1c11f598ef17545a65e5ab7d5ea4e929ab9'],
    [
      'all options of an image from a Dockerfile',
      {
        engine: 'docker',
        dockerfile: 'docker/api.Dockerfile',
        context: '.',
        buildArgs: { VERSION: '1', TOKEN: null },
        secrets: [{ id: 'npm', src: '.npmrc' }],
        stage: 'final',
        platform,
        network: 'none',
        noCache: true,
        labels: { team: 'a' },
      },
      undefined,
      'sha256:9d984dacf52a0a8f3b20435fbe3620d13147d456cea08b637878508a04acfeaa',
    ],
  ])('stays the same for %s', async (_what, written, baseDigest, label) => {
    expect(await labelOf(written, baseDigest)).toBe(label);
  });

  it('does not depend on the order of options, nor on explicit defaults', async () => {
    const plain = await labelOf({ layers, platform });
    expect(await labelOf({ platform, labels: {}, annotations: {}, base: 'scratch', engine: 'native', layers, compression: 'gzip' })).toBe(
      plain,
    );
    expect(await labelOf({ engine: 'docker', secrets: [], buildArgs: {}, noCache: false, labels: {}, compression: 'gzip' })).toBe(
      await labelOf({ engine: 'docker' }),
    );
  });
});
