import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describeWith } from '@nx-oci/model/testing';
import { memoryStorage, profiles, startRegistry, type RegistryProfile, type RunningRegistry } from '@nx-oci/registry';

import { KIND_NAMES } from './kinds/kinds';
import { type RegistryOptions } from './registry-options';
import { makeRegistryUser, type RegistryUser } from './testing/registry-user';

/** How a user of this kind gets in. */
interface Scene {
  readonly kind: string;
  /** What plays the registry; the embedded one as it is, if there is no profile. */
  readonly profile?: RegistryProfile;
  readonly namespace: string;
  readonly username: string;
  /** The variables that hold the login. Without, Docker's login of this machine does. */
  readonly variables?: readonly [username: string, password: string];
}

const SCENES: readonly Scene[] = [
  { kind: 'ghcr', profile: profiles.ghcr, namespace: 'acme', username: 'alice', variables: ['GITHUB_ACTOR', 'GITHUB_TOKEN'] },
  {
    kind: 'dockerhub',
    profile: profiles.dockerHub,
    namespace: 'acme',
    username: 'acme',
    variables: ['DOCKERHUB_USERNAME', 'DOCKERHUB_TOKEN'],
  },
  { kind: 'ecr', profile: profiles.ecr, namespace: 'team', username: 'AWS' },
  { kind: 'gar', profile: profiles.gar, namespace: 'my-project/images', username: 'oauth2accesstoken' },
  { kind: 'acr', profile: profiles.acr, namespace: 'team', username: '00000000-0000-0000-0000-000000000000' },
  {
    kind: 'gitlab',
    profile: profiles.gitlab,
    namespace: 'group/shop',
    username: 'gitlab-ci-token',
    variables: ['CI_REGISTRY_USER', 'CI_REGISTRY_PASSWORD'],
  },
  {
    kind: 'harbor',
    profile: profiles.harbor,
    namespace: 'team',
    username: 'robot$team+ci',
    variables: ['HARBOR_USERNAME', 'HARBOR_TOKEN'],
  },
  {
    kind: 'artifactory',
    profile: profiles.artifactory,
    namespace: 'docker-local',
    username: 'ci',
    variables: ['ARTIFACTORY_USERNAME', 'ARTIFACTORY_TOKEN'],
  },
  { kind: 'quay', profile: profiles.quay, namespace: 'acme', username: 'acme+ci', variables: ['QUAY_USERNAME', 'QUAY_TOKEN'] },
  { kind: 'self-hosted', namespace: 'team', username: 'alice' },
  { kind: 'self-hosted', profile: profiles.zot, namespace: 'team', username: 'alice' },
];
const PASSWORD = 'CANARY-s3cret-of-the-registry';
const WORKS = /✔ login(.|\n)*✔ push(.|\n)*It works\./;

it('covers every kind', () => {
  expect([...new Set(SCENES.map(({ kind }) => kind))]).toEqual(KIND_NAMES);
});

const CASES = SCENES.map((scene) => [scene.kind, scene.profile?.title ?? 'the embedded registry', scene] as const);

describe.each(CASES)('%s, played by %s', (_kind, _title, { kind, profile, namespace, username, variables }) => {
  let user: RegistryUser;
  let registry: RunningRegistry;
  /** The same content without login and quirks. */
  let plain: RunningRegistry;
  let options: RegistryOptions;

  beforeEach(async () => {
    const storage = memoryStorage();
    const repositories = [`${namespace}/api`, `${namespace}/mirror`];
    const settings = profile?.settings.includes('repositories') === true ? { settings: { repositories } } : {};
    registry = await startRegistry({ ...(profile && { profile }), storage, login: { username, password: PASSWORD }, ...settings });
    plain = await startRegistry({ storage });
    user = makeRegistryUser();
    logIn(PASSWORD);
    // As a user would answer, but for the host.
    const trustedHosts = registry.secondServer === undefined ? undefined : [registry.secondServer.host];
    options = { kind, host: registry.host, namespace, trustedHosts };
  });
  afterEach(async () => {
    await Promise.all([registry.close(), plain.close()]);
    user.remove();
  });

  /** As the printed advice says: with variables, or with `docker login`. */
  function logIn(password: string): void {
    if (variables === undefined) user.logIn(registry.host, { username, password });
    else user.setVariables({ [variables[0]]: username, [variables[1]]: password });
  }

  const digestAt = async (image: string, tag: string): Promise<string | null> =>
    (await fetch(`${plain.url}/v2/${namespace}/${image}/manifests/${tag}`)).headers.get('docker-content-digest');

  it('is added, checked, published to twice, and copied within', async () => {
    expect(await user.addRegistry(options)).toMatch(WORKS);
    expect(await user.publishApi()).toBe('published');
    const seen = registry.log.entries().length;
    expect(await user.publishApi()).toBe('upToDate');
    const later = registry.log.entries().slice(seen);
    expect(later.filter(({ method, path }) => !['GET', 'HEAD'].includes(method) && !path.includes('token'))).toEqual([]);
    expect(await digestAt('api', 'v1.4.0')).toMatch(/^sha256:/);
    await user.copyToMirror(`${registry.host}/${namespace}/api`);
    expect(await digestAt('mirror', 'stable')).toBe(await digestAt('api', 'v1.4.0'));
  });

  it('stays in the file if its check fails, which says what to do and shows no secret', async () => {
    logIn('CANARY-wrong-password');
    const refused = await user.addRegistry(options).then(
      () => 'it works',
      (error: unknown) => String(error),
    );
    expect(refused).toMatch(/does not work yet; its entry stays in registries\.yaml/);
    expect(refused).toContain(`check again: npx nx g nx-oci:registry --kind=${kind} --host=${registry.host} --namespace=${namespace}`);
    const file = readFileSync(join(user.root, 'registries.yaml'), 'utf8');
    expect(file).toContain(`host: ${registry.host}`);
    // What is wrong is where the login comes from.
    const output = user.printed.join('\n');
    const source = variables === undefined ? 'They came from config.json' : `the variables ${variables.join(' and ')}: set them`;
    expect(output).toContain(source);
    expect(`${output}${refused}${file}`).not.toContain('CANARY');
  });
});

describe.each(['distribution-2.8-login', 'distribution-3-login'])('self-hosted, at a real %s', (name) => {
  describeWith([name], 'with a login', (things) => {
    it('is added, checked, published to twice, and copied within', async () => {
      const user = makeRegistryUser();
      try {
        const { host, username, password } = things.server(name);
        const namespace = `kinds-${process.pid}-${Date.now()}`;
        user.logIn(host, { username, password });
        expect(await user.addRegistry({ kind: 'self-hosted', host, namespace })).toMatch(WORKS);
        expect([await user.publishApi(), await user.publishApi()]).toEqual(['published', 'upToDate']);
        await user.copyToMirror(`${host}/${namespace}/api`);
        const headers = { authorization: `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}` };
        const accept = 'application/vnd.oci.image.manifest.v1+json';
        const digestOf = async (reference: string) =>
          (await fetch(`http://${host}/v2/${namespace}/${reference}`, { headers: { ...headers, accept } })).headers.get(
            'docker-content-digest',
          );
        expect(await digestOf('mirror/manifests/stable')).toMatch(/^sha256:/);
        expect(await digestOf('mirror/manifests/stable')).toBe(await digestOf('api/manifests/v1.4.0'));
      } finally {
        user.remove();
      }
    });
  });
});
