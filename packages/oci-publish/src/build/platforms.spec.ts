import { symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { formatPlatform, isOciError } from '@nx-oci/model';
import fc from 'fast-check';

import type { NativeBuildOptions } from '../engines/options/native-options';
import { namedPaths } from '../engines/sources/named-paths';
import { makeWorkspace, type TestWorkspace } from '../testing/make-workspace';
import { normalizeOptions } from './normalize-options';

let workspace: TestWorkspace;
beforeAll(() => {
  workspace = makeWorkspace();
  workspace.write('apps/docker/Dockerfile', 'FROM scratch\n');
  workspace.write('apps/api/package.json', '{}');
});
afterAll(() => workspace.remove());

const LAYER = { from: 'dist/apps/api', to: '/app' };
const BOTH = ['linux/amd64', 'linux/arm64'];

function normalize(written: object, project = 'api') {
  const { root: workspaceRoot } = workspace;
  return normalizeOptions(written, { project, projectRoot: `${workspaceRoot}/apps/${project}`, workspaceRoot }, { env: {} });
}

async function nativeOptions(written: object): Promise<NativeBuildOptions> {
  const normalized = await normalize(written);
  if (normalized.engine !== 'native') throw new Error('another engine');
  return normalized.options;
}

async function problemsOf(written: object, project?: string): Promise<readonly string[]> {
  const error: unknown = await normalize(written, project).catch((thrown: unknown) => thrown);
  if (!isOciError(error, 'OPTIONS_INVALID')) throw new Error('it was not refused', { cause: error });
  return error.message
    .split('\n')
    .slice(1)
    .map((line) => line.trim());
}

/** For each platform what its layers are made of, from the workspace root. */
const sourcesOf = ({ platforms }: NativeBuildOptions) =>
  Object.fromEntries(
    platforms.map(({ platform, layers }) => [
      formatPlatform(platform),
      layers.map(({ sources }) => sources.map(({ from }) => from.slice(workspace.root.length + 1)).join(' + ')),
    ]),
  );

describe('the platforms of an image from files', () => {
  it.each([
    [{ platforms: BOTH }, BOTH],
    [{ platforms: 'linux/arm64,linux/amd64' }, ['linux/arm64', 'linux/amd64']],
    [{ platforms: 'linux/aarch64' }, ['linux/arm64']],
    [{ platform: 'linux/arm64' }, ['linux/arm64']],
    [{}, ['linux/amd64']],
  ])('are those of %j, in their order', async (options, platforms) => {
    const { platforms: found } = await nativeOptions({ ...options, layers: [LAYER] });
    expect(found.map(({ platform }) => formatPlatform(platform))).toEqual(platforms);
  });

  it.each([
    [{ platforms: ['linux/amd46', 'linux/arm64'] }, '`platforms[0]` is linux/amd46, which is no platform → did you mean `linux/amd64`?'],
    [{ platform: 'linuks/arm64' }, '`platform` is linuks/arm64, which is no platform → did you mean `linux/arm64`?'],
  ])('are refused if one is misspelt: %j', async (options, problem) => {
    expect(await problemsOf({ ...options, layers: [LAYER] })).toEqual([problem]);
  });

  it.each(['linux/mips64', 'wasi/wasm', 'linux/amd64/v3', 'freebsd/amd64', 'linux/sparc64'])('may be rare: %s', async (platform) => {
    expect(await problemsOf({ platform, layers: 7 })).toEqual([expect.stringContaining('layers')]);
  });

  it('share the same list of layers if none is for a single platform', async () => {
    const { platforms } = await nativeOptions({ platforms: BOTH, layers: [LAYER, { from: 'a', to: '/a' }] });
    expect(platforms[1]!.layers).toBe(platforms[0]!.layers);
  });

  it('share the sources that are for all of them', async () => {
    const options = await nativeOptions({
      platforms: BOTH,
      layers: [LAYER, { from: 'dist/cli-{os}-{arch}', to: '/bin/cli' }, { from: 'x', to: '/x', platform: 'linux/x86_64' }],
    });
    expect(sourcesOf(options)).toEqual({
      'linux/amd64': ['dist/apps/api', 'dist/cli-linux-amd64', 'x'],
      'linux/arm64': ['dist/apps/api', 'dist/cli-linux-arm64'],
    });
    expect(options.platforms[1]!.layers[0]!.sources[0]).toBe(options.platforms[0]!.layers[0]!.sources[0]);
  });

  it('combine shared sources and their own in a named layer', async () => {
    const layers = [
      { ...LAYER, layer: 'app' },
      { from: 'bin/{arch}', to: '/app/bin', layer: 'app' },
      { from: 'only', to: '/app/only', layer: 'app', platform: 'linux/arm64' },
    ];
    expect(sourcesOf(await nativeOptions({ platforms: BOTH, layers }))).toEqual({
      'linux/amd64': ['dist/apps/api + bin/amd64'],
      'linux/arm64': ['dist/apps/api + bin/arm64 + only'],
    });
  });

  it('replace `{os}` and `{arch}`, even for one platform', async () => {
    const options = await nativeOptions({ platform: 'linux/arm64', layers: [{ from: 'bin/{os}/{arch}', to: '/bin' }] });
    expect(sourcesOf(options)).toEqual({ 'linux/arm64': ['bin/linux/arm64'] });
  });

  it('may be chosen on the command line, though layers name others', async () => {
    const layers = [LAYER, { from: 'x', to: '/x', platform: 'linux/amd64' }];
    expect(sourcesOf(await nativeOptions({ platforms: ['linux/arm64'], layers }))).toEqual({ 'linux/arm64': ['dist/apps/api'] });
  });

  it('make the files that they need inputs of the image', () => {
    const named = (written: object) => namedPaths({ engine: 'native', ...written }, 'apps/api').map(({ path }) => path);
    const layers = [LAYER, { from: 'dist/cli-{arch}', to: '/cli' }];
    expect(named({ platforms: BOTH, layers })).toEqual(['dist/apps/api', 'dist/cli-amd64', 'dist/cli-arm64']);
    expect(named({ platforms: 'linux/amd64,linux/arm64', layers })).toEqual(['dist/apps/api', 'dist/cli-amd64', 'dist/cli-arm64']);
    expect(named({ platform: 'linux/arm64', layers })).toEqual(['dist/apps/api', 'dist/cli-arm64']);
    expect(named({ layers })).toEqual(['dist/apps/api', 'dist/cli-amd64']);
  });

  it.each([
    [{ platforms: BOTH, platform: 'linux/arm64' }, /`platform` and `platforms` are both set → remove one; --platforms=linux\/arm64/],
    [{ platforms: [] }, /`platforms` is empty → name one at least/],
    [{ platforms: ['linux/amd64', 'linux/x86_64'] }, /`platforms` names linux\/amd64 twice/],
    [{ platforms: ['linux/amd64', 'linux'] }, /`platforms\[1\]`: "linux" is not a platform/],
    [{ platforms: 5 }, /`platforms`: write a list/],
    [
      { platforms: BOTH, layers: [{ ...LAYER, platform: 'linux/arm46' }, LAYER] },
      /`layers\[0\]\.platform` is linux\/arm46, .* did you mean `linux\/arm64`/,
    ],
    [{ platforms: BOTH, layers: [{ ...LAYER, platform: 'arm64' }, LAYER] }, /`layers\[0\]\.platform`: "arm64" is not a platform/],
    [{ platforms: BOTH, layers: [{ ...LAYER, platform: 'linux/arm64' }] }, /no entry of `layers` is for linux\/amd64/],
    [
      { platforms: BOTH, layers: [{ ...LAYER, platfrom: 'linux/arm64' }] },
      /unknown option `layers\[0\]\.platfrom` → did you mean `platform`/,
    ],
  ])('are refused if they are %j', async (options, problem) => {
    expect(await problemsOf({ layers: [LAYER], ...options })).toContainEqual(expect.stringMatching(problem));
  });

  it.each(['docker', 'podman', 'buildah'])('are refused by the engine %s, with what to do', async (engine) => {
    expect(await problemsOf({ engine, platforms: BOTH }, 'docker')).toContainEqual(
      expect.stringContaining(
        `\`platforms\` belongs to the engines native and buildx, but the engine of this image is ${engine} → build one platform: \`platform\`; all with one builder: set \`engine\` to buildx; or each on a machine of its own: \`parts\``,
      ),
    );
  });

  it('give each platform what a build for it alone has', async () => {
    const platform = fc.constantFrom('linux/amd64', 'linux/arm64', 'linux/arm/v7', 'linux/s390x', 'windows/amd64');
    const layer = fc.record(
      {
        from: fc.constantFrom('a', 'bin/{arch}', '{os}/{arch}', 'dist/{os}'),
        to: fc.constantFrom('/a', '/b'),
        layer: fc.constantFrom('one', 'two'),
        platform,
      },
      { requiredKeys: ['from', 'to'] },
    );
    const choices = fc.record({ platforms: fc.uniqueArray(platform, { minLength: 1 }), layers: fc.array(layer, { maxLength: 5 }) });
    await fc.assert(
      fc.asyncProperty(choices, async ({ platforms, layers }) => {
        const all = await nativeOptions({ engine: 'native', base: 'node', platforms, layers });
        for (const [index, one] of platforms.entries()) {
          const alone = await nativeOptions({ engine: 'native', base: 'node', platform: one, layers });
          expect(all.platforms[index]).toEqual(alone.platforms[0]);
        }
      }),
      { numRuns: 50 },
    );
  });

  it('refuse a file that lies outside of the workspace for one of them', async () => {
    workspace.write('bin/amd64', '');
    symlinkSync(tmpdir(), join(workspace.root, 'bin/arm64'));
    expect(await problemsOf({ platforms: BOTH, layers: [{ from: 'bin/{arch}', to: '/x' }] })).toEqual([
      expect.stringContaining('`layers[0].from`: bin/arm64 links to '),
    ]);
  });
});
