import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';

import { isOciError } from '@nx-oci/model';

import { readImageRecord } from '../engines/image/image-record';
import { IMAGE_OUTPUTS, imageFolder, partFolder, partOutputs, projectOfFolder } from '../engines/names/image-folder';
import { makeWorkspace, type TestWorkspace } from '../testing/make-workspace';
import { createImageBuilder } from './build-images';
import { normalizeOptions } from './normalize-options';
import { isOfMachine } from './read-parts';

const OWN = process.arch === 'arm64' ? 'linux/arm64' : 'linux/amd64';
const FOREIGN = process.arch === 'arm64' ? 'linux/amd64' : 'linux/arm64';
const BOTH = ['linux/amd64', 'linux/arm64'];

let workspace: TestWorkspace;
beforeEach(() => {
  workspace = makeWorkspace();
  workspace.write('dist/api/main.js', 'main');
  workspace.write('apps/docker/Dockerfile', 'FROM scratch\n');
  workspace.commit('first');
});
afterEach(() => workspace.remove());

async function build(options: object, root = workspace.root): Promise<string> {
  const builder = createImageBuilder({ workspaceRoot: root, env: {} });
  const layers = [{ from: 'dist/api', to: '/app' }];
  const asked = { project: 'api', projectRoot: root, task: 'api:image', options: { layers, platforms: BOTH, parts: true, ...options } };
  try {
    return await builder.build({ ...asked, print: () => undefined });
  } catch (error) {
    if (!isOciError(error)) throw error;
    return `${error.code} ${error.message}\n${error.hint}`;
  } finally {
    await builder.close();
  }
}

const folder = (platform: string) => partFolder(workspace.root, 'api', platform);

describe('a target that makes one part of an image', () => {
  it('writes an ordinary image of its platform into a folder of its own', async () => {
    expect(await build({ platform: OWN })).toMatch(new RegExp(`^api {2}sha256:\\w+ {2}${OWN}, engine native\\n[^]*dist.images.api.linux-`));
    await expect(readImageRecord(folder(OWN))).resolves.toMatchObject({ project: 'api', platforms: [OWN] });
    await expect(readImageRecord(imageFolder(workspace.root, 'api'))).rejects.toThrow('no image.json');
  });

  it('refuses a machine of another platform, and says where to make it', async () => {
    expect(await build({ platform: FOREIGN })).toMatch(
      new RegExp(
        `^PLATFORM_INVALID Cannot make the part of api for ${FOREIGN}: this machine is for ${OWN}.[^]*on ${FOREIGN}: nx run api:image\n`,
      ),
    );
    expect(await build({ platform: FOREIGN, parts: 'anywhere' })).toMatch(/engine native/);
  });

  describe('takes one that another machine made,', () => {
    let other: TestWorkspace;
    beforeEach(async () => {
      other = makeWorkspace();
      other.write('dist/api/main.js', 'main');
      await build({ platform: FOREIGN, parts: 'anywhere' }, other.root);
      cpSync(partFolder(other.root, 'api', FOREIGN), folder(FOREIGN), { recursive: true });
    });
    afterEach(() => other.remove());

    it('without making it again, even where the build output is missing', async () => {
      expect(await build({ platform: FOREIGN })).toMatch(/made on another machine/);
      rmSync(join(workspace.root, 'dist/api'), { recursive: true });
      expect(await build({ platform: FOREIGN })).toMatch(/made on another machine/);
    });

    it('unless it is older than its sources', async () => {
      workspace.write('dist/api/main.js', 'changed');
      expect(await build({ platform: FOREIGN })).toMatch(
        /^IMAGE_OUTDATED .*its part for linux\/\w+ is older than its sources: dist\/api\/main\.js/,
      );
    });

    it('and checks that all parts are there', async () => {
      expect(await build({})).toContain(`1 of its 2 parts is missing.\n  ${OWN}: `);
      expect(await build({})).toContain(`on ${OWN}: nx run api:image --platform=${OWN}`);
      await build({ platform: OWN });
      expect(await build({})).toMatch(/^api {2}sha256:\w+ {2}linux\/amd64 and linux\/arm64, of 2 parts/);
    });
  });

  it.each([
    [{ parts: true, platforms: undefined }, /`parts` is set, but not which there are/],
    [{ parts: true, platforms: ['linux/amd64'], platform: 'linux/s390x' }, /`platform` is linux\/s390x, which is not one of `platforms`/],
    [{ parts: 'everywhere' }, /`parts`: write true, or "anywhere"/],
  ])('is refused with %j', async (options, problem) => {
    expect(await build(options)).toMatch(problem);
  });

  it('names the line that makes Nx wait for no part', async () => {
    const builder = createImageBuilder({ workspaceRoot: workspace.root, env: {} });
    const options = { layers: [{ from: 'dist/api', to: '/app' }], platforms: BOTH, parts: true };
    const parts = BOTH.map((platform) => ({ platform, task: `api:image-${platform.replace('/', '-')}` }));
    const misled = { named: 'image', tasks: ['api:publish'] };
    const asked = { project: 'api', projectRoot: workspace.root, task: 'api:image', options, parts, misled, print: () => undefined };
    await expect(builder.build(asked)).rejects.toMatchObject({
      hint: expect.stringMatching(
        /^`dependsOn` of api:publish names image, which makes no part: write "image-linux-\w+", "image-linux-\w+" instead\.\nMake each /,
      ),
    });
    await builder.close();
  });

  it.each(['docker', 'podman', 'buildah'])('can use the engine %s', async (engine) => {
    const location = { project: 'docker', projectRoot: join(workspace.root, 'apps/docker'), workspaceRoot: workspace.root };
    const asked = { engine, platforms: BOTH, parts: true };
    await expect(normalizeOptions({ ...asked, platform: 'linux/aarch64' }, location, { env: {} })).resolves.toMatchObject({
      options: { platform: 'linux/arm64' },
      parts: { kind: 'part', platform: 'linux/arm64' },
    });
    await expect(normalizeOptions(asked, location, { env: {} })).resolves.toMatchObject({ parts: { kind: 'whole', platforms: BOTH } });
  });
});

it.each([
  ['linux/amd64', 'x64', true],
  ['linux/386', 'x64', true],
  ['linux/arm64', 'arm64', true],
  ['linux/arm64', 'x64', false],
  ['linux/arm/v7', 'arm', true],
  ['linux/ppc64le', 'ppc64', true],
  ['linux/s390x', 's390x', true],
])('%s is made on a machine with %s: %s', (platform, arch, expected) => {
  expect(isOfMachine(platform, arch)).toBe(expected);
});

it.each(['api', '@acme/api', '@acme', 'a/b', '..'])('the folder of a part names its project: %s', (project) => {
  expect(projectOfFolder(partFolder('/w', project, 'linux/arm/v7'))).toBe(project);
  expect(partOutputs('linux/arm/v7')).toEqual([IMAGE_OUTPUTS[0]!.replace('blobs', 'linux-arm-v7')]);
});
