import { logger, updateJson, type Tree } from '@nx/devkit';
import { createTreeWithEmptyWorkspace } from '@nx/devkit/testing';
import { parseRegistries, type RawRegistry } from '@nx-oci/publish';
import { makeWorkspace } from '@nx-oci/publish/testing';

import { registryGenerator } from './generator';
import { type RegistryOptions } from './registry-options';

let tree: Tree;

beforeEach(() => {
  tree = createTreeWithEmptyWorkspace({ layout: 'apps-libs', formatter: 'none' });
});

/** Runs the generator to its end. @returns its output */
async function generate(options: RegistryOptions): Promise<string> {
  const done = await registryGenerator(tree, options);
  const info = jest.spyOn(logger, 'info').mockImplementation();
  try {
    await done();
    return info.mock.calls.join('\n');
  } finally {
    info.mockRestore();
  }
}

function entryOf(name: string): RawRegistry | undefined {
  const { problems, content } = parseRegistries(tree.read('registries.yaml', 'utf8') ?? '');
  expect(problems).toEqual([]);
  return content.registries?.[name];
}

describe('ghcr', () => {
  it('writes a file that a job of GitHub Actions can use unchanged', async () => {
    await generate({ kind: 'ghcr' });
    expect(tree.read('registries.yaml', 'utf8')).toBe(`# yaml-language-server: $schema=./node_modules/nx-oci/registries.schema.json

# Registries for images. \${NAME} and \${NAME:-default} are replaced by environment variables.
# Write no secrets here: use a variable, or omit \`auth\` and use \`docker login\`.
# Add a registry with \`npx nx g nx-oci:registry\`.
registries:
  ghcr:
    host: ghcr.io
    namespace: \${GITHUB_REPOSITORY_OWNER}
    auth:
      username: \${GITHUB_ACTOR}
      password: \${GITHUB_TOKEN}

publish:
  registries: [ghcr]
`);
  });

  it('reads the owner from package.json, so that it also works locally', async () => {
    updateJson(tree, 'package.json', (json: object) => ({ ...json, repository: 'github:Acme/shop' }));
    await generate({ kind: 'ghcr' });
    expect(entryOf('ghcr')?.namespace).toBe('${GITHUB_REPOSITORY_OWNER:-Acme}');
  });

  it('explains how to get a token, with a link that includes the scope, and that Actions need none', async () => {
    updateJson(tree, 'package.json', (json: object) => ({ ...json, repository: 'github:Acme/my shop' }));
    updateJson(tree, 'package.json', (json: object) => ({ ...json, repository: 'github:Acme/shop' }));
    const printed = await generate({ kind: 'ghcr', namespace: 'Acme' });
    expect(printed).toContain('https://github.com/settings/tokens/new?scopes=write:packages&description=nx-oci%20shop');
    expect(printed).toMatch(/at most 90 days/);
    expect(printed).toMatch(/permissions:\n.*\n\s+packages: write/);
    expect(printed).toContain('GITHUB_TOKEN: ${{ secrets.GITHUB_TOKEN }}');
    expect(printed).toContain('docker login ghcr.io');
  });
});

describe('dockerhub', () => {
  it('writes host, namespace and login', async () => {
    const printed = await generate({ kind: 'dockerhub', namespace: 'acme' });
    expect(entryOf('dockerhub')).toEqual({
      host: 'docker.io',
      namespace: 'acme',
      auth: { username: '${DOCKERHUB_USERNAME}', password: '${DOCKERHUB_TOKEN}' },
    });
    expect(printed).toContain('access token');
    expect(printed).toContain('DOCKERHUB_TOKEN');
  });
});

describe('self-hosted', () => {
  it('writes the given options, and variables named after the entry', async () => {
    const printed = await generate({
      kind: 'self-hosted',
      name: 'corp-eu',
      host: 'corp.lan:5000',
      namespace: 'Team',
      ca: 'certs/corp.pem',
    });
    expect(entryOf('corp-eu')).toEqual({
      host: 'corp.lan:5000',
      namespace: 'Team',
      auth: { username: '${CORP_EU_USERNAME}', password: '${CORP_EU_TOKEN}' },
      tls: { ca: 'certs/corp.pem' },
    });
    expect(printed).toContain('CORP_EU_USERNAME and CORP_EU_TOKEN');
    expect(printed).toContain('docker login corp.lan:5000');
  });

  it('needs no login on loopback, and guards tags there, too', async () => {
    await generate({ kind: 'self-hosted', name: 'desk', host: 'localhost:5000' });
    expect(entryOf('desk')).toEqual({ host: 'localhost:5000' });
  });

  it('reports all problems at once, with hints, and writes nothing', async () => {
    const options: RegistryOptions = {
      kind: 'self-hosted',
      host: 'https://corp.lan',
      namespace: 'my team',
      plainHttp: true,
      ca: 'corp.pem',
    };
    await expect(generate(options)).rejects.toThrow(
      expect.objectContaining({
        message: [
          'Cannot add the registry:',
          '  `host` starts with https:// → drop it: `host: corp.lan`',
          '  `namespace` breaks the grammar of repository names at `my team` → use letters, digits and single . _ - between them, parts joined by /',
          '  `tls` and `plainHttp: true` exclude each other → keep one of the two',
          'Nothing was written. Correct the options and run again.',
        ].join('\n'),
      }) as Error,
    );
    await expect(generate({ kind: 'self-hosted', host: '' })).rejects.toThrow('--host=');
    expect(tree.exists('registries.yaml')).toBe(false);
  });
});

it.each<[RegistryOptions, readonly RegExp[]]>([
  [{ kind: 'ecr', host: '123456789012' }, [/`host` is 123456789012: a host of ECR has the account and the region → write it as 1/]],
  [{ kind: 'ecr', host: '123456789012.dkr.ecr.amazonaws.com' }, [/has the account and the region/]],
  [{ kind: 'ecr', host: 'https://123456789012.dkr.ecr.eu-west-1.amazonaws.com' }, [/starts with https/]],
  [
    { kind: 'gar', host: 'europe-west1', namespace: 'my-project' },
    [/the repository is missing → write project and repository: my-project\/images/],
  ],
  [{ kind: 'gar', host: 'eu.gcr.io', namespace: 'p/r' }, [/of Container Registry → write the location/]],
  [{ kind: 'dockerhub', namespace: 'acme/team' }, [/has two parts → write the user or organization alone: acme/]],
  [
    { kind: 'ghcr', host: 'github.com', namespace: 'github.com/acme' },
    [/which is no registry/, /`namespace` begins with the host → write acme/],
  ],
  [{ kind: 'quay', namespace: 'quay.io/acme' }, [/`namespace` begins with the host → write acme/]],
  [{ kind: 'harbor', host: 'harbor.corp.lan:99999', namespace: 'Team A' }, [/`host` is not a host name/, /`namespace` breaks the grammar/]],
])('refuses %j, and says what to write', async (options, reasons) => {
  const refused = await generate(options).then(
    () => 'it was written',
    (error: unknown) => (error as Error).message,
  );
  const problems = refused.split('\n').slice(1, -1);
  expect(problems).toEqual(reasons.map((reason) => expect.stringMatching(reason) as string));
  expect(tree.exists('registries.yaml')).toBe(false);
});

it('refuses a name whose variables are those of another host, which would get its login', async () => {
  await generate({ kind: 'self-hosted', host: 'a.example', name: 'corp-eu' });
  const before = tree.read('registries.yaml', 'utf8');
  await expect(generate({ kind: 'self-hosted', host: 'b.example', name: 'corp.eu' })).rejects.toThrow(
    '`name`: the entry corp-eu (a.example) takes its login from the same variables → choose another name',
  );
  expect(tree.read('registries.yaml', 'utf8')).toBe(before);
  await generate({ kind: 'self-hosted', host: 'a.example', name: 'corp.eu', namespace: 'mirror' });
  expect(entryOf('corp.eu')?.namespace).toBe('mirror');
});

it('changes nothing the second time, and reports that', async () => {
  await generate({ kind: 'ghcr' });
  const first = tree.read('registries.yaml', 'utf8');
  expect(await generate({ kind: 'ghcr' })).toContain('already exists; nothing changed');
  expect(tree.read('registries.yaml', 'utf8')).toBe(first);
});

it('does not change the defaults from the second registry on, and explains how to', async () => {
  expect(await generate({ kind: 'ghcr' })).toContain('by default');
  expect(await generate({ kind: 'dockerhub' })).toContain('--registries=dockerhub');
  expect(parseRegistries(tree.read('registries.yaml', 'utf8') ?? '').content.publish?.registries).toEqual(['ghcr']);
  await generate({ kind: 'dockerhub', default: true });
  expect(parseRegistries(tree.read('registries.yaml', 'utf8') ?? '').content.publish?.registries).toEqual(['ghcr', 'dockerhub']);
});

it.each([
  ['GHCR', /did you mean ghcr\?/],
  ['docker-hub', /did you mean dockerhub\?/],
  ['toString', /unknown kind `toString`/],
  ['', /`kind` is missing/],
  [undefined, /`kind` is missing/],
])('lists the known kinds, and all other problems, for %j', async (kind, text) => {
  const refused = generate({ kind, plainHttp: 'maybe' as unknown as boolean });
  await expect(refused).rejects.toThrow(text);
  await expect(refused).rejects.toThrow('the kinds are ghcr, dockerhub, ecr, gar, acr, gitlab, harbor, artifactory, quay, self-hosted;');
  await expect(refused).rejects.toThrow('`plainHttp`: write true or false.');
  await expect(refused).rejects.toThrow('Nothing was written. For example: npx nx g nx-oci:registry --kind=ghcr');
  expect(tree.exists('registries.yaml')).toBe(false);
});

describe('the kinds', () => {
  const login = (prefix: string) => ({ username: `\${${prefix}_USERNAME}`, password: `\${${prefix}_TOKEN}` });
  const ECR = '123456789012.dkr.ecr.eu-central-1.amazonaws.com';

  it.each<[RegistryOptions, string, RawRegistry]>([
    [{ kind: 'ecr', host: ECR }, 'ecr', { host: ECR }],
    [{ kind: 'ecr', host: 'public.ecr.aws', namespace: 'a1b2c3d4' }, 'ecr', { host: 'public.ecr.aws', namespace: 'a1b2c3d4' }],
    [
      { kind: 'gar', host: 'europe-west1', namespace: 'my-project/images' },
      'gar',
      { host: 'europe-west1-docker.pkg.dev', namespace: 'my-project/images' },
    ],
    [{ kind: 'acr', host: 'acme' }, 'acr', { host: 'acme.azurecr.io' }],
    [
      { kind: 'gitlab', namespace: 'group/shop' },
      'gitlab',
      {
        host: 'registry.gitlab.com',
        namespace: 'group/shop',
        auth: { username: '${CI_REGISTRY_USER}', password: '${CI_REGISTRY_PASSWORD}' },
      },
    ],
    [
      { kind: 'harbor', host: 'harbor.corp.lan', namespace: 'team' },
      'harbor',
      { host: 'harbor.corp.lan', namespace: 'team', auth: login('HARBOR') },
    ],
    [
      { kind: 'artifactory', host: 'acme', namespace: 'docker-local' },
      'artifactory',
      { host: 'acme.jfrog.io', namespace: 'docker-local', auth: login('ARTIFACTORY') },
    ],
    [{ kind: 'quay', namespace: 'acme', name: 'quay-eu' }, 'quay-eu', { host: 'quay.io', namespace: 'acme', auth: login('QUAY_EU') }],
    [{ kind: 'self-hosted', host: 'registry.corp.lan:5000' }, 'corp', { host: 'registry.corp.lan:5000', auth: login('CORP') }],
    [{ kind: 'self-hosted', host: '10.0.0.5:5000' }, 'self-hosted', { host: '10.0.0.5:5000', auth: login('SELF_HOSTED') }],
  ])('make an entry of %j', async (options, name, entry) => {
    await generate(options);
    expect(entryOf(name)).toEqual(entry);
  });

  it('take the project of GitLab from the repository, and let its own GitLab hand out tokens', async () => {
    updateJson(tree, 'package.json', (json: object) => ({ ...json, repository: 'https://gitlab.corp.lan/group/team/shop.git' }));
    await expect(generate({ kind: 'gitlab' })).rejects.toThrow('`host` is missing');
    const printed = await generate({ kind: 'gitlab', host: 'registry.corp.lan' });
    expect(entryOf('gitlab')).toMatchObject({
      host: 'registry.corp.lan',
      namespace: '${CI_PROJECT_PATH:-group/team/shop}',
      trustedHosts: ['gitlab.corp.lan'],
    });
    expect(printed).toContain('In GitLab CI:\n  You need no token of your own');
    expect(printed).not.toContain('In GitHub Actions');
  });

  it('name all that is missing, and a whole command, if nobody can be asked', async () => {
    await expect(generate({ kind: 'gar', name: 'images' })).rejects.toThrow(
      [
        'Cannot add the registry:',
        '  `host` is missing: location of the repository → add --host=europe-west1',
        '  `namespace` is missing: project and repository → add --namespace=my-project/images',
        'Nothing was written. For example: npx nx g nx-oci:registry --kind=gar --name=images --host=europe-west1 --namespace=my-project/images',
      ].join('\n'),
    );
  });

  it.each([
    [{ kind: 'ghcr' }, []],
    [{ kind: 'dockerhub' }, []],
    [{ kind: 'ecr' }, ['Host of the registry']],
    [{ kind: 'ecr', host: 'public.ecr.aws' }, ['Alias of your public registry']],
    [{ kind: 'gar' }, ['Location of the repository', 'Project and repository']],
    [{ kind: 'gar', namespace: 'p/r' }, ['Location of the repository']],
    [{ kind: 'acr' }, ['Name of the registry']],
    [{ kind: 'gitlab' }, ['Path of the project']],
    [{ kind: 'harbor' }, ['Host of Harbor', 'Project in Harbor']],
    [{ kind: 'artifactory' }, ['Host of Artifactory', 'Key of the Docker repository']],
    [{ kind: 'quay' }, ['User or organization']],
    [{ kind: 'self-hosted' }, ['Host and port']],
  ] as [RegistryOptions, string[]][])('ask only for what %j leaves open', async (options, wanted) => {
    const asked: string[] = [];
    const answer = (question: string): Promise<string> => {
      asked.push(question);
      return Promise.resolve('answer');
    };
    const host = options.kind === 'ecr' || options.kind === 'harbor' || options.kind === 'self-hosted' ? 'answer.example.com' : 'answer';
    const ask = (question: string) =>
      answer(question).then((text) => (/^Host/.test(question) ? host : /and repository/.test(question) ? `${text}/${text}` : text));
    await registryGenerator(tree, options, { argv: [], ask });
    expect(asked).toEqual(wanted.map((text) => expect.stringMatching(new RegExp(`^${text}.*: $`)) as string));
  });

  it.each<[RegistryOptions, readonly string[]]>([
    [
      { kind: 'ecr', host: ECR, namespace: 'team' },
      [
        `aws ecr get-login-password --region eu-central-1 | docker login --username AWS --password-stdin ${ECR}`,
        'aws ecr create-repository --region eu-central-1 --repository-name team/<image>',
        'aws-actions/amazon-ecr-login',
        '12 hours',
      ],
    ],
    [
      { kind: 'ecr', host: 'public.ecr.aws', namespace: 'a1b2c3d4' },
      [
        'aws ecr-public get-login-password --region us-east-1 | docker login --username AWS --password-stdin public.ecr.aws',
        'aws ecr-public create-repository --region us-east-1 --repository-name <image>',
      ],
    ],
    [
      { kind: 'gar', host: 'europe-west1', namespace: 'shop/images' },
      [
        'gcloud auth configure-docker europe-west1-docker.pkg.dev',
        'gcloud artifacts repositories create images --repository-format=docker --location=europe-west1 --project=shop',
        'roles/artifactregistry.writer',
      ],
    ],
    [{ kind: 'acr', host: 'acme' }, ['az acr login --name acme', '3 hours', 'AcrPush']],
    [
      { kind: 'gitlab', namespace: 'group/shop' },
      [
        'https://gitlab.com/-/user_settings/personal_access_tokens?name=nx-oci&scopes=read_registry,write_registry',
        'group/shop/team/api',
        'Deploy tokens',
      ],
    ],
    [
      { kind: 'harbor', host: 'harbor.corp.lan', namespace: 'team' },
      ['Projects > team > Robot Accounts', 'HARBOR_USERNAME and HARBOR_TOKEN', '30 days'],
    ],
    [{ kind: 'artifactory', host: 'acme', namespace: 'docker-local' }, ['docker login acme.jfrog.io', 'Delete/Overwrite']],
    [
      { kind: 'quay', namespace: 'acme' },
      ['https://quay.io/organization/acme?tab=robots', 'as a private one', 'QUAY_USERNAME and QUAY_TOKEN'],
    ],
    [{ kind: 'dockerhub' }, ['200 with a personal account']],
    [{ kind: 'ghcr' }, ['makes a private package']],
  ])('say how to log in, and what the registry does not do: %j', async (options, texts) => {
    const printed = await generate(options);
    for (const text of texts) expect(printed).toContain(text);
    expect(printed).toMatch(/In GitHub Actions:\n(.|\n)*In GitLab CI:\n(.|\n)*On this machine:\n(.|\n)*Good to know about /);
    expect(printed).toMatch(/npx nx run <project>:doctor --registries=/);
  });

  it('print commands of the package manager', async () => {
    tree.write('pnpm-lock.yaml', "lockfileVersion: '9.0'\n");
    expect(await generate({ kind: 'ghcr' })).toContain('pnpm exec nx run <project>:doctor --registries=ghcr');
    await expect(generate({ kind: 'quay' })).rejects.toThrow('pnpm exec nx g nx-oci:registry --kind=quay --namespace=acme');
  });
});

it('keeps the entry if its check cannot begin, and says what is missing and how to check again', async () => {
  const workspace = makeWorkspace();
  try {
    Object.defineProperty(tree, 'root', { value: workspace.root });
    const context = { argv: [], env: {}, readProjects: () => Promise.resolve({}) };
    const done = await registryGenerator(tree, { kind: 'ghcr', check: true }, context);
    workspace.write('registries.yaml', tree.read('registries.yaml', 'utf8') ?? '');
    const info = jest.spyOn(logger, 'info').mockImplementation();
    await expect(done()).rejects.toThrow(
      /The registry ghcr does not work yet; its entry stays in registries\.yaml\.\n.*check again: npx nx g nx-oci:registry --kind=ghcr --check/,
    );
    expect(info.mock.calls.join('\n')).toMatch(/wrote `ghcr`(.|\n)*GITHUB_REPOSITORY_OWNER is not set/);
    info.mockRestore();
  } finally {
    workspace.remove();
  }
});

it('names the repositories that the images of the workspace need in ECR', async () => {
  const publish = { executor: 'nx-oci:publish' };
  const projects = {
    api: { root: 'api', targets: { publish } },
    web: { root: 'web', targets: { publish: { ...publish, options: { image: 'site' } } } },
  };
  const workspace = makeWorkspace();
  try {
    Object.defineProperty(tree, 'root', { value: workspace.root });
    const host = '123456789012.dkr.ecr.eu-central-1.amazonaws.com';
    const done = await registryGenerator(tree, { kind: 'ecr', host }, { argv: [], env: {}, readProjects: () => Promise.resolve(projects) });
    workspace.write('registries.yaml', tree.read('registries.yaml', 'utf8') ?? '');
    const info = jest.spyOn(logger, 'info').mockImplementation();
    await done();
    expect(info.mock.calls.join('\n')).toMatch(/--repository-name api\n.*--repository-name site\n/);
    info.mockRestore();
  } finally {
    workspace.remove();
  }
});

it('refuses a file that is not UTF-8, whose bytes would be lost', async () => {
  const bytes = Buffer.from('# caf\u00e9\nregistries: {}\n', 'latin1');
  tree.write('registries.yaml', bytes);
  await expect(generate({ kind: 'ghcr' })).rejects.toThrow(/bytes that are not UTF-8\.\nNothing was written\. Save it as UTF-8/);
  expect(tree.read('registries.yaml')).toEqual(bytes);
});
