import { Agent, get } from 'node:http';

import { startRegistry, memoryStorage, type RegistryStorage, type RunningRegistry } from '..';
import { codesOf, pushBlob } from '../testing/push';
import { makeStorage, STORAGES } from '../testing/storages';

/** A storage whose disk is full: everything that writes records fails. */
function fullStorage(): RegistryStorage {
  const storage = memoryStorage();
  return {
    ...storage,
    content: storage.content,
    records: {
      listRepositories: (range) => storage.records.listRepositories(range),
      count: (repository, kind, limit) => storage.records.count(repository, kind, limit),
      list: (repository, kind) => storage.records.list(repository, kind),
      read: (address) => storage.records.read(address),
      readAll: (repository, kind) => storage.records.readAll(repository, kind),
      remove: (address) => storage.records.remove(address),
      write: () => Promise.reject(new Error('ENOSPC: no space left on device')),
    },
  };
}

describe('a request', () => {
  let registry: RunningRegistry;
  afterEach(() => registry.close());

  it('that fails in the registry is answered with 500, and the log says why', async () => {
    registry = await startRegistry({ storage: fullStorage() });
    await expect(pushBlob(registry.url, 'app', 'content')).rejects.toThrow(/500/);
    expect(registry.log.entries()[0]?.error?.message).toMatch(/ENOSPC/);
    const answer = await fetch(`${registry.url}/v2/app/blobs/uploads/?mount=sha256:${'0'.repeat(64)}`, { method: 'POST' });
    expect(answer.status).toBe(202);
  });

  it.each(STORAGES)('for content of %s that is deleted meanwhile gets 404, and the connection stays usable', async (kind) => {
    const { storage, remove } = await makeStorage(kind);
    registry = await startRegistry({ storage });
    const digest = await pushBlob(registry.url, 'app', 'content');
    const { content } = storage;
    const sizeOf = content.sizeOf.bind(content);
    content.sizeOf = async (name) => {
      const size = await sizeOf(name);
      await content.remove(name);
      return size;
    };
    const answer = await fetch(`${registry.url}/v2/app/blobs/${digest}`);
    expect([answer.status, await codesOf(answer)]).toEqual([404, ['BLOB_UNKNOWN']]);
    await remove();
  });

  it('that is refused before its body was read leaves the connection usable', async () => {
    registry = await startRegistry({ login: { username: 'alice', password: 'secret' } });
    const refused = await fetch(`${registry.url}/v2/app/manifests/v1`, { method: 'PUT', body: 'x'.repeat(3_000_000) });
    expect(await codesOf(refused)).toEqual(['UNAUTHORIZED']);
    expect((await fetch(`${registry.url}/v2/`)).status).toBe(401);
  });

  it('is logged with the bytes of its body and of its answer', async () => {
    registry = await startRegistry();
    const digest = await pushBlob(registry.url, 'app', '12345');
    await (await fetch(`${registry.url}/v2/app/blobs/${digest}`, { headers: { 'user-agent': 'spec/1' } })).text();
    expect(registry.log.entries()).toMatchObject([
      { method: 'POST', status: 201, bytesIn: 5, bytesOut: 0 },
      { method: 'GET', status: 200, bytesIn: 0, bytesOut: 5, userAgent: 'spec/1' },
    ]);
  });

  it('is logged with its connection', async () => {
    registry = await startRegistry();
    const agents = [new Agent({ keepAlive: true }), new Agent({ keepAlive: true })] as const;
    for (const agent of [agents[0], agents[0], agents[1]]) await getBy(agent, `${registry.url}/v2/`);
    for (const agent of agents) agent.destroy();
    expect(registry.log.entries().map(({ connection }) => connection)).toEqual([1, 1, 2]);
  });
});

function getBy(agent: Agent, url: string): Promise<void> {
  return new Promise((resolve, reject) => {
    get(url, { agent }, (answer) => answer.resume().on('end', resolve)).on('error', reject);
  });
}
