import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { describeWith, makeBuilders } from '@nx-oci/model/testing';

import { countTraffic, type CountedWay } from '../testing/count-traffic';
import { makeWorkspace, type TestWorkspace } from '../testing/make-workspace';
import { publish } from './publish';

const LARGE_BYTES = 2 * 1024 * 1024;
// Manifests, configs, requests and logins, and what the builder asks for.
const SMALL_BYTES = 128 * 1024;

interface Index {
  readonly manifests: readonly {
    readonly digest: string;
    readonly platform?: { readonly architecture: string };
    readonly annotations?: Readonly<Record<string, string>>;
  }[];
}

let workspace: TestWorkspace;
let env: NodeJS.ProcessEnv;
let printed: string[];

const start = (makeEnv: (folder: string) => NodeJS.ProcessEnv): void => {
  workspace = makeWorkspace();
  const { root } = workspace;
  workspace.write('Dockerfile', 'FROM scratch\nCOPY large.bin /\nCOPY small.txt /\n');
  workspace.write('.gitignore', 'tmp\ndist\nnode_modules\n');
  workspace.write('tmp/.keep', '');
  writeFileSync(join(root, 'large.bin'), randomBytes(LARGE_BYTES));
  workspace.write('small.txt', root);
  printed = [];
  env = { PATH: process.env['PATH'], HOME: join(root, 'tmp'), TMPDIR: join(root, 'tmp'), ...makeEnv(join(root, 'tmp/docker')) };
};
const publishApi = (options: object) =>
  publish({
    folder: workspace.root,
    env,
    images: { api: { engine: 'buildx', dockerfile: 'Dockerfile', context: '.', ...options } },
    tags: ['sha', 'latest'],
    log: (text) => printed.push(text),
  });
const digestOf = ({ images: [image] }: Awaited<ReturnType<typeof publish>>) =>
  image !== undefined && 'digest' in image ? image.digest : undefined;
const imageFolder = () => join(workspace.root, 'dist/images/api');
const storedBytes = () => {
  const files = readdirSync(imageFolder(), { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return files.map(({ parentPath, name }) => statSync(join(parentPath, name)).size).reduce((sum, size) => sum + size, 0);
};

describeWith(
  ['buildkit', 'buildkit-2', 'buildx', 'distribution-3-login', 'distribution-2.8', 'crane'],
  'a builder that pushes by itself',
  (things) => {
    const { host, username, password } = things.server('distribution-3-login');
    const other = things.server('distribution-2.8').host;
    let way: CountedWay;
    let namespace: string;

    beforeEach(async () => {
      way = await countTraffic(host);
      start((folder) => ({
        ...makeBuilders(things, folder, {
          far: [{ server: things.server('buildkit') }],
          both: [
            { server: things.server('buildkit'), platforms: ['linux/amd64'] },
            { server: things.server('buildkit-2'), platforms: ['linux/arm64'] },
          ],
        }),
        REGISTRY_PASSWORD: password,
      }));
      namespace = `specs/push-${workspace.root.slice(-6).toLowerCase()}`;
      workspace.write(
        'registries.yaml',
        [
          'registries:',
          `  counted: { host: '${way.host}', namespace: ${namespace}, guard: false, auth: { username: ${username}, password: '\${REGISTRY_PASSWORD}' } }`,
          `  other: { host: '${other}', namespace: ${namespace}, guard: false }`,
          'publish: { registries: [counted] }',
          '',
        ].join('\n'),
      );
      workspace.commit('first');
    });
    afterEach(async () => {
      await way.close();
      workspace.remove();
    });

    const read = async (reference: string) => {
      const authorization = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
      const accept = 'application/vnd.oci.image.index.v1+json, application/vnd.oci.image.manifest.v1+json';
      const answer = await fetch(`http://${host}/v2/${namespace}/api/manifests/${reference}`, { headers: { authorization, accept } });
      return { status: answer.status, digest: answer.headers.get('docker-content-digest'), document: (await answer.json()) as Index };
    };
    /** Reads all of an image, and checks each digest. */
    const validate = (name: string) => {
      const config = join(workspace.root, 'tmp/crane');
      workspace.write('tmp/crane/config.json', JSON.stringify({ auths: { [host]: { username, password } } }));
      return execFileSync(things.tool('crane'), ['validate', '--insecure', `--remote=${name}`], {
        env: { ...env, DOCKER_CONFIG: config },
        encoding: 'utf8',
      });
    };

    it('sends each byte once, with the login of registries.yaml, and nothing that the registry has', async () => {
      const first = await publishApi({ builder: 'far', export: 'registry' });
      expect(first.outcome).toBe('published');
      const sentBytes = way.takeSentBytes();
      expect(sentBytes).toBeGreaterThan(LARGE_BYTES);
      expect(sentBytes).toBeLessThan(LARGE_BYTES + SMALL_BYTES);
      expect(storedBytes()).toBeLessThan(SMALL_BYTES);
      expect((await read('latest')).digest).toBe(digestOf(first));
      expect(validate(`${host}/${namespace}/api:latest`)).toContain('PASS');

      workspace.write('small.txt', 'changed');
      workspace.commit('second');
      const second = await publishApi({ builder: 'far', export: 'registry' });
      expect(second.outcome).toBe('published');
      expect(way.takeSentBytes()).toBeLessThan(SMALL_BYTES);
      expect(validate(`${host}/${namespace}/api:latest`)).toContain('PASS');

      // The login is in no output, and in no file that stays.
      expect(printed.join('\n')).not.toContain(password);
      expect(readdirSync(join(workspace.root, 'tmp')).filter((name) => name.startsWith('nx-oci'))).toEqual([]);
      expect(readFileSync(join(imageFolder(), 'image.json'), 'utf8')).not.toContain(password);
    });

    it('leaves no tag in the registry before the publish', async () => {
      const named = await publish({
        folder: workspace.root,
        env,
        images: { api: { engine: 'buildx', dockerfile: 'Dockerfile', context: '.', builder: 'far', export: 'registry' } },
        tags: [{ rule: 'version' } as never],
      }).catch((error: unknown) => error);
      expect(named).toBeDefined();
      const authorization = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
      const answer = await fetch(`http://${host}/v2/${namespace}/api/tags/list`, { headers: { authorization } });
      expect(answer.status === 404 ? [] : (((await answer.json()) as { readonly tags: unknown }).tags ?? [])).toEqual([]);
    });

    it('makes an index with one builder a platform, and its layers reach another registry, too', async () => {
      workspace.write(
        'registries.yaml',
        readFileSync(join(workspace.root, 'registries.yaml'), 'utf8').replace('[counted]', '[counted, other]'),
      );
      workspace.commit('two registries');
      const result = await publishApi({ builder: 'both', export: 'registry', platforms: ['linux/amd64', 'linux/arm64'] });
      expect(result.outcome).toBe('published');
      const { document, digest } = await read('latest');
      expect(document.manifests.map(({ platform }) => platform?.architecture)).toEqual(['amd64', 'arm64']);
      expect(digest).toBe(digestOf(result));
      for (const name of [`${host}/${namespace}/api:latest`, `${other}/${namespace}/api:latest`]) expect(validate(name)).toContain('PASS');
      expect(storedBytes()).toBeLessThan(SMALL_BYTES);
    });
  },
);
