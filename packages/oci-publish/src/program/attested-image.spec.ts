import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { formatPlatform } from '@nx-oci/model';
import { describeWith, makeBuilders } from '@nx-oci/model/testing';

import { openConnection } from '../connection/open-connection';
import { imageFolder, readImageRecord } from '../engines/image/image-record';
import { openLocalImage } from '../engines/image/local-image';
import { openBuiltImage } from '../image-test/image/open-built-image';
import { imageOpener } from '../publish/image/layout-image';
import { makeWorkspace, type TestWorkspace } from '../testing/make-workspace';
import { publish } from './publish';

// What a scanner for BuildKit is: it lists the packages of a file system as SPDX, in a file.
// @see https://github.com/moby/buildkit/blob/v0.34.2/docs/attestations/sbom-protocol.md
const SCANNER = `#!/bin/sh
echo '{"_type":"https://in-toto.io/Statement/v0.1","predicateType":"https://spdx.dev/Document","predicate":{"spdxVersion":"SPDX-2.3","name":"spec"}}' \\
  > "$BUILDKIT_SCAN_DESTINATION/sbom.spdx.json"
`;

interface Entry {
  readonly digest: string;
  readonly platform?: { readonly os: string; readonly architecture: string };
  readonly annotations?: Readonly<Record<string, string>>;
}

describeWith(['buildkit', 'buildx', 'distribution-3', 'busybox', 'regctl', 'crane'], 'an image with provenance and SBOM', (things) => {
  const { host } = things.server('distribution-3');
  let workspace: TestWorkspace;
  let env: NodeJS.ProcessEnv;
  let namespace: string;

  beforeEach(() => {
    workspace = makeWorkspace();
    const { root } = workspace;
    const builders = makeBuilders(things, join(root, 'tmp/docker'), { far: [{ server: things.server('buildkit') }] });
    env = { PATH: process.env['PATH'], HOME: join(root, 'tmp'), TMPDIR: join(root, 'tmp'), ...builders };
    namespace = `specs/attested-${root.slice(-6).toLowerCase()}`;
    workspace.write('.gitignore', 'tmp\ndist\nnode_modules\n');
    workspace.write(
      'registries.yaml',
      `registries:\n  here: { host: '${host}', namespace: ${namespace} }\npublish: { registries: [here] }\n`,
    );
    workspace.write('small.txt', root);
    workspace.write('Dockerfile', 'FROM scratch\nLABEL org.opencontainers.image.title=mine\nCOPY small.txt /\n');
    workspace.commit('first');
  });
  afterEach(() => workspace.remove());

  const makeScanner = (): string => {
    const name = `${host}/${namespace}/scanner:1`;
    workspace.write('tmp/scanner/scan', SCANNER);
    workspace.write(
      'tmp/scanner/Dockerfile',
      'FROM scratch\nCOPY busybox /bin/sh\nCOPY --chmod=755 scan /scan\nENTRYPOINT ["/bin/sh", "/scan"]\n',
    );
    execFileSync('cp', [things.tool('busybox'), join(workspace.root, 'tmp/scanner/busybox')]);
    const output = `--output=type=image,name=${name},push=true`;
    execFileSync('docker', ['buildx', 'build', '--builder=far', '--provenance=false', output, join(workspace.root, 'tmp/scanner')], {
      env,
      stdio: 'pipe',
    });
    return name;
  };
  const publishApi = (options: object) =>
    publish({
      folder: workspace.root,
      env,
      images: { api: { engine: 'buildx', builder: 'far', dockerfile: 'Dockerfile', context: '.', ...options } },
      tags: ['sha', 'latest'],
    });
  const regctl = (...args: readonly string[]) =>
    execFileSync(things.tool('regctl'), args, {
      env: { ...env, REGCTL_CONFIG: join(workspace.root, 'tmp/regctl.json') },
      encoding: 'utf8',
    });
  const readIndex = (reference: string) => {
    regctl('registry', 'set', '--tls=disabled', host);
    return JSON.parse(regctl('manifest', 'get', '--format=raw-body', `${host}/${namespace}/api${reference}`)) as {
      readonly manifests: readonly Entry[];
      readonly annotations?: Readonly<Record<string, string>>;
    };
  };
  const builtDigest = (): string =>
    (
      JSON.parse(readFileSync(join(workspace.root, 'dist/images/api/image.json'), 'utf8')) as {
        readonly output: { readonly manifest: { readonly digest: string } };
      }
    ).output.manifest.digest;
  const reportOf = ({ images: [image] }: Awaited<ReturnType<typeof publish>>) => {
    if (image === undefined || !('digest' in image)) throw new Error('no image was published');
    return image;
  };

  it('records its bases when it is built, so that the plan knows when they move', async () => {
    const [base] = makeScanner().split('/scanner:1');
    workspace.write('Dockerfile', `FROM scratch\nCOPY --from=${base ?? ''}/scanner:1 /scan /\nCOPY small.txt /\n`);
    workspace.commit('copies');
    await publishApi({ provenance: true });
    regctl('registry', 'set', '--tls=disabled', host);
    const digest = regctl('manifest', 'head', `${base ?? ''}/scanner:1`).trim();
    const config = regctl('image', 'config', '--format={{ json .Config.Labels }}', `${base ?? ''}/api:latest`);
    expect(JSON.parse(config)).toMatchObject({ 'dev.nx-oci.bases': `${base ?? ''}/scanner:1=${digest}` });
  });

  it('arrives as it was built, with its attestations, and is neither stamped nor counted with them', async () => {
    const platforms = ['linux/amd64', 'linux/arm64'];
    const result = await publishApi({ platforms, provenance: 'max', sbom: makeScanner() });
    expect(result.outcome).toBe('published');
    const report = reportOf(result);
    expect(report.platforms).toEqual(platforms);
    expect(report.digest).toBe(builtDigest());
    const { manifests, annotations } = readIndex(':latest');
    const attestations = manifests.filter((entry) => entry.annotations?.['vnd.docker.reference.type'] === 'attestation-manifest');
    const images = manifests.filter((entry) => !attestations.includes(entry));
    expect(images.map(({ platform }) => `${platform?.os}/${platform?.architecture}`)).toEqual(platforms);
    expect(attestations.map((entry) => entry.annotations?.['vnd.docker.reference.digest'])).toEqual(images.map(({ digest }) => digest));
    const revision = workspace.git('rev-parse', 'HEAD');
    expect(annotations).toMatchObject({ 'dev.nx-oci.project': 'api', 'org.opencontainers.image.revision': revision });
    // Each blob of each attestation is there, and says what it should.
    const kinds = attestations.map(({ digest }) => {
      const { layers } = JSON.parse(regctl('manifest', 'get', '--format=raw-body', `${host}/${namespace}/api@${digest}`)) as {
        readonly layers: readonly Entry[];
      };
      const statements = layers.map(
        (layer) => JSON.parse(regctl('blob', 'get', `${host}/${namespace}/api`, layer.digest)) as { readonly predicateType: string },
      );
      return statements.map(({ predicateType }) => predicateType).sort();
    });
    expect(kinds).toEqual([1, 2].map(() => ['https://slsa.dev/provenance/v1', 'https://spdx.dev/Document']));
    const config = JSON.parse(
      execFileSync(things.tool('crane'), ['config', '--insecure', '--platform=linux/arm64', `${host}/${namespace}/api:latest`], {
        encoding: 'utf8',
      }),
    ) as { readonly config: { readonly Labels: Readonly<Record<string, string>> } };
    const openRepository = () => Promise.reject(new Error('all of it is here'));
    const opened = await openBuiltImage({ project: 'api', workspaceRoot: workspace.root, openRepository });
    expect(opened.platforms.map(({ platform }) => formatPlatform(platform))).toEqual(platforms);
    expect(config.config.Labels).toMatchObject({ 'org.opencontainers.image.revision': revision, 'dev.nx-oci.project': 'api' });
  });

  it('of one platform is an index, too, and a second build of the commit takes the first one', async () => {
    const first = reportOf(await publishApi({ provenance: true }));
    expect(readIndex(':latest').manifests).toHaveLength(2);
    const second = await publishApi({ provenance: true });
    expect(second.outcome).toBe('upToDate');
    expect(reportOf(second).digest).toBe(first.digest);
    expect(builtDigest()).not.toBe(first.digest);
    expect(readIndex(':latest').manifests).toHaveLength(2);
  });

  it('is not published for another commit than the one that it was built from', async () => {
    await publishApi({ provenance: true });
    const opened = await openLocalImage(await readImageRecord(imageFolder(workspace.root, 'api')), imageFolder(workspace.root, 'api'));
    const connection = await openConnection({ entries: [], env });
    const built = await imageOpener(connection)(opened);
    await connection.close();
    const stamp = () => built.stamp({ 'org.opencontainers.image.revision': 'b'.repeat(40) });
    expect(stamp).toThrow(/its image was built from/);
  });
});
