import { randomBytes } from 'node:crypto';
import { join } from 'node:path';

import { describeWith } from '@nx-oci/model/testing';

import { makePasswordStore, PASSWORD_STORE_TOOLS, type PasswordStore } from './support/password-store';
import './support/long-timeout';
import { listTags } from './support/read-back';
import { makeWorkspace, type TestWorkspace } from './support/test-workspace';

describeWith(['distribution-3-login', ...PASSWORD_STORE_TOOLS], 'a login that docker-credential-pass keeps', (things) => {
  const { host, username, password } = things.server('distribution-3-login');
  const namespace = `e2e-${randomBytes(4).toString('hex')}`;
  let workspace: TestWorkspace;
  let store: PasswordStore;

  beforeAll(async () => {
    workspace = await makeWorkspace();
    store = makePasswordStore(things, join(workspace.root, '.caches/home'));
    // What `docker login` writes when it stores passwords in pass.
    workspace.write('.caches/docker/config.json', { auths: { [host]: {} }, credsStore: 'pass' });
    workspace.write('registries.yaml', `registries:\n  real: { host: "${host}", namespace: ${namespace} }\n`);
    workspace.write('svc/files/text.txt', 'hello');
    workspace.write('svc/project.json', {
      name: 'svc',
      targets: {
        image: { executor: 'nx-oci:build', options: { layers: [{ from: 'svc/files', to: '/srv' }] } },
        publish: { executor: 'nx-oci:publish', dependsOn: ['image'] },
      },
    });
    await workspace.commit('a service');
  });

  afterAll(() => {
    store.close();
    workspace.remove();
  });

  it('is not found while the store is empty, and the error names the store', async () => {
    const { code, output } = await workspace.nx(['run', 'svc:publish'], store.env);
    expect(code).not.toBe(0);
    expect(output).toContain('credsStore "pass" has no entry');
  });

  it('publishes', async () => {
    store.keep({ host, username, password });
    const { code, output } = await workspace.nx(['run', 'svc:publish'], store.env);
    expect([code, output]).toEqual([0, expect.stringMatching(/svc: published as sha256:/)]);
    expect(output).not.toContain(password);
    expect(await listTags({ host, repository: `${namespace}/svc`, user: `${username}:${password}` })).toContain('latest');
  });

  it('no longer publishes once it was erased', async () => {
    store.forget(host);
    const { code, output } = await workspace.nx(['run', 'svc:publish'], store.env);
    expect(code).not.toBe(0);
    expect(output).toContain('credsStore "pass" has no entry');
  });
});
