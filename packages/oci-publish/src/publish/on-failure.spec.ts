import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { startRegistry, type RunningRegistry } from '@nx-oci/registry';

import { type RunGroup } from '../run/run-group';
import { type ImageReport } from '../report/report-schema';
import { type TaskResults } from './task/task-result';
import { makePublishing, type Publishing } from './testing/publishing';

// Each one builds and publishes several times.
jest.setTimeout(60_000);

describe('onFailure', () => {
  let one: RunningRegistry;
  let other: RunningRegistry;
  let publishing: Publishing;

  beforeEach(async () => {
    [one, other] = [await startRegistry(), await startRegistry()];
    publishing = makePublishing(`{ host: '${one.host}' }`);
    writeRegistries('continue');
    await publishing.build('app', { layers: 1 });
    await publishing.build('web', { layers: 1 });
  });

  afterEach(async () => {
    publishing.workspace.remove();
    await Promise.all([one.close(), other.close()]);
  });

  function writeRegistries(otherMode: string): void {
    publishing.workspace.write(
      'registries.yaml',
      `registries:\n  one: { host: '${one.host}' }\n  other: { host: '${other.host}', onFailure: ${otherMode} }\npublish: { registries: [one, other], tags: [sha, latest], settleMs: 0 }\n`,
    );
    publishing.workspace.commit('registries');
  }

  const ALONE: readonly RunGroup[] = ['app:publish', 'web:publish'].map((id) => ({ taskIds: [id], stoppedBy: [id] }));
  const successes = (results: TaskResults) => Object.fromEntries([...results].map(([id, { success }]) => [id, success]));
  const textOf = (results: TaskResults, id = 'app:publish') => results.get(id)?.text ?? '';
  const report = (project = 'app') =>
    JSON.parse(readFileSync(join(publishing.workspace.root, `dist/images/${project}/report.json`), 'utf8')) as ImageReport;
  const outcomes = () => report().registries.map(({ registry, outcome }) => `${registry} ${outcome}`);
  const refuse = (registry: RunningRegistry, method: string, path: RegExp, times = 99) =>
    registry.faults.add({ method, path, times, answer: { status: 400 } });

  async function tagsOf(registry: RunningRegistry, repository = 'app'): Promise<readonly string[]> {
    const list = await fetch(`${registry.url}/v2/${repository}/tags/list`);
    return list.status === 404 ? [] : ((await list.json()) as { tags: string[] }).tags.filter((tag) => tag === 'latest');
  }

  describe('continue, for a registry', () => {
    it.each<[string, (registry: RunningRegistry) => void]>([
      ['cannot be looked at', (registry) => refuse(registry, 'GET', /manifests/)],
      ['takes no blob', (registry) => refuse(registry, 'PUT', /blobs/)],
      ['takes no manifest', (registry) => refuse(registry, 'PUT', /manifests\/sha256/)],
      ['takes no tag', (registry) => refuse(registry, 'PUT', /manifests\/(?!sha256)|[?&]tag=/)],
    ])('that %s publishes to the others, and fails all the same', async (_what, strike) => {
      strike(other);
      const results = await publishing.publish();
      expect(await tagsOf(one)).toEqual(['latest']);
      other.faults.clear();
      expect(await tagsOf(other)).toEqual([]);
      expect(successes(results)).toEqual({ 'app:publish': false });
      expect(textOf(results)).toContain(`${other.host}/app`);
      expect(outcomes()).toEqual(['one published', 'other failed']);
      expect(report()).toMatchObject({ outcome: 'failed', digest: expect.stringMatching(/^sha256:/) });
      expect(publishing.takePrinted()).toMatch(new RegExp(`${other.host}/app\\s+failed`));
    });

    it('does not keep the other images of the run from their tags', async () => {
      refuse(other, 'PUT', /app\/manifests/);
      expect(successes(await publishing.publish({ projects: ['app', 'web'] }))).toEqual({ 'app:publish': false, 'web:publish': true });
      expect([await tagsOf(one), await tagsOf(one, 'web'), await tagsOf(other, 'web')]).toEqual([['latest'], ['latest'], ['latest']]);
    });

    it('is finished by the next run, which sends only there', async () => {
      refuse(other, 'PUT', /manifests/);
      await publishing.publish();
      other.faults.clear();
      one.log.clear();
      expect(successes(await publishing.publish())).toEqual({ 'app:publish': true });
      expect(await tagsOf(other)).toEqual(['latest']);
      expect(one.log.entries().filter(({ method }) => method !== 'HEAD' && method !== 'GET')).toEqual([]);
      expect(outcomes()).toEqual(['one upToDate', 'other published']);
    });

    it('limits a conflict of an immutable tag to that registry', async () => {
      await publishing.publish({ options: { registries: ['other'], tags: ['version'], release: '1.0.0' } });
      publishing.workspace.commit('second');
      await publishing.build('app', { layers: 1, changed: [0] });
      other.log.clear();
      const results = await publishing.publish({ options: { tags: ['version'], release: '1.0.0' } });
      expect(textOf(results)).toContain('an immutable tag already points to another image');
      expect(outcomes()).toEqual(['one published', 'other failed']);
      expect(other.log.entries().filter(({ method }) => method !== 'HEAD' && method !== 'GET')).toEqual([]);
    });

    it('fails if every registry fails', async () => {
      for (const registry of [one, other]) refuse(registry, 'PUT', /blobs/);
      expect(successes(await publishing.publish({ options: { onFailure: 'continue' } }))).toEqual({ 'app:publish': false });
      expect(report().outcome).toBe('failed');
    });

    it('gets no tag if a registry that stops all others failed', async () => {
      refuse(one, 'PUT', /manifests\/(?!sha256)|[?&]tag=/);
      expect(successes(await publishing.publish())).toEqual({ 'app:publish': false });
      expect(await tagsOf(other)).toEqual([]);
    });
  });

  it('abort, for a registry, moves no tag anywhere', async () => {
    writeRegistries('abort');
    refuse(other, 'PUT', /blobs/);
    expect(successes(await publishing.publish())).toEqual({ 'app:publish': false });
    expect(await tagsOf(one)).toEqual([]);
  });

  describe('continue, for a run', () => {
    const options = { registries: ['one'] };

    it('leaves out the image that failed, and publishes the rest', async () => {
      refuse(one, 'PUT', /web\/blobs/);
      const results = await publishing.publish({ projects: ['app', 'web'], groups: ALONE, options });
      expect(successes(results)).toEqual({ 'app:publish': true, 'web:publish': false });
      expect([await tagsOf(one), await tagsOf(one, 'web')]).toEqual([['latest'], []]);
      expect(report('web').outcome).toBe('failed');
    });

    it('waits for no image of another process', async () => {
      const groups = ALONE.slice(0, 1);
      expect(successes(await publishing.publish({ siblings: ['app', 'web'], groups, options }))).toEqual({ 'app:publish': true });
      expect(await tagsOf(one)).toEqual(['latest']);
    });

    it('leaves out an image that cannot even be read', async () => {
      const results = await publishing.publish({
        projects: ['app', 'ghost'],
        groups: ['app:publish', 'ghost:publish'].map((id) => ({ taskIds: [id], stoppedBy: [id] })),
        options,
      });
      expect(successes(results)).toEqual({ 'app:publish': true, 'ghost:publish': false });
    });
  });

  it('is refused if it is neither abort nor continue', async () => {
    const results = await publishing.publish({ options: { onFailure: 'contine' as 'continue' } });
    expect(textOf(results)).toContain('`onFailure`: write `abort` or `continue`');
    expect(one.log.entries()).toEqual([]);
  });
});
