import { startRegistry, type RunningRegistry } from '@nx-oci/registry';

import { makePublishing, type Asked, type Publishing } from './testing/publishing';

// Each one builds and publishes several times.
jest.setTimeout(60_000);

describe('an image of a commit that a working tree differs from', () => {
  let registry: RunningRegistry;
  let publishing: Publishing;
  let sha: string;

  beforeEach(async () => {
    registry = await startRegistry();
    publishing = makePublishing(`{ host: '${registry.host}', guard: false }`);
    publishing.workspace.write('app/main.ts', '1');
    sha = publishing.workspace.commit('release').slice(0, 7);
    publishing.workspace.git('tag', 'v1.2.3');
    await publishing.build('app', { layers: 1 });
  });

  afterEach(async () => {
    publishing.workspace.remove();
    await registry.close();
  });

  // As in the graph: an image is built from its project.
  const changesOf: Asked['changesOf'] = ({ project }, changed) => changed.filter((file) => file.startsWith(`${project}/`));
  const dates = { rule: 'date', format: 'YYYYMMDD-HHmmss' };
  const publish = (options: Asked['options'] = {}) =>
    publishing.publish({ changesOf, options: { tags: ['sha', 'version', 'latest', dates] as never, ...options } });
  const tags = async () => {
    const response = await fetch(`http://${registry.host}/v2/app/tags/list`);
    return response.status === 404 ? [] : ((await response.json()) as { readonly tags: readonly string[] }).tags;
  };

  it('gets its version if only unrelated files differ: what CI leaves at the root changes no image', async () => {
    publishing.workspace.write('gha-creds-0a1b.json', '{}');
    publishing.workspace.write('other/README.md', 'new');
    expect((await publish()).get('app:publish')).toEqual(expect.objectContaining({ success: true }));
    expect(await tags()).toEqual(expect.arrayContaining([sha, 'v1.2.3', 'latest']));
  });

  it.each([
    ['a tracked file of it differs', 'app/main.ts', {}],
    ['it has a new file', 'app/new.ts', {}],
    ['it has one, and is forced', 'app/new.ts', { force: true }],
    ['it has one, and is released', 'app/new.ts', { release: '1.2.3' }],
  ])('gets no immutable tag if %s, so that a later clean run does not find one', async (_what, file, options) => {
    publishing.workspace.write(file, 'other');
    expect((await publish(options)).get('app:publish')).toMatchObject({ success: true });
    // Floating tags move, because this registry has no guard.
    expect(await tags()).toEqual(['latest', `${sha}-dirty`].sort());
    expect(publishing.takePrinted()).toContain(`v1.2.3 held: uncommitted changes: ${file}`);
    publishing.workspace.commit('clean');
    publishing.workspace.git('tag', '-f', 'v1.2.3');
    expect((await publish()).get('app:publish')).toMatchObject({ success: true });
    expect(await tags()).toContain('v1.2.3');
  });

  it('is planned by the same rule', async () => {
    publishing.workspace.write('elsewhere.json', '{}');
    await publish({ dryRun: true });
    expect(publishing.takePrinted()).toMatch(/:v1\.2\.3 +create/);
    publishing.workspace.write('app/new.ts', '1');
    await publish({ dryRun: true });
    expect(publishing.takePrinted()).toMatch(/:v1\.2\.3 +held .*uncommitted changes: app\/new\.ts/);
  });
});
