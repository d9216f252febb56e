import { startRegistry, type FaultAnswer, type RunningRegistry } from '@nx-oci/registry';

import { type TaskResults } from './task/task-result';
import { makePublishing, type Publishing } from './testing/publishing';

jest.setTimeout(60_000);

describe('a tag whose existence the registry does not reveal', () => {
  let registry: RunningRegistry;
  let publishing: Publishing;

  const begin = async (more = ''): Promise<void> => {
    registry = await startRegistry();
    publishing = makePublishing(`{ host: '${registry.host}', namespace: team${more} }`);
  };

  afterEach(async () => {
    publishing.workspace.remove();
    await registry.close();
  });

  const release = async (version: string, tags: readonly string[]): Promise<TaskResults> => {
    publishing.workspace.commit(version);
    await publishing.build('app', { layers: 1, changed: [0] });
    return publishing.publish({ options: { tags, release: version } });
  };
  const isSuccess = (results: TaskResults) => [...results.values()].every(({ success }) => success);
  const textOf = (results: TaskResults) => [...results.values()].map(({ text }) => text).join('\n');

  /** What the registry really has, without the emulated faults. */
  async function digestOf(tag: string): Promise<string | null> {
    registry.faults.clear();
    const headers = { accept: 'application/vnd.oci.image.manifest.v1+json' };
    const answer = await fetch(`${registry.url}/v2/team/app/manifests/${tag}`, { headers });
    return answer.status === 200 ? answer.headers.get('docker-content-digest') : null;
  }

  it.each([404, 405, 403])('is not overwritten if a HEAD is answered with %i, but a GET finds it', async (status) => {
    await begin();
    expect(isSuccess(await release('1.2.3', ['version', 'latest']))).toBe(true);
    const before = await digestOf('v1.2.3');
    registry.faults.add({ method: 'HEAD', path: /manifests/, times: Infinity, answer: { status } });
    const results = await release('1.2.3', ['version', 'latest']);
    expect([isSuccess(results), textOf(results)]).toEqual([
      false,
      expect.stringContaining('an immutable tag already points to another image'),
    ]);
    expect(await digestOf('v1.2.3')).toBe(before);
    expect(await digestOf('latest')).toBe(before);
  });

  it('is not overwritten without the guard either', async () => {
    await begin(', guard: false');
    expect(isSuccess(await release('1.2.3', ['version']))).toBe(true);
    const before = await digestOf('v1.2.3');
    registry.faults.add({ method: 'HEAD', path: /manifests/, times: Infinity, answer: { status: 404 } });
    expect(isSuccess(await release('1.2.3', ['version']))).toBe(false);
    expect(await digestOf('v1.2.3')).toBe(before);
  });

  // The answer of storage, or of a proxy, for an unknown key: not the answer of a registry.
  const noSuchKey = { status: 404, headers: { 'content-type': 'application/xml' }, body: '<Error><Code>NoSuchKey</Code></Error>' };

  it.each<[string, (storage: string) => FaultAnswer, readonly string[]]>([
    ['a GET is answered with the 404 of a stranger, and a HEAD finds it', () => noSuchKey, ['GET']],
    ['a GET is sent to a server that does not have it', (storage) => ({ status: 307, headers: { location: storage } }), ['GET']],
    ['everything is sent to a server that has nothing', (storage) => ({ status: 307, headers: { location: storage } }), ['GET', 'HEAD']],
  ])('is not overwritten if %s', async (_how, answer, methods) => {
    const storage = await startRegistry();
    try {
      storage.faults.add({ path: /elsewhere/, times: Infinity, answer: noSuchKey });
      await begin();
      await release('1.2.3', ['version', 'latest']);
      const before = [await digestOf('v1.2.3'), await digestOf('latest')];
      for (const method of methods)
        registry.faults.add({ method, path: /manifests\/(?:v|latest)|tags/, times: Infinity, answer: answer(`${storage.url}/elsewhere`) });
      expect(isSuccess(await release('1.2.3', ['version', 'latest']))).toBe(false);
      expect([await digestOf('v1.2.3'), await digestOf('latest')]).toEqual(before);
    } finally {
      await storage.close();
    }
  });

  it('does not move a floating tag back', async () => {
    await begin();
    await release('3.0.0', ['version', 'latest']);
    const newest = await digestOf('latest');
    registry.faults.add({ method: 'HEAD', path: /manifests/, times: Infinity, answer: { status: 404 } });
    const results = await release('1.2.1', ['version', 'latest']);
    expect(isSuccess(results)).toBe(true);
    expect(await digestOf('latest')).toBe(newest);
  });

  const hide = (): void => {
    for (const method of ['GET', 'HEAD']) registry.faults.add({ method, path: /manifests|tags/, times: Infinity, answer: { status: 405 } });
  };

  it('stops the publish before anything is sent if it is immutable', async () => {
    await begin();
    hide();
    const results = await release('1.0.0', ['version', 'latest']);
    expect([isSuccess(results), textOf(results)]).toEqual([false, expect.stringContaining('does not say whether this tag exists')]);
    expect(registry.log.entries().filter(({ method }) => method !== 'GET' && method !== 'HEAD')).toEqual([]);
  });

  it('is set if registries.yaml says that nothing else writes there', async () => {
    await begin(', guard: false');
    hide();
    expect(isSuccess(await release('1.0.0', ['version', 'latest']))).toBe(true);
    expect(await digestOf('latest')).toBe(await digestOf('v1.0.0'));
  });

  it('is held if it floats', async () => {
    await begin();
    const publish = async (what: string): Promise<TaskResults> => {
      publishing.workspace.commit(what);
      await publishing.build('app', { layers: 1, changed: [0] });
      return publishing.publish({ options: { tags: [{ literal: 'edge' }] } });
    };
    await publish('first');
    const before = await digestOf('edge');
    hide();
    expect(isSuccess(await publish('second'))).toBe(true);
    expect(publishing.takePrinted()).toContain('this registry does not say whether the tag exists');
    expect(await digestOf('edge')).toBe(before);
  });

  it('counts as not set if the complete list of tags lacks it', async () => {
    await begin();
    for (const method of ['GET', 'HEAD']) registry.faults.add({ method, path: /manifests/, times: Infinity, answer: { status: 405 } });
    expect(isSuccess(await release('1.0.0', ['version']))).toBe(true);
    expect(await digestOf('v1.0.0')).not.toBeNull();
  });

  describe('of a version line', () => {
    const half = { name: 'team/app', tags: ['v1.2.0', 'latest'] };
    const list = (link: string, tags = half.tags): FaultAnswer => ({
      status: 200,
      headers: { 'content-type': 'application/json', link },
      body: JSON.stringify({ ...half, tags }),
    });

    // `latest` points to an older image than the highest version, which only the list of tags reveals.
    beforeEach(async () => {
      await begin();
      await release('3.0.0', ['version']);
      await release('1.2.0', ['version', { literal: 'latest' }] as unknown as readonly string[]);
      registry.faults.clear();
    });

    it.each<[string, FaultAnswer]>([
      ['names its second page without brackets', list('/v2/team/app/tags/list?last=v1.2.0;rel=next')],
      ['names a second page that answers 400', list('</v2/team/app/tags/list?n=400>; rel="next"')],
      ['names a second page at another server', list('<http://127.0.0.1:1/v2/team/app/tags/list?last=x>; rel="next"')],
      ['leads in circles', list('</v2/team/app/tags/list?n=1000>; rel="next"')],
      ['ends early without an error, and so lacks an existing tag', { status: 200, body: JSON.stringify({ ...half, tags: ['v1.2.0'] }) }],
      ['is refused', { status: 403, body: '{"errors":[{"code":"DENIED"}]}' }],
      ['is garbage', { status: 200, body: '<html>' }],
    ])('stays where it is while the list of names %s', async (_how, answer) => {
      const before = await digestOf('latest');
      registry.faults.add({ path: /tags\/list\?n=400/, times: Infinity, answer: { status: 400 } });
      registry.faults.add({ path: /tags\/list/, times: Infinity, answer });
      expect(isSuccess(await release('1.2.1', ['version', 'latest']))).toBe(true);
      expect(publishing.takePrinted()).toContain('this registry did not list all of its tags');
      expect(await digestOf('latest')).toBe(before);
      expect(await digestOf('v1.2.1')).not.toBeNull();
    });

    it('goes by a higher version that was in the part that could be read', async () => {
      const before = await digestOf('latest');
      registry.faults.add({ path: /tags\/list/, times: Infinity, answer: list('/v2;rel=next', ['v1.2.0', 'latest', 'v3.0.0']) });
      expect(isSuccess(await release('1.2.1', ['version', 'latest']))).toBe(true);
      expect(await digestOf('latest')).toBe(before);
    });

    it('moves if the complete list has no higher version', async () => {
      expect(isSuccess(await release('3.0.1', ['version', 'latest']))).toBe(true);
      expect(await digestOf('latest')).toBe(await digestOf('v3.0.1'));
    });
  });
});
