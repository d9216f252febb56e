import { startRegistry, type RunningRegistry } from '@nx-oci/registry';

import { type PublishOptions } from './task/publish-options';
import { makePublishing, type Publishing } from './testing/publishing';

describe('the names that a publish gives', () => {
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

  /** Publishes under a new image name. @returns the tags that the registry then has, sorted */
  async function publish(image: string, options: PublishOptions): Promise<readonly string[]> {
    const results = await publishing.publish({ options: { ...options, image } });
    expect([...results.values()]).toEqual([expect.objectContaining({ success: true })]);
    const { tags } = (await (await fetch(`http://${registry.host}/v2/${image}/tags/list`)).json()) as { readonly tags: string[] };
    return tags.sort();
  }

  it('do not include v0, which promises nothing, unless it is requested', async () => {
    expect(await publish('zero', { release: '0.4.1', tags: ['version', 'minor', 'major'] })).toEqual(['v0.4', 'v0.4.1']);
    const asked = [{ rule: 'major', allowZero: true }, 'version'];
    expect(await publish('asked', { release: '0.4.1', tags: asked })).toEqual(['v0', 'v0.4.1']);
    expect(await publish('zeros', { release: '0.0.3', tags: ['version', 'minor', 'major'] })).toEqual(['v0.0.3']);
  });

  it('write build metadata with _ instead of +, also when the commit is published again', async () => {
    const options = { release: '1.2.3-rc.1+build.5', tags: ['version', 'latest', 'next'] };
    const tags = ['next', 'v1.2.3-rc.1_build.5'];
    expect(await publish('metadata', options)).toEqual(tags);
    expect(await publish('metadata', options)).toEqual(tags);
    expect(publishing.takePrinted()).toContain('up to date');
  });

  it('have 128 characters at most, and keep long branches apart', async () => {
    const { workspace } = publishing;
    const long = `feature/${'very-'.repeat(28)}long`;
    const names = [`${long}-one`, `${long}-two`];
    for (const name of names) {
      workspace.git('checkout', '-qb', name);
      await publish('long', { tags: ['branch', { rule: 'branch', suffix: '-alpine' }] });
    }
    workspace.git('checkout', '-q', 'main');
    const tags = await publish('long', { tags: ['branch'] });
    expect(tags).toHaveLength(5);
    expect(tags.filter((tag) => tag.length === 128)).toHaveLength(4);
    expect(tags.filter((tag) => tag.endsWith('-alpine'))).toHaveLength(2);
  });

  it('of uncommitted changes come with the names of some of the changed files', async () => {
    const { workspace } = publishing;
    const files = ['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((name) => `${name}.txt`);
    for (const file of files) workspace.write(file, 'not committed');
    const dirty = `${workspace.git('rev-parse', 'HEAD').slice(0, 7)}-dirty`;
    const expected = 'uncommitted changes: a.txt, b.txt, c.txt, d.txt, e.txt and 2 more';
    await publishing.publish({ options: { tags: ['sha'], image: 'dirty', dryRun: true } });
    expect(publishing.takePrinted()).toContain(expected);
    expect(await publish('dirty', { tags: ['sha'] })).toEqual([dirty]);
    expect(publishing.takePrinted()).toContain(`/dirty:${dirty} set: ${expected}`);
  });
});
