import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { startRegistry, type RunningRegistry } from '@nx-oci/registry';

import { type PublishOptions } from './task/publish-options';
import { makePublishing, type Publishing } from './testing/publishing';

describe('which release a publish is', () => {
  let registry: RunningRegistry;
  let publishing: Publishing;

  beforeAll(async () => {
    registry = await startRegistry();
    publishing = makePublishing(`{ host: '${registry.host}' }`);
    await publishing.build('app', { layers: 1 });
  });

  afterAll(async () => {
    publishing.workspace.remove();
    await registry.close();
  });

  const tagsOf = async (image: string): Promise<readonly string[]> => {
    const answer = await fetch(`http://${registry.host}/v2/${image}/tags/list`);
    return answer.ok ? ((await answer.json()) as { readonly tags: string[] }).tags.sort() : [];
  };
  const publish = async (image: string, options: PublishOptions, ci: NodeJS.ProcessEnv = {}) => {
    const [result] = [...(await publishing.publish({ options: { ...options, image }, ci })).values()];
    return { ...result, tags: await tagsOf(image), printed: publishing.takePrinted() };
  };
  const building = (tag: string) => ({
    GITHUB_ACTIONS: 'true',
    GITHUB_EVENT_NAME: 'push',
    GITHUB_REF: `refs/tags/${tag}`,
    GITHUB_SHA: publishing.workspace.git('rev-parse', 'HEAD'),
  });

  it('is that of the tag that CI builds: the job of a pre-release publishes no release that stands at the same commit', async () => {
    const { workspace } = publishing;
    workspace.git('tag', 'v1.3.0-rc.1');
    workspace.git('tag', 'v1.3.0');
    const options = { tags: ['version', 'major', 'latest', '{gitTag}'] };
    expect(await publish('named', options, building('v1.3.0-rc.1'))).toMatchObject({ success: true, tags: ['v1.3.0-rc.1'] });
    expect(await publish('named', options, building('v1.3.0'))).toMatchObject({ tags: ['latest', 'v1', 'v1.3.0', 'v1.3.0-rc.1'] });
    workspace.git('tag', '-d', 'v1.3.0', 'v1.3.0-rc.1');
  });

  it('has its own label: the release of a commit that was a pre-release gets new labels, and tags of the commit stay', async () => {
    const versionOf = async (tag: string): Promise<string | undefined> => {
      const accept = { headers: { accept: 'application/vnd.oci.image.manifest.v1+json' } };
      const answer = await fetch(`http://${registry.host}/v2/stamped/manifests/${tag}`, accept);
      return ((await answer.json()) as { annotations: Record<string, string> }).annotations['org.opencontainers.image.version'];
    };
    const options = { tags: ['sha', 'version', 'latest'] };
    const short = publishing.workspace.git('rev-parse', 'HEAD').slice(0, 7);
    await publish('stamped', { ...options, release: '1.3.0-rc.1' });
    const released = await publish('stamped', { ...options, release: '1.3.0' });
    expect(released).toMatchObject({ success: true, tags: [short, 'latest', 'v1.3.0', 'v1.3.0-rc.1'].sort() });
    expect(await Promise.all(['v1.3.0-rc.1', 'v1.3.0', 'latest'].map(versionOf))).toEqual(['1.3.0-rc.1', '1.3.0', '1.3.0']);
    expect(await versionOf(short)).toBe('1.3.0-rc.1');
    for (const release of ['1.3.0', '1.3.0-rc.1']) {
      expect(await publish('stamped', { ...options, release })).toMatchObject({ success: true, tags: released.tags });
    }
    expect(await versionOf('latest')).toBe('1.3.0');
  });

  it('is none in a pull request or a merge queue, even with a release tag at HEAD, unless --release is set', async () => {
    const { workspace } = publishing;
    workspace.git('tag', 'v1.5.0');
    const options = { tags: ['sha', 'version', 'major', 'latest', 'pr', '{gitTag}'] };
    const short = workspace.git('rev-parse', 'HEAD').slice(0, 7);
    const queue = {
      GITHUB_ACTIONS: 'true',
      GITHUB_EVENT_NAME: 'merge_group',
      GITHUB_REF: `refs/heads/gh-readonly-queue/main/pr-12-${'0a'.repeat(20)}`,
    };
    const queued = await publish('queued', options, queue);
    expect(queued).toMatchObject({ success: true, tags: [short, 'pr-12'].sort() });
    expect(queued.printed).toContain('held: pull request 12 in the merge queue of main, not a push to main');
    expect(queued.printed).toContain('not a release: this is pull request 12 in the merge queue of main');
    const pull = { GITHUB_ACTIONS: 'true', GITHUB_EVENT_NAME: 'pull_request', GITHUB_REF: 'refs/pull/13/merge', GITHUB_HEAD_REF: 'x' };
    expect(await publish('pulled', options, pull)).toMatchObject({ success: true, tags: [short, 'pr-13'].sort() });
    expect(await publish('asked-in-pr', { tags: ['version'], release: '1.5.0' }, pull)).toMatchObject({ tags: ['v1.5.0'] });
    workspace.git('tag', '-d', 'v1.5.0');
  });

  it('has its name after every other lasting tag is set: others point floating tags at what has that name', async () => {
    const before = registry.log.entries().length;
    await publish('ordered', { tags: ['version', 'sha', 'latest'], release: '1.2.3' });
    const names = registry.log
      .entries()
      .slice(before)
      .filter(({ method, path }) => method === 'PUT' && path.includes('/manifests/'))
      .flatMap(({ path }) => [...new URL(path, 'http://registry').searchParams.getAll('tag'), path.replace(/.*manifests\/|\?.*/g, '')]);
    const sha = publishing.workspace.git('rev-parse', '--short=7', 'HEAD').trim();
    expect(names.filter((name) => !name.startsWith('sha256:'))).toEqual([sha, 'v1.2.3', 'latest']);
  });

  it('is refused with a hint if CI builds another commit; --release overrides it', async () => {
    const { workspace } = publishing;
    const env = building('v1.4.0');
    workspace.write('later', 'file');
    workspace.commit('later');
    const result = await publish('elsewhere', { tags: ['sha', 'version'] }, env);
    expect(result).toMatchObject({ success: false, tags: [] });
    expect(result.text).toMatch(/GitHub Actions builds the git tag v1\.4\.0, but another commit is checked out[^]*--release=1\.2\.3/);
    expect(await publish('elsewhere', { tags: ['version'], release: '1.4.0' }, env)).toMatchObject({ tags: ['v1.4.0'] });
    workspace.git('reset', '-q', '--hard', 'HEAD~1');
  });

  it('sets its exact version with the default tags, also for a tag at HEAD and when it is published again', async () => {
    const { workspace } = publishing;
    const short = workspace.git('rev-parse', 'HEAD').slice(0, 7);
    const tags = [short, 'latest', 'v1', 'v1.2.3'].sort();
    const options = { tags: ['sha', 'major', 'latest'] };
    expect(await publish('exact', { ...options, release: '1.2.3' })).toMatchObject({ tags });
    expect(await publish('exact', { ...options, release: '1.2.3' })).toMatchObject({
      tags,
      printed: expect.stringContaining('up to date'),
    });
    workspace.git('tag', 'v1.2.3');
    expect(await publish('tagged', options)).toMatchObject({ tags });
    expect(await publish('lines', { tags: [{ rule: 'major', suffix: '-alpine' }] })).toMatchObject({
      tags: ['v1-alpine', 'v1.2.3-alpine'],
    });
    workspace.git('tag', '-d', 'v1.2.3');
  });

  it('sets no exact version with exactVersion: false, on the target or in registries.yaml', async () => {
    const options = { tags: ['major', 'latest'], release: '1.2.3' };
    expect(await publish('inexact', { ...options, exactVersion: false })).toMatchObject({ tags: ['latest', 'v1'] });
    const { workspace } = publishing;
    const written = readFileSync(join(workspace.root, 'registries.yaml'), 'utf8');
    workspace.write('registries.yaml', `${written}  exactVersion: false\n`);
    workspace.commit('no exact version');
    expect(await publish('everywhere', options)).toMatchObject({ tags: ['latest', 'v1'] });
    expect(await publish('asked', { ...options, exactVersion: true })).toMatchObject({ tags: ['latest', 'v1', 'v1.2.3'] });
    workspace.git('reset', '-q', '--hard', 'HEAD~1');
  });

  it('is not that of an older tag if HEAD has an unreadable one, which is named with the setting that accepts it', async () => {
    const { workspace } = publishing;
    workspace.git('tag', 'v1.115.0');
    workspace.write('newer', 'file');
    workspace.commit('newer');
    workspace.git('tag', '3.59.0');
    const options = { tags: ['major', 'latest'] };
    const warning = /3\.59\.0 is not a release: it does not match .*set `release\.releaseTag\.pattern` in nx\.json to `\{version\}`/;
    expect(await publish('unread', options)).toMatchObject({ tags: ['latest'], printed: expect.stringMatching(warning) });
    expect((await publish('unread', { ...options, dryRun: true })).printed).toMatch(warning);
    workspace.write('after', 'file');
    workspace.commit('after');
    expect(await publish('unread', options)).toMatchObject({
      tags: ['latest'],
      printed: expect.stringContaining('3.59.0 before this commit'),
    });
  });
});
