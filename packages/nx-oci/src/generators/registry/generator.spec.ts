import { logger, updateJson, type Tree } from '@nx/devkit';
import { createTreeWithEmptyWorkspace } from '@nx/devkit/testing';
import { parseRegistries, type RawRegistry } from '@nx-oci/publish';

import { registryGenerator } from './generator';
import { type RegistryOptions } from './normalize-options';

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

it.each(['ecr', 'harbor', 'GHCR', 'toString', ''])('lists the known kinds, and the one for other registries, for %j', async (kind) => {
  const refused = generate({ kind, plainHttp: 'maybe' as unknown as boolean });
  await expect(refused).rejects.toThrow('the kinds are ghcr, dockerhub, self-hosted');
  await expect(refused).rejects.toThrow('--kind=self-hosted --name=');
  await expect(refused).rejects.toThrow('`plainHttp`: write true or false.');
  expect(tree.exists('registries.yaml')).toBe(false);
});
