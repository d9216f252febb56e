import { logger, type Tree } from '@nx/devkit';
import { createTreeWithEmptyWorkspace } from '@nx/devkit/testing';

import { ciGenerator } from './generator';

const ECR = '123456789012.dkr.ecr.eu-central-1.amazonaws.com';

let tree: Tree;
beforeEach(() => {
  tree = createTreeWithEmptyWorkspace({ layout: 'apps-libs', formatter: 'none' });
  tree.write('package-lock.json', '{}');
});

async function needsAt(provider: 'github' | 'gitlab', entries: string): Promise<string> {
  tree.write('registries.yaml', `registries:\n${entries}`);
  const done = await ciGenerator(tree, { provider, branch: 'main' });
  const info = jest.spyOn(logger, 'info').mockImplementation();
  try {
    await done();
    return info.mock.calls.join('\n');
  } finally {
    info.mockRestore();
  }
}

it.each([
  ['github', `host: ${ECR}`, 'aws-actions/amazon-ecr-login'],
  ['gitlab', `host: ${ECR}`, `aws ecr get-login-password --region eu-central-1 | docker login --username AWS --password-stdin ${ECR}`],
  ['github', 'host: public.ecr.aws, namespace: a1b2c3d4', 'with registry-type: public'],
  ['github', 'host: europe-west1-docker.pkg.dev, namespace: shop/images', 'docker/login-action with registry: europe-west1-docker.pkg.dev'],
  ['gitlab', 'host: acme.azurecr.io', 'az acr login --name acme'],
  ['github', 'host: registry.corp.lan', 'hosted has no `auth` in registries.yaml: if registry.corp.lan needs a login, the job must log in'],
] as const)('says how a job at %s logs in to { %s }', async (provider, entry, login) => {
  expect(await needsAt(provider, `  hosted: { ${entry} }\n`)).toContain(login);
});

it('says nothing of logins that registries.yaml has, and of registries on this machine', async () => {
  const entries =
    "  corp: { host: registry.corp.lan, auth: { username: me, password: '${CORP_TOKEN}' } }\n  local: { host: 'localhost:5080' }\n";
  expect(await needsAt('github', entries)).not.toMatch(/log in|has no `auth`/);
});
