import { existsSync, mkdtempSync, mkdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { isOciError } from '@nx-oci/model';
import { toFailWithCode } from '@nx-oci/model/testing';
import { startRegistry, type RunningRegistry, type StartRegistryOptions } from '@nx-oci/registry';

import { makeWorkspace } from '../testing/make-workspace';
import { publish } from './publish';
import { type PublishRequest } from './publish-request';

expect.extend({ toFailWithCode });

const IMAGES: PublishRequest['images'] = {
  api: { layers: [{ from: 'api', to: '/app' }] },
  web: { layers: [{ from: 'web', to: '/site' }] },
};

describe('a program that publishes two images from files', () => {
  let folder: string;
  const registries: RunningRegistry[] = [];
  const env = { PATH: process.env['PATH'] };

  const write = (file: string, text: string): void => {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), text);
  };
  const start = async (options: StartRegistryOptions = {}): Promise<RunningRegistry> => {
    const registry = await startRegistry(options);
    registries.push(registry);
    return registry;
  };
  const publishTo = ({ host }: RunningRegistry, more: Partial<PublishRequest> = {}) =>
    publish({ folder, env, images: IMAGES, registries: { one: { host, namespace: 'shop' } }, tags: ['latest'], ...more });
  const tagsOf = async ({ host }: RunningRegistry, image: string): Promise<readonly string[]> => {
    const answer = await fetch(`http://${host}/v2/shop/${image}/tags/list`);
    return answer.status === 404 ? [] : ((await answer.json()) as { readonly tags: readonly string[] }).tags.toSorted();
  };
  const digestOf = async ({ host }: RunningRegistry, image: string, tag: string): Promise<string | null> =>
    (await fetch(`http://${host}/v2/shop/${image}/manifests/${tag}`)).headers.get('docker-content-digest');

  beforeEach(() => {
    folder = realpathSync(mkdtempSync(join(tmpdir(), 'nx-oci-program-')));
    write('api/run', '#!/bin/sh\necho api\n');
    write('web/index.html', '<h1>web</h1>\n');
  });

  afterEach(async () => {
    await Promise.all(registries.splice(0).map((registry) => registry.close()));
    rmSync(folder, { recursive: true, force: true });
  });

  it('sends nothing the second time, and reports that everything is up to date', async () => {
    const registry = await start();
    const first = await publishTo(registry, { version: '1.4.0' });
    const seen = registry.log.entries().length;
    const second = await publishTo(registry, { version: '1.4.0' });
    expect([first.outcome, second.outcome]).toEqual(['published', 'upToDate']);
    expect(
      registry.log
        .entries()
        .slice(seen)
        .filter(({ method }) => method !== 'GET' && method !== 'HEAD'),
    ).toEqual([]);
    expect(first.images.map(({ project }) => project)).toEqual(['api', 'web']);
  });

  it('tags neither if one of two registries refuses one of them', async () => {
    const registry = await start();
    const broken = await start();
    broken.faults.add({ method: 'PUT', path: /shop\/web\/manifests/, times: 100, answer: { status: 403 } });
    const both = { one: { host: registry.host, namespace: 'shop' }, two: { host: broken.host, namespace: 'shop' } };
    await expect(publishTo(registry, { registries: both })).toFailWithCode(
      'DENIED',
      /web: [^]*api: Not published: web failed|api: Not published[^]*web: /,
    );
    for (const one of [registry, broken]) expect([await tagsOf(one, 'api'), await tagsOf(one, 'web')]).toEqual([[], []]);
  });

  it('never moves a version to other files, which need a new version', async () => {
    const registry = await start();
    await publishTo(registry, { version: '1.4.0' });
    const before = await digestOf(registry, 'api', 'v1.4.0');
    write('api/run', '#!/bin/sh\necho changed\n');
    await expect(publishTo(registry, { version: '1.4.0' })).toFailWithCode('TAG_IMMUTABLE', /api: /);
    expect([await digestOf(registry, 'api', 'v1.4.0'), await digestOf(registry, 'api', 'latest')]).toEqual([before, before]);
    await publishTo(registry, { version: '1.5.0' });
    expect(await tagsOf(registry, 'api')).toEqual(['latest', 'v1.4.0', 'v1.5.0']);
    expect(await digestOf(registry, 'api', 'latest')).toBe(await digestOf(registry, 'api', 'v1.5.0'));
  });

  it('moves `latest` to changed files without a version or a commit', async () => {
    const registry = await start();
    await publishTo(registry);
    const before = await digestOf(registry, 'web', 'latest');
    write('web/index.html', '<h1>changed</h1>\n');
    const report = await publishTo(registry);
    expect(report.images.map(({ project, outcome }) => [project, outcome])).toEqual([
      ['api', 'upToDate'],
      ['web', 'published'],
    ]);
    expect(await digestOf(registry, 'web', 'latest')).not.toBe(before);
  });

  it('gets mistakes in the request before anything is built, and those of a build before any registry request', async () => {
    const registry = await start();
    const mistakes = publish({ folder, env, images: {}, registries: {}, version: '1.x' });
    await expect(mistakes).toFailWithCode('OPTIONS_INVALID', /`images` is empty[^]*`registries` is empty[^]*`version` is not a version/);
    await expect(publish({ folder, env, images: IMAGES })).toFailWithCode(
      'OPTIONS_INVALID',
      /`registries` is not set, and .* has no registries\.yaml/,
    );
    const named = publishTo(registry, { images: { 'My App': { layers: [{ from: 'api', to: '/app' }] } } });
    await expect(named).rejects.toThrow(/My App/);
    const noHost = publishTo(registry, { registries: { one: { host: 'http://x', namespace: 'shop' } } });
    await expect(noHost).toFailWithCode('OPTIONS_INVALID', /`registries\.one\.host`/);
    await expect(publishTo(registry, { tags: ['lates'] })).toFailWithCode('OPTIONS_INVALID', /lates/);
    expect(existsSync(join(folder, 'dist'))).toBe(false);
    await expect(publishTo(registry, { images: { api: { layers: [{ from: 'none', to: '/app' }] } } })).rejects.toThrow(/none/);
    expect(registry.log.entries()).toEqual([]);
  });

  it('gets all type errors of a JavaScript program at once', async () => {
    const { host } = await start();
    const written: unknown = {
      folder: join(folder, 'gone'),
      images: { api: undefined },
      registries: { one: null },
      versoin: '1.4.0',
      version: 1.4,
      tags: 'latest',
      signal: {},
      log: 'console.log',
    };
    const named = ['versoin', 'version', 'folder', 'images\\.api', 'registries\\.one', 'tags', 'signal', 'log'];
    await expect(publish(written as PublishRequest)).toFailWithCode(
      'OPTIONS_INVALID',
      new RegExp(['8 problems', ...named.map((name) => `(?=[^]*\`${name}\`)`)].join('')),
    );
    const lists: unknown = { folder, env, images: [IMAGES['api']], registries: [{ host }] };
    await expect(publish(lists as PublishRequest)).toFailWithCode('OPTIONS_INVALID', /`images` is not a map[^]*`registries` is not a map/);
    expect(existsSync(join(folder, 'dist'))).toBe(false);
  });

  it('gets the mistakes of all images before one is built', async () => {
    const registry = await start();
    const images = { api: { layers: [{ from: 'api', to: '/app' }] }, web: { engine: 'kaniko' }, 'My App': { ports: ['x'] } };
    await expect(publishTo(registry, { images })).rejects.toThrow(
      /(?=[^]*name the image `My App`)(?=[^]*kaniko)(?=[^]*build the image of My App)/,
    );
    expect(existsSync(join(folder, 'dist'))).toBe(false);
  });

  it('gets the platforms that bases lack, of all images, before one is built', async () => {
    const registry = await start();
    const base = { layers: [{ from: 'api', to: '/app' }], platforms: ['linux/amd64', 'linux/arm64'] };
    await publishTo(registry, { images: { base } });
    rmSync(join(folder, 'dist'), { recursive: true });
    const on = (...platforms: string[]) => ({
      base: `${registry.host}/shop/base:latest`,
      layers: [{ from: 'web', to: '/site' }],
      platforms,
    });
    const images = { first: on('linux/arm64'), api: on('linux/amd64', 'linux/s390x', 'linux/riscv64'), web: on('linux/ppc64le') };
    await expect(publishTo(registry, { images })).rejects.toThrow(
      /(?=[^]*does not support linux\/s390x and linux\/riscv64)(?=[^]*does not support linux\/ppc64le)/,
    );
    expect(existsSync(join(folder, 'dist'))).toBe(false);
    registry.log.clear();
    await publishTo(registry, { images: { first: on('linux/arm64'), second: on('linux/arm64') } });
    expect(registry.log.entries().filter(({ path }) => path.endsWith('/base/manifests/latest'))).toHaveLength(1);
  });

  it('gets a clear error for a file in place of a folder', async () => {
    const registry = await start();
    write('dist', '');
    await expect(publishTo(registry)).toFailWithCode('FILE_UNUSABLE', /dist/);
  });

  it('skips images without a tag, since `sha` gives none without a commit', async () => {
    const registry = await start();
    const noCommit = expect.stringContaining('there is no commit, because this folder is not in a git repository') as string;
    const { outcome, images } = await publishTo(registry, { tags: ['sha'] });
    expect([outcome, images.map(({ reason }) => reason)]).toEqual(['skipped', [noCommit, noCommit]]);
    expect(await tagsOf(registry, 'api')).toEqual([]);
  });

  it('logs in with its own secret, which is in no report, file or message', async () => {
    const registry = await start({ login: { username: 'robot', password: 'hunter2-secret' } });
    const login = (password: string | undefined) => ({
      one: { host: registry.host, namespace: 'shop', auth: { username: 'robot', password } },
    });
    const said: string[] = [];
    const report = await publishTo(registry, { registries: login('hunter2-secret'), log: (text) => said.push(text) });
    expect(report.outcome).toBe('published');
    const failure: unknown = await publishTo(registry, { registries: login('wrong-secret-1'), version: '2.0.0' }).catch(
      (error: unknown) => error,
    );
    expect(isOciError(failure, 'UNAUTHORIZED', 'DENIED')).toBe(true);
    await expect(publishTo(registry, { registries: login(undefined), version: '2.0.0' })).toFailWithCode('UNAUTHORIZED', /api: /);
    const kept = readFileSync(join(folder, 'dist/images/api/report.json'), 'utf8');
    expect(JSON.stringify([report, said, String(failure), kept])).not.toMatch(/hunter2-secret|wrong-secret-1/);
  });

  it('does not pass its secret to `log`, whatever contains it', async () => {
    const registry = await start({ login: { username: 'robot', password: 'hunter2-secret' } });
    write('api/hunter2-secret/id_rsa', '-----BEGIN OPENSSH PRIVATE KEY-----\n');
    const said: string[] = [];
    const one = { host: registry.host, namespace: 'shop', auth: { username: 'robot', password: 'hunter2-secret' } };
    await publishTo(registry, { registries: { one }, log: (text) => said.push(text) });
    expect(said.join('\n')).toMatch(/id_rsa/);
    expect(said.join('\n')).not.toMatch(/hunter2-secret/);
  });

  it('sets no tag once it is stopped', async () => {
    const registry = await start();
    const stop = new AbortController();
    const stopped = publishTo(registry, { signal: stop.signal, log: () => stop.abort() });
    await expect(stopped).rejects.toThrow(/api: /);
    expect([await tagsOf(registry, 'api'), await tagsOf(registry, 'web')]).toEqual([[], []]);
  });

  it('writes the commit of a git repository into the images, without counting its own files as changes', async () => {
    const workspace = makeWorkspace();
    try {
      const registry = await start();
      workspace.write('.gitignore', '');
      workspace.write('api/run', '1');
      workspace.write('web/index.html', '1');
      const commit = workspace.commit('first');
      const first = await publishTo(registry, { folder: workspace.root, tags: ['sha', 'latest'] });
      const second = await publishTo(registry, { folder: workspace.root, tags: ['sha', 'latest'] });
      expect([first.outcome, second.outcome]).toEqual(['published', 'upToDate']);
      expect(await tagsOf(registry, 'api')).toEqual([commit.slice(0, 7), 'latest']);
    } finally {
      workspace.remove();
    }
  });
});
