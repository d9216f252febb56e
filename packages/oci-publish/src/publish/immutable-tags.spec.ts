import { profiles, startRegistry, type RunningRegistry } from '@nx-oci/registry';

import { type TaskResults } from './task/task-result';
import { makePublishing, type Publishing } from './testing/publishing';

// Each one builds and publishes several times.
jest.setTimeout(60_000);

const TAGS = ['sha', 'latest'];
const IMMUTABLE = /^(?!latest$)/;

describe.each([profiles.ecr, profiles.harbor, profiles.quay, profiles.dockerHub])(
  'an immutable tag on $title, which refuses to write it twice',
  (profile) => {
    let registry: RunningRegistry;
    let other: RunningRegistry;
    let publishing: Publishing;

    beforeEach(async () => {
      registry = await startRegistry({ profile, settings: { immutableTags: IMMUTABLE } });
      other = await startRegistry();
      publishing = makePublishing(`{ host: '${registry.host}', namespace: team }`);
      publishing.workspace.write(
        'registries.yaml',
        `registries:\n  one: { host: '${registry.host}', namespace: team }\n  other: { host: '${other.host}', namespace: team }\npublish: { registries: [one], tags: [${TAGS.join(', ')}], settleMs: 0 }\n`,
      );
      publishing.workspace.commit('registries');
      await publishing.build('app', { layers: 1 });
    });

    afterEach(async () => {
      publishing.workspace.remove();
      await Promise.all([registry.close(), other.close()]);
    });

    const successes = (results: TaskResults) => [...results.values()].map(({ success }) => success);
    const textOf = (results: TaskResults) => [...results.values()].map(({ text }) => text).join('\n');
    const writesIn = (...registries: readonly RunningRegistry[]) =>
      registries.flatMap(({ log }) => log.entries()).filter(({ method }) => method !== 'GET' && method !== 'HEAD');
    const sha = () => publishing.workspace.git('rev-parse', '--short=7', 'HEAD');

    /** What a tag points to, over plain HTTP. */
    async function digestOf(tag: string, { url } = registry): Promise<string | null> {
      const headers = { accept: 'application/vnd.oci.image.manifest.v1+json' };
      const answer = await fetch(`${url}/v2/team/app/manifests/${tag}`, { method: 'HEAD', headers });
      return answer.status === 200 ? answer.headers.get('docker-content-digest') : null;
    }

    it('is up to date if the same image is published again: nothing is written', async () => {
      expect(successes(await publishing.publish())).toEqual([true]);
      registry.log.clear();
      expect(successes(await publishing.publish())).toEqual([true]);
      expect(writesIn(registry)).toEqual([]);
    });

    it('is not written again by a run that finishes what another one began', async () => {
      registry.faults.add({ method: 'PUT', path: /manifests\/latest|tag=latest/, times: 99, answer: { status: 400 } });
      expect(successes(await publishing.publish())).toEqual([false]);
      registry.faults.clear();
      registry.log.clear();
      expect(successes(await publishing.publish())).toEqual([true]);
      expect(writesIn(registry).map(({ method, path }) => `${method} ${path}`)).toEqual(['PUT /v2/team/app/manifests/latest']);
      expect(await digestOf('latest')).toBe(await digestOf(sha()));
    });

    it('counts as set if the answer is lost', async () => {
      registry.faults.add({ method: 'PUT', path: /manifests\/[0-9a-f]{7}$/, reset: 'after' });
      expect(successes(await publishing.publish())).toEqual([true]);
      expect(await digestOf('latest')).toBe(await digestOf(sha()));
    });

    it('stops a publish of another image before anything is sent to any registry', async () => {
      const options = { registries: ['one'], tags: ['version', 'latest'], release: '1.0.0' };
      await publishing.publish({ options });
      publishing.workspace.commit('second');
      await publishing.build('app', { layers: 1, changed: [0] });
      registry.log.clear();
      const results = await publishing.publish({ options: { ...options, registries: ['other', 'one'] } });
      expect(successes(results)).toEqual([false]);
      expect(textOf(results)).toContain(`an immutable tag already points to another image (${registry.host}/team/app:v1.0.0`);
      expect(writesIn(registry, other)).toEqual([]);
    });

    it('gives its image to every registry when the same commit is rebuilt, or released later', async () => {
      await publishing.publish();
      const digest = await digestOf(sha());
      await publishing.build('app', { layers: 1, changed: [0] });
      const options = { registries: ['one', 'other'], tags: ['sha', 'version', 'latest'], release: '1.0.0' };
      expect(successes(await publishing.publish({ options }))).toEqual([true]);
      const tags = [sha(), 'v1.0.0', 'latest'];
      const digests = await Promise.all([registry, other].flatMap((one) => tags.map((tag) => digestOf(tag, one))));
      expect(new Set(digests)).toEqual(new Set([digest]));
      registry.log.clear();
      other.log.clear();
      expect(successes(await publishing.publish({ options }))).toEqual([true]);
      expect(writesIn(registry, other)).toEqual([]);
    });

    const buildElsewhere = async (): Promise<void> => {
      await publishing.build('app', { layers: 1, changed: [0] });
      expect(successes(await publishing.publish({ options: { tags: ['sha'] } }))).toEqual([true]);
    };

    it('is adopted if another run of the commit set it at the same moment', async () => {
      expect(successes(await publishing.publish({ beforeTags: buildElsewhere }))).toEqual([true]);
      expect(await digestOf('latest')).toBe(await digestOf(sha()));
    });

    it('is adopted everywhere if another run set it while this one was sending', async () => {
      const options = { registries: ['other', 'one'] };
      const results = await publishing.publish({ options, beforeTags: buildElsewhere, beforeTagsMs: 60_000 });
      expect(successes(results)).toEqual([true]);
      const tags = [sha(), 'latest'];
      const digests = await Promise.all([registry, other].flatMap((one) => tags.map((tag) => digestOf(tag, one))));
      expect(new Set(digests)).toEqual(new Set([await digestOf(sha())]));
    });

    it('is left to another run that published another image under it meanwhile', async () => {
      const options = { registries: ['one'], tags: ['version', 'latest'], release: '1.0.0' };
      const elsewhere = async (): Promise<void> => {
        publishing.workspace.commit('second');
        await publishing.build('app', { layers: 1, changed: [0] });
        await publishing.publish({ options: { ...options, tags: ['version'] } });
      };
      const results = await publishing.publish({ options, beforeTags: elsewhere });
      expect(successes(results)).toEqual([false]);
      expect(textOf(results)).toContain('v1.0.0');
      expect(await digestOf('latest')).toBeNull();
    });
  },
);

it('an immutable tag that another run set meanwhile is not moved, even if the registry would allow it', async () => {
  const registry = await startRegistry();
  const publishing = makePublishing(`{ host: '${registry.host}' }`);
  const digestOf = async (tag: string) =>
    (await fetch(`${registry.url}/v2/app/manifests/${tag}`, { method: 'HEAD' })).headers.get('docker-content-digest');
  const options = { tags: ['sha', 'latest'] };
  let theirs: string | null = '';
  await publishing.build('app', { layers: 1 });
  const beforeTags = async (): Promise<void> => {
    await publishing.build('app', { layers: 1, changed: [0] });
    await publishing.publish({ options });
    theirs = await digestOf('latest');
  };
  const results = await publishing.publish({ options, beforeTags, beforeTagsMs: 60_000 });
  expect([...results.values()]).toEqual([expect.objectContaining({ success: true })]);
  const sha = publishing.workspace.git('rev-parse', '--short=7', 'HEAD');
  expect([await digestOf(sha), await digestOf('latest')]).toEqual([theirs, theirs]);
  publishing.workspace.remove();
  await registry.close();
});
