import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { startRegistry, type RunningRegistry } from '@nx-oci/registry';

import { makePublishing, type Publishing } from './testing/publishing';

const UNTAGGED = { tags: ['version', { literal: 'nightly', when: { event: 'schedule' } }] };

describe('an image that no rule gives a tag', () => {
  let registry: RunningRegistry;
  let publishing: Publishing;

  beforeEach(async () => {
    registry = await startRegistry();
    const { host } = registry;
    publishing = makePublishing(
      `{ host: '${host}', namespace: team }\n  released: { host: '${host}', namespace: released, tags: [version] }`,
    );
    for (const project of ['app', 'web']) await publishing.build(project, { layers: 1 });
  });

  afterEach(async () => {
    publishing.workspace.remove();
    await registry.close();
  });

  const writes = () => registry.log.entries().filter(({ method }) => !['GET', 'HEAD'].includes(method));
  const readReport = (project: string): unknown =>
    JSON.parse(readFileSync(join(publishing.workspace.root, `dist/images/${project}/report.json`), 'utf8'));
  const listTags = async (repository: string) => {
    const response = await fetch(`http://${registry.host}/v2/${repository}/tags/list`);
    return response.ok ? ((await response.json()) as { readonly tags: readonly string[] }).tags : [];
  };

  it('is skipped successfully, with the reason of each rule', async () => {
    const results = await publishing.publish({ options: { ...UNTAGGED, registries: ['one'] } });
    expect(results.get('app:publish')).toMatchObject({ success: true });
    const printed = publishing.takePrinted();
    expect(printed).toMatch(/app: skipped: no rule gives a tag here\n {2}version: not a release.*\n {2}nightly: .+/);
    expect(readReport('app')).toMatchObject({ outcome: 'skipped', reason: expect.stringMatching(/version: .*\n.*nightly: /) as string });
    expect(writes()).toEqual([]);
  });

  it('is also shown in a dry run, which writes no report', async () => {
    const results = await publishing.publish({ options: { ...UNTAGGED, registries: ['one'], dryRun: true } });
    expect(results.get('app:publish')).toMatchObject({ success: true });
    expect(publishing.takePrinted()).toContain('version: not a release');
    expect(() => readReport('app')).toThrow('ENOENT');
  });

  it('is published as soon as there is a release', async () => {
    publishing.workspace.git('tag', 'v1.0.0');
    await publishing.publish({ options: { ...UNTAGGED, registries: ['one'] } });
    expect(await listTags('team/app')).toEqual(['v1.0.0']);
  });

  it('does not keep other images from their tags, first or last', async () => {
    const siblings = ['app', 'web'];
    const publishApp = (run: string) => publishing.publish({ siblings, run, options: { registries: ['one'], tags: [{ literal: run }] } });
    const skipWeb = (run: string) =>
      publishing.publish({ projects: ['web'], siblings, run, options: { ...UNTAGGED, registries: ['one'] } });

    await publishApp('first');
    expect(await listTags('team/app')).toEqual([]);
    expect((await skipWeb('first')).get('web:publish')).toMatchObject({ success: true });
    expect(await listTags('team/app')).toEqual(['first']);
    expect(readReport('app')).toMatchObject({ outcome: 'published' });

    await skipWeb('second');
    await publishApp('second');
    expect([...(await listTags('team/app'))].sort()).toEqual(['first', 'second']);
    expect(readReport('web')).toMatchObject({ outcome: 'skipped' });
  });

  it('is not published to a registry whose own rules give none', async () => {
    const results = await publishing.publish({ options: { registries: ['one', 'released'] } });
    expect(results.get('app:publish')).toMatchObject({ success: true });
    expect(await listTags('team/app')).toEqual(['latest']);
    expect(writes().filter(({ path }) => path.includes('/released/'))).toEqual([]);
    expect(publishing.takePrinted()).toContain('app: no tag for version in released: not a release');
    expect(readReport('app')).toMatchObject({
      outcome: 'published',
      registries: [{ registry: 'one' }],
      skippedRules: [{ rule: 'version', registry: 'released' }],
    });
  });
});
