import { rmSync } from 'node:fs';
import { stripVTControlCharacters } from 'node:util';

import { startRegistry, type RunningRegistry } from '@nx-oci/registry';

import { imageFolder } from '../../engines/image/image-record';
import { LARGE_LAYER_BYTES, makePublishing, type Publishing } from '../testing/publishing';

describe('a dry run', () => {
  let registry: RunningRegistry;
  let publishing: Publishing;

  beforeEach(async () => {
    registry = await startRegistry();
    // A socket without a listener: any call to Docker fails.
    publishing = makePublishing(
      `{ host: '${registry.host}', namespace: team }`,
      { DOCKER_HOST: 'unix:///nowhere/docker.sock' },
      LARGE_LAYER_BYTES,
    );
  });

  afterEach(async () => {
    await registry.close();
    publishing.workspace.remove();
  });

  const nameOf = (repository: string) => `${registry.host}/team/${repository}`;
  const writes = () => registry.log.entries().filter(({ method }) => method !== 'GET' && method !== 'HEAD');
  const short = (commit: string) => commit.slice(0, 7);
  const head = () => publishing.workspace.git('rev-parse', 'HEAD');

  /** The output of a dry run, without colours; verifies that it writes nothing. */
  async function plan(asked: Parameters<Publishing['publish']>[0] = {}) {
    registry.log.clear();
    publishing.takePrinted();
    const results = await publishing.publish({ ...asked, options: { tags: ['sha', 'latest'], ...asked.options, dryRun: true } });
    expect(registry.log.entries().length).toBeGreaterThan(0);
    expect(writes()).toEqual([]);
    return { text: stripVTControlCharacters(publishing.takePrinted()), results: [...results.values()] };
  }

  it('shows what it would create, send and do it with', async () => {
    await publishing.build('app', { layers: 2 });
    const { text } = await plan();
    expect(text).toMatch(/^app sha256:[a-f0-9]{64}, 2\.4 MB, linux\/\w+\n/);
    expect(text).toMatch(/ {2}version\s+none \(no release tag yet\)\n {2}tags\s+sha, latest \(option\)\n {2}registries\s+one \(the only/);
    expect(text).toMatch(new RegExp(`${nameOf('app')}:${short(head())} +create +→ sha256:[a-f0-9]+\n`));
    expect(text).toContain(`  ${nameOf('app')}: 2.4 MB to send (4 blobs and manifests)\n`);
    expect(text).toMatch(/\n\nDry run: nothing was written\.$/);
  });

  it('shows how a tag would move, and then sends what the registry lacks', async () => {
    await publishing.build('app', { layers: 2 });
    await publishing.publish({ options: { tags: ['sha', 'latest'] } });
    publishing.workspace.commit('second');
    await publishing.build('app', { layers: 2, changed: [1] });
    const { text } = await plan();
    expect(text).toMatch(new RegExp(`${nameOf('app')}:latest +move +sha256:[a-f0-9]+ → sha256:[a-f0-9]+\n`));
    expect(text).toMatch(/: 1\.2 MB to send \(3 blobs and manifests\), 1\.2 MB there \(1\), estimated\n/);
  });

  it('shows that there is nothing to do', async () => {
    await publishing.build('app', { layers: 1 });
    await publishing.publish({ options: { tags: ['sha', 'latest'] } });
    const { text } = await plan();
    expect(text).toMatch(new RegExp(`${nameOf('app')}:latest +up to date +sha256:`));
    expect(text).toContain(`${nameOf('app')}: nothing to do\n`);
  });

  it('shows the source of each list of rules', async () => {
    const own = makePublishing(`{ host: '${registry.host}', namespace: team, tags: [version, sha] }\n  two: { host: '${registry.host}' }`);
    try {
      const planOf = async (...registries: string[]) => {
        await own.publish({ options: { tags: ['latest'], registries, dryRun: true } });
        return stripVTControlCharacters(own.takePrinted());
      };
      const both = await planOf('one', 'two');
      expect(both).toMatch(/\n {2}tags +latest \(option\)\n {2}tags in one +version, sha \(registries\.yaml\)\n/);
      expect(both).toContain('no tag for version in one: not a release');
      expect(await planOf('one')).not.toMatch(/\n {2}tags +latest/);
      expect(await planOf('two')).not.toContain('tags in');
    } finally {
      own.workspace.remove();
    }
  });

  it('shows why a tag is held', async () => {
    await publishing.build('app', { layers: 1 });
    publishing.workspace.git('checkout', '-qb', 'feat/x');
    const { text } = await plan();
    expect(text).toMatch(new RegExp(`${nameOf('app')}:latest +held .*branch feat/x`));
  });

  it('names exactVersion as what added the version of a release, and reasons that rules share once', async () => {
    await publishing.build('app', { layers: 1 });
    const { text } = await plan({ options: { tags: ['sha', 'latest'], release: '1.0.0' } });
    expect(text).toMatch(/\n {2}tags +sha, latest \(option\), version \(exactVersion\)\n/);
    expect((await plan({ options: { tags: ['sha', 'version'], release: '1.0.0' } })).text).toMatch(/\n {2}tags +sha, version \(option\)\n/);
    const lines = (await plan({ options: { tags: ['sha', 'major', { rule: 'major', suffix: '-alpine' }, 'minor'] } })).text.split('\n');
    expect(lines.filter((line) => line.includes('no tag for'))).toEqual(['  no tag for major, minor: no release tag yet']);
    publishing.workspace.git('tag', '3.59.0');
    const shown = (await plan({ options: { tags: ['sha', 'major', 'minor'] } })).text;
    expect(shown.match(/3\.59\.0 is not a release/g)).toHaveLength(2);
  });

  it('shows a tag that would be refused, and fails as the publish would', async () => {
    await publishing.build('app', { layers: 1 });
    await publishing.publish({ options: { tags: ['version'], release: '1.0.0' } });
    publishing.workspace.commit('second');
    await publishing.build('app', { layers: 1, changed: [0] });
    const { text, results } = await plan({ options: { tags: ['version', 'latest'], release: '1.0.0' } });
    expect(text).toMatch(new RegExp(`${nameOf('app')}:v1.0.0 +refused +stays sha256:`));
    expect(text).toMatch(new RegExp(`${nameOf('app')}:latest +create`));
    expect(results).toMatchObject([{ success: false, text: expect.stringContaining('already points to another image') }]);
  });

  it('counts a layer once that two images share', async () => {
    await publishing.build('app', { layers: 2 });
    await publishing.build('web', { layers: 2, like: 'app' });
    const { text } = await plan({ projects: ['app', 'web'] });
    expect(text).toContain(`${nameOf('app')}: 2.4 MB to send (4 blobs and manifests)\n`);
    expect(text).toMatch(/team\/web: [\d.]+ k?B to send \(2 blobs and manifests\), 2\.4 MB to mount \(2\), estimated\n/);
  });

  it('plans an image that is not built yet', async () => {
    const { text, results } = await plan();
    expect(text).toMatch(/^app not built yet, digest known after the build\n/);
    expect(text).toMatch(new RegExp(`${nameOf('app')}:${short(head())} +create +→ this image`));
    expect(results).toMatchObject([{ success: true }]);
  });

  it('knows of an image that is not built here that its commit is published already', async () => {
    await publishing.build('app', { layers: 1 });
    await publishing.publish({ options: { tags: ['sha', 'latest'] } });
    rmSync(imageFolder(publishing.workspace.root, 'app'), { recursive: true });
    const { text } = await plan();
    expect(text).toMatch(new RegExp(`${nameOf('app')}:${short(head())} +up to date`));
    expect(text).toMatch(new RegExp(`${nameOf('app')}:latest +up to date`));
  });
});
