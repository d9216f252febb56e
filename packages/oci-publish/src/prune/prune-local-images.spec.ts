import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, statSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { describeWith, makeBuilders } from '@nx-oci/model/testing';

import { createImageBuilder } from '../build/build-images';
import { ImageUses } from '../engines/image/image-uses';
import { readImageRecord } from '../engines/image/image-record';
import { imageFolder } from '../engines/names/image-folder';
import { localImageName } from '../engines/names/local-name';
import { type DockerfileEngine } from '../engines/options/engine-names';
import { pruneLocalImages } from './prune-local-images';
import { normalizePruneOptions, type PruneOptions } from './prune-options';
import { type PruneReport } from './prune-report';
import { isPruneComplete, renderPrune } from './render-prune';
import { printable } from '../text/printable';

const DAY_MS = 24 * 60 * 60 * 1000;

let roots: string[] = [];
let env: NodeJS.ProcessEnv;

const makeRoot = async (): Promise<string> => {
  const root = await mkdtemp(join(tmpdir(), 'nx-oci-prune-spec-'));
  roots.push(root);
  return root;
};

const build = async (root: string, project: string, options: object): Promise<void> => {
  const builder = createImageBuilder({ workspaceRoot: root, env });
  try {
    await builder.build({ project, projectRoot: join(root, project), options, print: () => undefined });
  } finally {
    await builder.close();
  }
};

const write = (root: string, file: string, text: string): void => {
  mkdirSync(dirname(join(root, file)), { recursive: true });
  writeFileSync(join(root, file), text);
};

interface DockerfileProject {
  readonly engine: DockerfileEngine;
  readonly project: string;
  readonly content: string;
  readonly from?: string | undefined;
}

const buildWith = async (root: string, { engine, project, content, from = 'scratch' }: DockerfileProject): Promise<string> => {
  write(root, `${project}/content.txt`, `${root} ${content}`);
  write(root, `${project}/Dockerfile`, `FROM ${from}\nCOPY content.txt /${project}.txt\nCMD ["/none"]\n`);
  await build(root, project, { engine });
  const { output } = await readImageRecord(imageFolder(root, project));
  return output.imageId ?? '';
};

interface Asked {
  readonly options?: PruneOptions;
  readonly projects?: readonly string[];
  readonly chosen?: readonly string[];
  readonly engines?: readonly DockerfileEngine[];
  readonly builders?: readonly string[];
  readonly nowMs?: number;
}

const prune = (root: string, { options = {}, projects = ['api', 'web'], engines = [], nowMs = Date.now(), ...rest }: Asked = {}) =>
  pruneLocalImages({
    workspaceRoot: root,
    env,
    options: normalizePruneOptions(options, projects, env),
    projects,
    engines,
    baseOf: new Map(),
    nowMs,
    ...rest,
  });

const outcomes = ({ items }: PruneReport) =>
  items.map(({ what, outcome, reason }) => `${what}: ${outcome}${reason === undefined ? '' : `, ${reason}`}`);

beforeEach(() => {
  env = { PATH: process.env['PATH'], HOME: tmpdir() };
});

afterEach(async () => {
  await Promise.all(roots.map((root) => rm(root, { recursive: true, force: true })));
  roots = [];
});

describe('the folders of images', () => {
  const layers = [{ from: 'src', to: '/app' }];

  it('are removed with the layers of the cache, and the bytes are counted; the report of the last publish stays', async () => {
    const root = await makeRoot();
    write(root, 'src/main.txt', 'x'.repeat(1000));
    await build(root, 'api', { engine: 'native', layers });
    const folder = imageFolder(root, 'api');
    write(folder, 'report.json', '{}');
    const bytes = Number(execFileSync('du', ['-sb', '--apparent-size', folder], { encoding: 'utf8' }).split('\t')[0]);

    const dry = await prune(root, { options: { dryRun: true } });
    expect(outcomes(dry)).toEqual(['dist/images/api: removed', '1 cached layer: removed']);
    expect(readdirSync(folder)).toContain('image.json');

    const report = await prune(root);
    expect(readdirSync(folder)).toEqual(['report.json']);
    expect(report.freedBytes).toBe(dry.freedBytes);
    // `du` also counts the folders.
    const [{ bytes: freed = 0 } = {}] = report.items;
    expect(freed).toBeGreaterThan(500);
    expect(freed).toBeLessThan(bytes);
    expect(renderPrune(report)).toMatch(/Removed 2, freed \d/);
    expect(readdirSync(join(root, 'node_modules/.cache/nx-oci/layers/diff-ids'))).toEqual([]);
    expect(printable(renderPrune(await prune(root)))).toBe('Nothing was removed.');
  });

  it('stay while a process builds, tests or publishes their image, and go once it has ended', async () => {
    const root = await makeRoot();
    write(root, 'src/main.txt', 'x');
    await build(root, 'api', { engine: 'native', layers });
    await new ImageUses(root).during(['api'], 'publish', async () => {
      expect(outcomes(await prune(root))).toContain('dist/images/api: kept, a publish of api is running');
      expect(existsSync(join(imageFolder(root, 'api'), 'image.json'))).toBe(true);
    });
    expect(outcomes(await prune(root))).toContain('dist/images/api: removed');
  });

  it('of the last days stay with `olderThan`, and those of existing projects with `keepLast`', async () => {
    const root = await makeRoot();
    write(root, 'src/main.txt', 'x');
    for (const project of ['api', 'web', 'gone']) await build(root, project, { engine: 'native', layers });
    const old = new Date(Date.now() - 8 * DAY_MS);
    for (const project of ['web', 'gone']) utimesSync(join(imageFolder(root, project), 'image.json'), old, old);
    expect(outcomes(await prune(root, { options: { olderThan: '7d', dryRun: true } }))).toEqual([
      'dist/images/api: kept, it is less than a minute old',
      'dist/images/gone: removed',
      'dist/images/web: removed',
    ]);
    expect(outcomes(await prune(root, { options: { olderThan: '7d', keepLast: 1 } }))).toEqual([
      'dist/images/api: kept, it is the newest of its project',
      'dist/images/gone: removed',
      'dist/images/web: kept, it is the newest of its project',
    ]);
    expect(readdirSync(join(root, 'dist/images')).sort()).toEqual(['api', 'web']);
  });

  it('with the parts of an image that several machines make are removed with them', async () => {
    const root = await makeRoot();
    write(root, 'src/main.txt', 'x');
    await build(root, 'api', { engine: 'native', layers, parts: 'anywhere', platform: 'linux/arm64' });
    expect(readdirSync(imageFolder(root, 'api'))).toEqual(['linux-arm64']);
    expect(outcomes(await prune(root, { options: { olderThan: '1d' } }))).toContain('dist/images/api: kept, it is less than a minute old');
    await prune(root);
    expect(existsSync(imageFolder(root, 'api'))).toBe(false);
  });

  it('of other tools, and of projects that were not chosen, stay', async () => {
    const root = await makeRoot();
    write(root, 'src/main.txt', 'x');
    for (const project of ['api', 'web']) await build(root, project, { engine: 'native', layers });
    write(root, 'dist/images/vendor/oci-layout', '{}');
    write(root, 'dist/images/plan.json', '{}');
    expect(outcomes(await prune(root, { chosen: ['api'] }))).toEqual(['dist/images/api: removed']);
    expect(readdirSync(join(root, 'dist/images')).sort()).toEqual(['plan.json', 'vendor', 'web']);
  });
});

describe('what others wrote below dist/images', () => {
  const layers = [{ from: 'src', to: '/app' }];

  it.each(['icons/image.json', 'icons/thumbs/image.json', 'icons/report.json', 'icons/oci-layout', '50%off/image.json', '%zz/readme.txt'])(
    'stays: %s',
    async (file) => {
      const root = await makeRoot();
      write(root, `dist/images/${file}`, '{ "name": "a picture", "schemaVersion": 2 }');
      expect((await prune(root)).items).toEqual([]);
      expect(existsSync(join(root, 'dist/images', file))).toBe(true);
    },
  );

  it('stays beside an image that goes, of a project that exists or not', async () => {
    const root = await makeRoot();
    write(root, 'src/main.txt', 'x');
    for (const project of ['api', 'gone']) {
      await build(root, project, { engine: 'native', layers });
      write(root, `dist/images/${project}/sbom.json`, '{}');
      write(root, `dist/images/${project}/thumbs/image.json`, '{}');
    }
    await build(root, 'gone', { engine: 'native', layers, parts: 'anywhere', platform: 'linux/arm64' });
    write(root, 'dist/images/gone/report.json', '{}');
    await prune(root);
    expect(readdirSync(join(root, 'dist/images/api')).sort()).toEqual(['sbom.json', 'thumbs']);
    expect(readdirSync(join(root, 'dist/images/gone')).sort()).toEqual(['sbom.json', 'thumbs']);
  });

  it.each(['dist', 'dist/images'])(
    'stays where %s is a link out of the workspace, since other workspaces may write there',
    async (link) => {
      const [root, other] = [await makeRoot(), await makeRoot()];
      for (const one of [root, other]) write(one, 'src/main.txt', 'x');
      await build(other, 'theirs', { engine: 'native', layers });
      mkdirSync(dirname(join(root, link)), { recursive: true });
      symlinkSync(join(other, link), join(root, link));
      await build(root, 'api', { engine: 'native', layers });
      expect(outcomes(await prune(root, { chosen: ['api', 'theirs'] }))).toEqual([
        'dist/images/api: kept, dist/images is outside of the workspace',
        'dist/images/theirs: kept, dist/images is outside of the workspace',
      ]);
      expect(readdirSync(join(other, 'dist/images')).sort()).toEqual(['api', 'theirs']);
      expect(existsSync(join(imageFolder(other, 'theirs'), 'image.json'))).toBe(true);
    },
  );
});

describe('an engine', () => {
  it('that does not answer is a failure, and everything else is still removed', async () => {
    const root = await makeRoot();
    write(root, 'src/main.txt', 'x');
    await build(root, 'web', { engine: 'native', layers: [{ from: 'src', to: '/app' }] });
    env = { ...env, DOCKER_HOST: 'unix:///nowhere/none.sock' };
    const report = await prune(root, { engines: ['docker'] });
    expect(report.failures).toEqual([{ engine: 'docker', text: expect.stringContaining('unix:///nowhere/none.sock') }]);
    expect(isPruneComplete(report)).toBe(false);
    expect(outcomes(report)).toContain('dist/images/web: removed');
    expect(renderPrune(report)).toContain('docker: its images are unknown. Cannot reach Docker Engine');
  });

  it('that is not installed is none', async () => {
    const root = await makeRoot();
    env = { PATH: root };
    const report = await prune(root, { engines: ['podman'] });
    expect(isPruneComplete(report)).toBe(true);
    expect(renderPrune(report)).toContain('podman is not installed here');
  });
});

describeWith(['buildkit', 'buildx'], 'a builder that a target names', (things) => {
  it('has its cache emptied instead of that of another one, of what nothing used for so long', async () => {
    const root = await makeRoot();
    env = { ...env, ...makeBuilders(things, join(root, 'config'), { far: [{ server: things.server('buildkit') }] }) };
    const asked = { olderThan: '52w', builderCache: true };
    const { items } = await prune(root, { options: asked, builders: ['far', 'none'] });
    const found = items.filter(({ engine }) => engine === 'buildx');
    expect(found).toMatchObject([
      { what: 'cache of the builder far', outcome: 'removed', bytes: 0 },
      { what: 'cache of the builder none', outcome: 'failed' },
    ]);
  });
});

interface Store {
  readonly engine: DockerfileEngine;
  /** Runs the engine's own command. */
  readonly call: (...args: readonly string[]) => string;
  /** Ids of all its images, without the name of the algorithm. */
  readonly ids: () => readonly string[];
}

describeDocker('docker', 'the classic store');
describeDocker('docker-containerd', 'the containerd store');
describeContainers('podman');
describeContainers('buildah');

function describeDocker(server: string, store: string): void {
  describeWith([server], `Docker Engine with ${store}`, (things) => {
    const call = (...args: readonly string[]) => execFileSync('docker', args, { env, encoding: 'utf8' }).trim();
    beforeEach(() => {
      env = { ...env, DOCKER_HOST: things.server(server).dockerHost };
    });
    describeStore({
      engine: 'docker',
      call,
      ids: () => [...new Set(call('image', 'ls', '--all', '--no-trunc', '--quiet').replaceAll('sha256:', '').split('\n'))],
    });

    it('has its cache emptied only if that is asked for', async () => {
      const root = await makeRoot();
      const [without] = [await prune(root, { engines: ['docker'], options: { dryRun: true } })];
      expect(without.items.map(({ kind }) => kind)).not.toContain('builderCache');
      const { items } = await prune(root, { engines: ['docker'], options: { dryRun: true, builderCache: true } });
      expect(items).toContainEqual(expect.objectContaining({ kind: 'builderCache', engine: 'docker', outcome: 'removed' }));
    });
  });
}

function describeContainers(tool: 'podman' | 'buildah'): void {
  describeWith([tool], `the store of ${tool}`, (things) => {
    const call = (...args: readonly string[]) => execFileSync(things.tool(tool), args, { env, encoding: 'utf8', stdio: 'pipe' }).trim();
    beforeEach(async () => {
      const root = await makeRoot();
      // A separate store, apart from that of the user.
      write(root, 'storage.conf', `[storage]\ndriver = "vfs"\ngraphroot = "${root}/store"\nrunroot = "${root}/run"\n`);
      env = { ...env, CONTAINERS_STORAGE_CONF: join(root, 'storage.conf'), BUILDAH_ISOLATION: 'chroot', TMPDIR: tmpdir() };
    });
    const list = tool === 'podman' ? ['image', 'ls', '--all', '--no-trunc', '--quiet'] : ['images', '--all', '--no-trunc', '--quiet'];
    describeStore({
      engine: tool,
      call,
      ids: () => [
        ...new Set(
          call(...list)
            .replaceAll('sha256:', '')
            .split('\n'),
        ),
      ],
    });
  });
}

function describeStore({ engine, call, ids }: Store): void {
  const has = (id: string): boolean => ids().includes(id.replace('sha256:', ''));
  const left: string[] = [];
  const remove = engine === 'docker' ? ['image', 'rm', '--force'] : ['rmi', '--force'];

  afterEach(() => {
    for (const id of left.splice(0)) if (has(id)) call(...remove, id.replace('sha256:', ''));
  });

  /** Resolves to the id in the engine's store. */
  const buildHere = async (root: string, project: string, content: string, from?: string): Promise<string> => {
    const id = await buildWith(root, { engine, project, content, from });
    left.push(id);
    return id;
  };

  it('loses the images of this workspace, older ones included, and none of another checkout', async () => {
    const [root, other] = [await makeRoot(), await makeRoot()];
    const [first, second, foreign] = [
      await buildHere(root, 'api', 'first'),
      await buildHere(root, 'api', 'second'),
      await buildHere(other, 'api', 'first'),
    ];
    const dry = await prune(root, { options: { dryRun: true } });
    expect([first, second, foreign].map(has)).toEqual([true, true, true]);
    const report = await prune(root);
    expect([first, second, foreign].map(has)).toEqual([false, false, true]);
    expect(report.items).toEqual(dry.items);
    expect(outcomes(report)).toContain(`${localImageName(root, 'api')}: removed`);
    expect(isPruneComplete(report)).toBe(true);
    expect(readdirSync(join(root, 'node_modules/.cache/nx-oci/made-images'))).toEqual([]);
  });

  it('keeps the images of the checkout that this one is a copy of', async () => {
    const root = await makeRoot();
    const first = await buildHere(root, 'api', 'first');
    const second = await buildHere(root, 'api', 'second');
    const copy = await makeRoot();
    cpSync(root, copy, { recursive: true });
    const report = await prune(copy);
    expect([first, second].map(has)).toEqual([true, true]);
    expect(report.items.filter(({ kind }) => kind === 'image')).toEqual([]);
    expect(outcomes(report)).toContain('dist/images/api: removed');
  });

  it('keeps as many images of a project as `keepLast` says, the newest', async () => {
    const root = await makeRoot();
    const built = [];
    for (const content of ['first', 'second', 'third']) {
      built.push(await buildHere(root, 'api', content));
      const id = built.at(-1)?.replace('sha256:', '') ?? '';
      const [seconds] = [Date.now() / 1000 - 60 + built.length];
      utimesSync(join(root, `node_modules/.cache/nx-oci/made-images/${engine}-${id}.json`), seconds, seconds);
    }
    const report = await prune(root, { options: { keepLast: 2 } });
    expect(built.map(has)).toEqual([false, true, true]);
    expect(outcomes(report)).toEqual(
      expect.arrayContaining([
        `${localImageName(root, 'api')}: kept, it is the newest of its project`,
        expect.stringMatching(/^an older image, .*: kept, it is one of the 2 newest of its project$/),
      ]),
    );
  });

  it('keeps an image that a container uses, that has another name, or on which another one is built', async () => {
    const root = await makeRoot();
    const used = await buildHere(root, 'api', 'used');
    const named = await buildHere(root, 'web', 'named');
    const base = await buildHere(root, 'base', 'base');
    const alias = `nx-oci-spec/${root.slice(-6).toLowerCase()}:1`;
    call('tag', localImageName(root, 'web'), alias);
    const container = engine === 'buildah' ? call('from', localImageName(root, 'api')) : call('create', localImageName(root, 'api'));
    const other = await makeRoot();
    const above = await buildHere(other, 'above', 'above', localImageName(root, 'base'));
    try {
      const report = await prune(root, { projects: ['api', 'web', 'base'] });
      expect([used, named, base, above].map(has)).toEqual([true, true, true, true]);
      const prefix = engine === 'docker' ? '' : 'localhost/';
      expect(outcomes(report)).toEqual(
        expect.arrayContaining([
          expect.stringMatching(`^${localImageName(root, 'api')}: kept, the container .+ uses it$`),
          `${localImageName(root, 'web')}: kept, it is also named ${prefix}${alias}`,
          `${localImageName(root, 'base')}: kept, it is the base of ${prefix}${localImageName(other, 'above')}`,
        ]),
      );
      expect(call(engine === 'buildah' ? 'images' : 'image', ...(engine === 'buildah' ? [] : ['ls']))).toContain('nx-oci/base');
    } finally {
      call('rm', container);
      call(...remove, alias);
    }
    // Without what kept them, they go.
    await prune(other, { projects: ['above'] });
    await prune(root, { projects: ['api', 'web', 'base'] });
    expect([used, named, base, above].map(has)).toEqual([false, false, false, false]);
  });

  it('says how much is freed: of layers that another image has, nothing', async () => {
    const root = await makeRoot();
    const base = await buildHere(root, 'base', 'b'.repeat(300_000));
    const above = await buildHere(root, 'api', 'above', localImageName(root, 'base'));
    const size = async (options: Asked): Promise<number | undefined> =>
      (await prune(root, { projects: ['api', 'base'], ...options, options: { dryRun: true } })).items
        .filter(({ kind }) => kind === 'image')
        .map(({ bytes = 0 }) => bytes)
        .reduce((sum, bytes) => sum + bytes, 0);
    expect(await size({ chosen: ['api'] })).toBeLessThan(60_000);
    expect(await size({})).toBeGreaterThan(299_000);
    expect(await size({})).toBeLessThan(420_000);
    await prune(root, { projects: ['api', 'base'] });
    expect([base, above].map(has)).toEqual([false, false]);
  });
}

it('does not touch a folder through a link', async () => {
  const [root, elsewhere] = [await makeRoot(), await makeRoot()];
  write(elsewhere, 'image.json', '{}');
  mkdirSync(join(root, 'dist/images'), { recursive: true });
  execFileSync('ln', ['-s', elsewhere, join(root, 'dist/images/api')]);
  await prune(root);
  expect(statSync(join(elsewhere, 'image.json')).isFile()).toBe(true);
});
