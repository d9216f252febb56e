import { type ExecutorContext } from '@nx/devkit';
import { startRegistry } from '@nx-oci/registry';
import { makePublishing } from '@nx-oci/publish/testing';

import planExecutor from './executor';

it('asks a registry how to log in once for all plans and publishes of a workspace', async () => {
  const login = { username: 'alice', password: 'secret' };
  const registry = await startRegistry({ login });
  process.env['PLAN_PASSWORD'] = login.password;
  const publishing = makePublishing(`{ host: '${registry.host}', auth: { username: alice, password: "\${PLAN_PASSWORD}" } }`);
  const { root } = publishing.workspace;
  publishing.workspace.write('.gitignore', 'dist\n.nx\nnode_modules\n');
  publishing.workspace.commit('ignore');
  const app = { root: 'app', targets: { publish: { executor: 'nx-oci:publish' } } };
  const context = {
    root,
    projectsConfigurations: { version: 2, projects: { app } },
    projectGraph: { nodes: {}, dependencies: {} },
    nxJsonConfiguration: {},
  } as unknown as ExecutorContext;
  const printed = jest.spyOn(console, 'log').mockImplementation();
  const challenges = async () => {
    registry.log.clear();
    const { success } = await planExecutor({}, context);
    expect({ success, printed: success ? '' : printed.mock.calls.join() }).toEqual({ success: true, printed: '' });
    return registry.log.entries().filter(({ status }) => status === 401).length;
  };
  try {
    expect([await challenges(), await challenges()]).toEqual([1, 0]);
  } finally {
    delete process.env['PLAN_PASSWORD'];
    printed.mockRestore();
    publishing.workspace.remove();
    await registry.close();
  }
});
