import { randomBytes } from 'node:crypto';

import { describeWith } from '@nx-oci/model/testing';

import './support/long-timeout';
import { listTags } from './support/read-back';
import { makeWorkspace, type TestWorkspace } from './support/test-workspace';

describeWith(['distribution-3-login'], 'nx run app:doctor at a registry with a login', (things) => {
  const { host, username, password } = things.server('distribution-3-login');
  const namespace = `e2e-${randomBytes(4).toString('hex')}`;
  let workspace: TestWorkspace;

  beforeAll(async () => {
    workspace = await makeWorkspace();
    workspace.write(
      'registries.yaml',
      `registries:\n  real: { host: "${host}", namespace: ${namespace}, auth: { username: ${username}, password: "\${SECRET}" } }\n`,
    );
    workspace.write('app/project.json', { name: 'app', targets: { publish: { executor: 'nx-oci:publish' } } });
    await workspace.commit('an app');
  });
  afterAll(() => workspace.remove());

  const examine = (secret: string) => workspace.nx(['run', 'app:doctor'], { SECRET: secret });

  it('confirms that the project can be published, and stores nothing', async () => {
    const { code, output } = await examine(password);
    expect({ code, output }).toMatchObject({ code: 0, output: expect.stringContaining(`✔ push   ${host}/${namespace}/app`) });
    expect(output).toContain(`✔ login  ${username}, from registries.yaml (auth of real)`);
    expect(output).not.toContain(password);
    expect(await listTags({ host, repository: `${namespace}/app`, user: `${username}:${password}` })).toEqual([]);
  });

  it('says which login was refused, where it came from, and what to do', async () => {
    const { code, output } = await examine(`${password}\n`);
    expect(code).not.toBe(0);
    expect(output).toMatch(/✖ login .+ did not accept the credentials\. \(.+, from registries\.yaml \(auth of real\)\)\n +→ .+white space/);
    expect(output).toContain('Needs fixing: real.');
    expect(output).not.toContain(password);
  });

  it('is recommended when a publish fails for that reason', async () => {
    const { code, output } = await workspace.nx(['run', 'app:publish', '--dryRun'], { SECRET: 'wrong' });
    expect({ code, output }).toMatchObject({ code: 1, output: expect.stringContaining('nx run app:doctor') });
  });
});
