import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { logger } from '@nx/devkit';
import { copyImages, loadRegistries, normalizeOptions, openConnection, publish } from '@nx-oci/publish';
import { memoryStorage, profiles, startRegistry, type RegistryProfile, type RunningRegistry } from '@nx-oci/registry';
import { flushChanges, FsTree } from 'nx/src/generators/tree';

import { registryGenerator } from './generator';
import { KIND_NAMES } from './kinds/kinds';
import { type RegistryOptions } from './registry-options';

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
const PROJECTS = { api: { root: 'apps/api', targets: { publish: { executor: 'nx-oci:publish' } } } };

it('covers every kind', () => {
  expect([...new Set(SCENES.map(({ kind }) => kind))]).toEqual(KIND_NAMES);
});

describe.each(SCENES.map((scene) => [scene.kind, scene.profile?.title ?? 'the embedded registry', scene] as const))(
  '%s, played by %s',
  (_kind, _title, scene) => {
    const { kind, profile, namespace, username, variables } = scene;
    let root: string;
    let registry: RunningRegistry;
    /** The same content without login and quirks. */
    let plain: RunningRegistry;
    let env: NodeJS.ProcessEnv;
    let printed: string[];

    beforeEach(async () => {
      printed = [];
      root = realpathSync(mkdtempSync(join(tmpdir(), 'nx-oci-kind-')));
      const storage = memoryStorage();
      const repositories = [`${namespace}/api`, `${namespace}/mirror`];
      const settings = profile?.settings.includes('repositories') === true ? { settings: { repositories } } : {};
      registry = await startRegistry({ ...(profile && { profile }), storage, login: { username, password: PASSWORD }, ...settings });
      plain = await startRegistry({ storage });
      env = { PATH: process.env['PATH'], REGISTRY_AUTH_FILE: '', DOCKER_CONFIG: join(root, 'docker') };
      logIn(PASSWORD);
      mkdirSync(join(root, 'api'));
      writeFileSync(join(root, 'api/run'), '#!/bin/sh\necho api\n');
    });
    afterEach(async () => {
      await Promise.all([registry.close(), plain.close()]);
      rmSync(root, { recursive: true, force: true });
    });

    /** As the printed advice says: with variables, or with `docker login`. */
    function logIn(password: string): void {
      if (variables !== undefined) {
        Object.assign(env, { [variables[0]]: username, [variables[1]]: password });
        return;
      }
      mkdirSync(join(root, 'docker'), { recursive: true });
      const auth = Buffer.from(`${username}:${password}`).toString('base64');
      writeFileSync(join(root, 'docker/config.json'), JSON.stringify({ auths: { [registry.host]: { auth } } }));
    }

    /** Adds the entry as a user would, but for the host of the playing registry. @returns what was printed */
    async function scaffold(): Promise<string> {
      const tree = new FsTree(root, false);
      const trustedHosts = registry.secondServer === undefined ? undefined : [registry.secondServer.host];
      const options: RegistryOptions = { kind, host: registry.host, namespace, trustedHosts, check: true };
      const info = jest.spyOn(logger, 'info').mockImplementation((text: unknown) => void printed.push(String(text)));
      try {
        const done = await registryGenerator(tree, options, { argv: [], env, readProjects: () => Promise.resolve(PROJECTS) });
        flushChanges(root, tree.listChanges());
        await done();
        return printed.join('\n');
      } finally {
        info.mockRestore();
      }
    }

    const digestAt = async (image: string, tag: string): Promise<string | null> =>
      (await fetch(`${plain.url}/v2/${namespace}/${image}/manifests/${tag}`)).headers.get('docker-content-digest');
    const publishApi = () =>
      publish({ folder: root, env, images: { api: { layers: [{ from: 'api', to: '/app' }] } }, tags: ['latest'], version: '1.4.0' });

    it('is added, checked, published to twice, and copied within', async () => {
      expect(await scaffold()).toMatch(/✔ login(.|\n)*✔ push(.|\n)*It works\./);
      expect((await publishApi()).outcome).toBe('published');
      const seen = registry.log.entries().length;
      expect((await publishApi()).outcome).toBe('upToDate');
      const later = registry.log.entries().slice(seen);
      expect(later.filter(({ method, path }) => !['GET', 'HEAD'].includes(method) && !path.includes('token'))).toEqual([]);
      expect(await digestAt('api', 'v1.4.0')).toMatch(/^sha256:/);
      await copy();
      expect(await digestAt('mirror', 'stable')).toBe(await digestAt('api', 'v1.4.0'));
    });

    async function copy(): Promise<void> {
      const registries = await loadRegistries(root, env);
      const [to] = registries.names;
      const options = { from: [`${registry.host}/${namespace}/api:v1.4.0`], to: [to ?? ''], image: 'mirror', tags: ['stable'] };
      const request = normalizeOptions(options, { project: 'tools', registries, env });
      const connection = await openConnection({ entries: request.entries, env });
      try {
        await copyImages(request, { ...connection, print: () => undefined, now: Date.now });
      } finally {
        await connection.close();
      }
    }

    it('stays in the file if its check fails, which says what to do and shows no secret', async () => {
      logIn('CANARY-wrong-password');
      const refused = await scaffold().then(
        () => 'it works',
        (error: unknown) => String(error),
      );
      const flags = `--kind=${kind} --host=${registry.host} --namespace=${namespace}`;
      expect(refused).toMatch(/does not work yet; its entry stays in registries\.yaml/);
      expect(refused).toContain(`check again: npx nx g nx-oci:registry ${flags}`);
      const file = readFileSync(join(root, 'registries.yaml'), 'utf8');
      expect(file).toContain(`host: ${registry.host}`);
      // What is wrong is where the login comes from.
      const output = printed.join('\n');
      expect(output).toMatch(
        variables === undefined ? /They came from config\.json/ : new RegExp(`the variables ${variables.join(' and ')}: set them`),
      );
      expect(`${output}${refused}${file}`).not.toContain('CANARY');
    });
  },
);
