import { randomUUID } from 'node:crypto';

import { profiles, startRegistry, type RunningRegistry } from '@nx-oci/registry';

import { loadRegistries } from '../../configuration/registries';
import { openConnection, type Connection } from '../../connection/open-connection';
import { noticeFirstVersion, type PossiblyNewPackage } from './first-version';
import { makePublishing, type Publishing } from '../testing/publishing';

describe('noticeFirstVersion', () => {
  let registry: RunningRegistry;
  let publishing: Publishing;
  let connection: Connection;

  beforeEach(async () => {
    registry = await startRegistry({ profile: profiles.ghcr, login: { username: 'robot', password: 'secret-enough' } });
    publishing = makePublishing(`{ host: '${registry.host}', namespace: acme, auth: { username: robot, password: '\${SECRET}' } }`, {
      SECRET: 'secret-enough',
    });
    await publishing.build('api', { layers: 1 });
    await publishing.publish({ projects: ['api'] });
    const entries = (await loadRegistries(publishing.workspace.root, { SECRET: 'secret-enough' })).select(['one']);
    connection = await openConnection({ entries, env: {} });
    registry.log.clear();
  });

  afterEach(async () => {
    await connection.client.close();
    await registry.close();
    publishing.workspace.remove();
  });

  /** As if the registry of the spec had the name of the real one. */
  const notice = (repository: string, more: Partial<PossiblyNewPackage> = {}) =>
    noticeFirstVersion(
      { host: 'ghcr.io', repository, hasTags: false, source: 'https://github.com/acme/mono', ...more },
      connection.client.repository({ registry: registry.host, repository, access: 'push' }),
    );

  it('says that a new package is private, on which page to change that, and what it is linked to', async () => {
    const text = await notice(`acme/tools/web-${randomUUID()}`);
    expect(text).toMatch(/^ghcr\.io\/acme\/tools\/web-[\w-]+ is a new package: it is private until/);
    expect(text).toMatch(/https:\/\/github\.com\/users\/acme\/packages\/container\/tools%2Fweb-[\w-]+\/settings \(of an organisation:/);
    expect(text).toContain('It is linked to https://github.com/acme/mono (org.opencontainers.image.source).');
  });

  it('says that nothing links the package if no source is known', async () => {
    expect(await notice(`acme/web-${randomUUID()}`, { source: undefined })).toContain('not linked to a repository');
  });

  it('says nothing of a package that has versions', async () => {
    expect(await notice('acme/api')).toBeUndefined();
  });

  it.each<[string, Partial<PossiblyNewPackage>]>([
    ['at any other registry', { host: 'registry.example.com' }],
    ['where one of the tags is there', { hasTags: true }],
  ])('asks nothing %s', async (_where, more) => {
    expect(await notice(`acme/web-${randomUUID()}`, more)).toBeUndefined();
    expect(registry.log.entries()).toEqual([]);
  });
});
