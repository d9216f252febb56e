import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';

import { startRegistry, type RunningRegistry } from '@nx-oci/registry';

import { type TaskResults } from './task/task-result';
import { makePublishing, type Publishing } from './testing/publishing';

// Each one builds and publishes several times.
jest.setTimeout(60_000);

describe('what must never be published', () => {
  let registry: RunningRegistry;
  let publishing: Publishing;

  beforeEach(async () => {
    registry = await startRegistry();
    publishing = makePublishing(`{ host: '${registry.host}' }`);
    for (const project of ['app', 'web']) await publishing.build(project, { layers: 1 });
  });

  afterEach(async () => {
    publishing.workspace.remove();
    await registry.close();
  });

  const folderOf = (project: string) => join(publishing.workspace.root, 'dist/images', project);
  const textsOf = (results: TaskResults) => [...results.values()].map(({ text }) => text).join('\n');

  function replaceByImageOf(project: string, files: readonly string[]): void {
    for (const file of files) {
      rmSync(join(folderOf('app'), file), { recursive: true });
      cpSync(join(folderOf(project), file), join(folderOf('app'), file), { recursive: true });
    }
  }

  it.each<[string, readonly string[]]>([
    ['the whole folder of another project', ['blobs', 'index.json', 'image.json', 'oci-layout']],
    ['the record of another project', ['image.json', 'blobs']],
  ])('is %s: no registry hears of it', async (_what, files) => {
    replaceByImageOf('web', files);
    const results = await publishing.publish({ projects: ['app', 'web'] });
    expect(textsOf(results)).toContain('the image in');
    expect(textsOf(results)).toContain('nx run app:publish --skip-nx-cache');
    expect([...results.values()].map(({ success }) => success)).toEqual([false, false]);
    expect(registry.log.entries()).toEqual([]);
  });

  it('is a layout that does not hold what its record names', async () => {
    replaceByImageOf('web', ['blobs', 'index.json']);
    expect(textsOf(await publishing.publish())).toContain('does not hold the image that image.json names');
    expect(registry.log.entries()).toEqual([]);
  });

  it('are two projects with one image name; both fail with an error', async () => {
    const results = await publishing.publish({ projects: ['app', 'web'], options: { image: 'shared' } });
    expect(results.get('app:publish')?.text).toContain(
      `web uses the same image and tag names in this run (${registry.host}/shared:latest)`,
    );
    expect(results.get('web:publish')?.text).toContain('app uses the same image and tag names');
    expect(registry.log.entries().filter(({ method }) => method !== 'GET')).toEqual([]);
  });

  it('are two projects under one name in two processes', async () => {
    const asked = { siblings: ['app', 'web'], run: 'rivals', options: { image: 'shared' } };
    expect((await publishing.publish({ ...asked, projects: ['app'] })).get('app:publish')?.success).toBe(true);
    const results = await publishing.publish({ ...asked, projects: ['web'] });
    expect(results.get('web:publish')).toMatchObject({
      success: false,
      text: expect.stringContaining('uses the same image and tag names'),
    });
    expect(registry.log.entries().filter(({ method, path }) => method === 'PUT' && /manifests\/latest|tag=/.test(path))).toEqual([]);
  });

  it('are not two projects in one repository whose tags differ', async () => {
    for (const tags of [['one'], ['other']]) {
      const project = tags[0] === 'one' ? 'app' : 'web';
      const results = await publishing.publish({
        projects: [project],
        siblings: ['app', 'web'],
        run: 'apart',
        options: { image: 'shared', tags },
      });
      expect(results.get(`${project}:publish`)?.success).toBe(true);
    }
    const list = await fetch(`${registry.url}/v2/shared/tags/list`);
    expect(((await list.json()) as { tags: string[] }).tags.sort()).toEqual(['one', 'other']);
  });

  it('is not harmed by one registry with two names in registries.yaml', async () => {
    publishing.workspace.write(
      'registries.yaml',
      `registries:\n  one: { host: '${registry.host}' }\n  alias: { host: '${registry.host}' }\npublish: { registries: [one, alias], tags: [sha, latest], settleMs: 0 }\n`,
    );
    publishing.workspace.commit('an alias');
    const results = await publishing.publish();
    expect(results.get('app:publish')).toMatchObject({ success: true });
    const uploads = registry.log
      .entries()
      .filter(({ path, status, bytesIn }) => path.includes('/blobs/') && status === 201 && bytesIn > 10_000);
    expect(uploads).toHaveLength(1);
  });
});
