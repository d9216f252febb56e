import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { findZstdProblem } from '@nx-oci/layout';
import { isOciError, knownSecrets } from '@nx-oci/model';
import fc from 'fast-check';

import { normalizeOptions } from './normalize-options';

describe('the options of an image target', () => {
  let root: string;

  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'nx-oci-options-'));
    await mkdir(join(root, 'apps/api'), { recursive: true });
  });
  afterEach(() => rm(root, { recursive: true }));

  const normalize = (written: unknown, env: NodeJS.ProcessEnv = {}, isTrial = false) =>
    normalizeOptions(written, { project: 'api', workspaceRoot: root, projectRoot: join(root, 'apps/api') }, { env, isTrial });

  const problemsOf = async (written: unknown, env: NodeJS.ProcessEnv = {}): Promise<readonly string[]> => {
    const error: unknown = await normalize(written, env).catch((thrown: unknown) => thrown);
    if (!isOciError(error, 'OPTIONS_INVALID')) throw error;
    return error.message
      .split('\n')
      .slice(1)
      .map((line) => line.trim());
  };

  const LAYER = { from: 'dist/apps/api', to: '/app' };

  it('choose the engine by existing files by default', async () => {
    expect(await normalize({ layers: [LAYER] })).toMatchObject({ engine: 'native' });
    await writeFile(join(root, 'apps/api/Containerfile'), '');
    const options = { dockerfile: join(root, 'apps/api/Containerfile'), context: join(root, 'apps/api') };
    expect(await normalize({})).toMatchObject({ engine: 'docker', options });
    expect(await normalize({ layers: [LAYER] })).toMatchObject({ engine: 'native' });
    expect(await normalize({ base: 'scratch', layers: [LAYER] })).toMatchObject({ engine: 'native' });
  });

  describe('only name files of the workspace', () => {
    let outside: string;
    beforeEach(async () => {
      outside = await mkdtemp(join(tmpdir(), 'nx-oci-outside-'));
      await writeFile(join(outside, 'file'), '');
      await mkdir(join(root, 'dist/apps/api'), { recursive: true });
      await symlink(outside, join(root, 'link'));
      await writeFile(join(root, 'Dockerfile'), '');
    });
    afterEach(() => rm(outside, { recursive: true }));

    const docker = { engine: 'docker', dockerfile: 'Dockerfile', context: '.' };
    const options = (path: string) =>
      [
        ['layers[0].from', { layers: [{ from: path, to: '/' }] }],
        ['base', { base: `layout:${path}`, layers: [LAYER] }],
        ['dockerfile', { ...docker, dockerfile: `${path}/file` }],
        ['context', { ...docker, context: path }],
        ['secrets[0].src', { ...docker, secrets: [{ id: 'a', src: `${path}/file` }] }],
      ] as const;

    it('by their path and through links, for every option', async () => {
      for (const path of [outside, 'link', join('..', outside.split('/').at(-1)!)]) {
        for (const [option, written] of options(path)) {
          expect(await problemsOf(written)).toEqual([
            expect.stringMatching(new RegExp(`^\\\`${option.replace(/[[\]]/g, '\\$&')}\\\`: .* outside the workspace`)),
          ]);
          await expect(normalize({ ...written, outside: true })).resolves.toBeDefined();
        }
      }
    });

    it('unless the entry itself allows it, which changes no build digest', async () => {
      await expect(normalize({ layers: [{ from: outside, to: '/', outside: true }] })).resolves.toEqual(
        await normalize({ layers: [{ from: outside, to: '/' }], outside: 'true' }),
      );
      const secrets = (more: object) => ({ ...docker, secrets: [{ id: 'a', src: join(outside, 'file'), ...more }] });
      await expect(normalize(secrets({ outside: true }))).resolves.toBeDefined();
      expect(await problemsOf(secrets({ outside: false }))).toHaveLength(1);
    });

    it('but allow links within a folder', async () => {
      await symlink('/etc', join(root, 'dist/apps/api/etc'));
      await expect(normalize({ layers: [LAYER] })).resolves.toBeDefined();
    });
  });

  it('are relative to the workspace root', async () => {
    await writeFile(join(root, 'apps/api/Dockerfile'), '');
    await writeFile(join(root, 'a.txt'), '');
    const written = { dockerfile: 'apps/api/Dockerfile', context: '.', secrets: [{ id: 'a', src: 'a.txt' }] };
    expect(await normalize(written)).toMatchObject({
      options: { dockerfile: join(root, 'apps/api/Dockerfile'), context: root, secrets: [{ id: 'a', src: join(root, 'a.txt') }] },
    });
  });

  it.each([
    ['from', { from: '.git' }, '.git'],
    ['from', { from: './libs/lib/.git/config' }, './libs/lib/.git/config'],
    ['include', { from: '.', include: ['**/*.js', '.git/**'] }, '.git/**'],
  ])('refuse the git repository in `%s`, unless it is allowed', async (option, layer, path) => {
    const named = { to: '/app', ...layer };
    expect(await problemsOf({ layers: [LAYER, named] })).toEqual([
      `\`layers[1].${option}\` is ${path}, the git repository itself, whose settings may contain a token → remove it, or allow it: "ignored": "include"`,
    ]);
    await expect(normalize({ layers: [{ ...named, ignored: 'include' }] })).resolves.toBeDefined();
  });

  it('accept true and false as text', async () => {
    await writeFile(join(root, 'apps/api/Dockerfile'), '');
    expect(await normalize({ buildArgs: { NODE: '22', CI: true, FROM_ENV: null } })).toMatchObject({
      options: { buildArgs: { NODE: '22', CI: 'true', FROM_ENV: undefined } },
    });
  });

  it('accept a number for ports, users and modes', async () => {
    const config = { user: 1000, ports: [8080, '53/udp'], stopSignal: 15 };
    expect(await normalize({ layers: [{ ...LAYER, owner: 1000, mode: 755 }], ...config })).toMatchObject({
      options: { config: { user: '1000', ports: ['8080', '53/udp'], stopSignal: '15' } },
    });
  });

  it('refuse a number as text, which may have been written differently', async () => {
    const number = fc.oneof(fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true }));
    const places = fc.constantFrom<readonly [string, (value: number) => object]>(
      ['labels.v', (v) => ({ labels: { v } })],
      ['env.V', (v) => ({ env: { V: v } })],
      ['annotations.v', (v) => ({ annotations: { v } })],
      ['buildArgs.V', (v) => ({ buildArgs: { V: v } })],
      ['cmd[0]', (v) => ({ cmd: [v] })],
      ['entrypoint[1]', (v) => ({ entrypoint: ['sleep', v] })],
      ['volumes', (v) => ({ volumes: [v] })],
      ['base', (base) => ({ base })],
      ['platform', (platform) => ({ platform })],
      ['workdir', (workdir) => ({ workdir })],
      ['dockerfile', (dockerfile) => ({ dockerfile })],
      ['context', (context) => ({ context })],
      ['layers[0].from', (from) => ({ layers: [{ ...LAYER, from }] })],
      ['layers[0].layer', (layer) => ({ layers: [{ ...LAYER, layer }] })],
      ['layers[0].include', (v) => ({ layers: [{ ...LAYER, include: [v] }] })],
    );
    await fc.assert(
      fc.asyncProperty(places, number, async ([option, write], value) => {
        const problems = await problemsOf(write(value));
        expect(problems).toEqual([expect.stringContaining(`\`${option}`)]);
        expect(problems[0]).toMatch(/the number .*, which may have been written differently .*: write it in quotes$/);
      }),
      { numRuns: 60 },
    );
  });

  it('make one layer per entry, or per shared name', async () => {
    const layers = [
      { from: 'node_modules', to: '/app/node_modules', layer: 'packages' },
      { ...LAYER, owner: 1000, mode: 755 },
      { from: 'package.json', to: '/app/package.json', layer: 'packages', owner: '1:2' },
    ];
    const normalized = await normalize({ layers });
    if (normalized.engine !== 'native') throw new Error('layers belong to the native engine');
    expect(normalized.options.platforms[0]!.layers).toEqual([
      {
        name: '/app/node_modules /app/package.json',
        sources: [
          { from: join(root, 'node_modules'), to: '/app/node_modules' },
          { from: join(root, 'package.json'), to: '/app/package.json', owner: { uid: 1, gid: 2 } },
        ],
      },
      { name: '/app', sources: [{ from: join(root, 'dist/apps/api'), to: '/app', owner: { uid: 1000, gid: 1000 }, mode: 0o755 }] },
    ]);
  });

  it('accept scratch, a folder or a reference as base', async () => {
    expect(await normalize({ layers: [LAYER] })).toMatchObject({ options: { base: { kind: 'scratch' } } });
    expect(await normalize({ base: 'layout:dist/base' })).toMatchObject({
      options: { base: { kind: 'layout', folder: join(root, 'dist/base') } },
    });
    expect(await normalize({ base: 'node' })).toMatchObject({
      options: { base: { reference: { registry: 'docker.io', repository: 'library/node', tag: 'latest' } } },
    });
  });

  it.each([
    { engine: 'native', layers: [{ from: 'dist/api', to: '/app' }] },
    { engine: 'docker', dockerfile: 'x' },
  ])('report an unknown compression, and a Node without zstd, for the engine $engine', async (others) => {
    expect(await problemsOf({ ...others, compression: 'zst' })).toContain('`compression` is "zst" → did you mean `zstd`?');
    const refused = (await problemsOf({ ...others, compression: 'zstd', platform: 'linux' })).filter((line) =>
      line.includes('compression'),
    );
    const lacking = expect.stringMatching(/^`compression` is zstd, but .* → use Node 22\.16 or later, or set `compression` to gzip$/);
    expect(refused).toEqual(findZstdProblem() === undefined ? [] : [lacking]);
  });

  it('are all reported at once, with the nearest right name', async () => {
    const layers = [{ form: 'x', from: 'a', to: 'app', owner: 'root', mode: '99' }];
    expect(await problemsOf({ engine: 'native', bsae: 'scratch', dockerfile: 'x', platform: 'linux', base: 'UPPER CASE', layers })).toEqual(
      [
        'unknown option `bsae` → did you mean `base`?',
        'unknown option `layers[0].form` → did you mean `from`?',
        expect.stringMatching(/^`dockerfile` belongs to the engine docker, /),
        expect.stringMatching(/^`base`: "UPPER CASE" is not an image reference/),
        '`layers[0].to` is "app" → write a path from the root of the image: "/app"',
        expect.stringMatching(/^`layers\[0\]\.owner` is "root" → /),
        expect.stringMatching(/^`layers\[0\]\.mode` is "99" → /),
        expect.stringMatching(/^`platform`: "linux" is not a platform/),
      ],
    );
  });

  it('report wrong types together with wrong names', async () => {
    expect(await problemsOf({ engin: 'docker', cmd: 'node main.js', layers: [{ from: 1 }] })).toEqual([
      'unknown option `engin` → did you mean `engine`?',
      expect.stringMatching(/^`layers\[0\]\.from`: /),
      expect.stringMatching(/^`layers\[0\]\.to`: /),
      expect.stringMatching(/^`cmd`: /),
    ]);
  });

  it('suggest the right Dockerfile, and report a missing folder', async () => {
    await writeFile(join(root, 'apps/api/Dockerfile'), '');
    expect(await problemsOf({ dockerfile: 'Dockerfile', context: 'nowhere', secrets: [{ id: 'a' }] })).toEqual([
      '`dockerfile`: Dockerfile does not exist → did you mean `apps/api/Dockerfile`?',
      '`context`: the folder nowhere does not exist → paths are relative to the workspace root',
      expect.stringMatching(/^`secrets\[0\]` needs either/),
    ]);
    expect(await problemsOf({ engine: 'podmen' })).toEqual(['`engine` is "podmen" → did you mean `podman`?']);
  });

  describe('name secrets', () => {
    const docker = { engine: 'docker', dockerfile: 'Dockerfile', context: '.' };
    const secrets = [
      { id: 'npm', env: 'NPM_TOKEN' },
      { id: 'pip', env: 'PIP_TOKEN' },
      { id: 'netrc', src: 'tmp/netrc' },
      { id: 'folder', src: 'apps' },
    ];
    beforeEach(() => writeFile(join(root, 'Dockerfile'), ''));

    it('which must all be there before anything is built: a builder would take an unset variable for an empty secret', async () => {
      expect(await problemsOf({ ...docker, secrets }, { PIP_TOKEN: '' })).toEqual([
        '`secrets[0].env`: the variable NPM_TOKEN is not set → set it; to build without this secret, set it to an empty text',
        '`secrets[2].src`: the file tmp/netrc does not exist → create it; paths are relative to the workspace root',
        expect.stringMatching(/^`secrets\[3\].src`: Cannot read .* → make apps a readable file$/),
      ]);
    });

    it('which may be missing if nothing is published, or another machine makes the image', async () => {
      await expect(normalize({ ...docker, secrets }, {}, true)).resolves.toMatchObject({ engine: 'docker' });
      const foreign = process.arch === 'arm64' ? 'linux/amd64' : 'linux/arm64';
      await expect(normalize({ ...docker, secrets, parts: true, platforms: [foreign] })).resolves.toMatchObject({ engine: 'docker' });
      await expect(normalize({ ...docker, secrets, parts: true, platform: foreign })).resolves.toMatchObject({ engine: 'docker' });
      await expect(normalize({ ...docker, secrets, parts: 'anywhere', platform: foreign })).rejects.toMatchObject({
        code: 'OPTIONS_INVALID',
      });
    });

    it('whose values are hidden in what steps print, also those of files', async () => {
      await writeFile(join(root, 'netrc'), 'machine registry.example.com\n  login robot\n  password n3trc-Value-1\n');
      await writeFile(join(root, 'npmrc'), 'save-exact=true\n//registry.example.com/:_authToken=npmrc-Value-2\n');
      await writeFile(join(root, 'token'), 't0ken-Value-3\n');
      const files = ['netrc', 'npmrc', 'token'].map((src) => ({ id: src, src }));
      await normalize({ ...docker, secrets: [...files, { id: 'env', env: 'VALUE' }] }, { VALUE: 'variable-Value-4' });
      expect(knownSecrets().redactForeign('n3trc-Value-1 npmrc-Value-2 t0ken-Value-3 variable-Value-4 registry.example.com')).toBe(
        '[hidden] [hidden] [hidden] [hidden] registry.example.com',
      );
    });
  });

  it('refuse an empty image', async () => {
    expect(await problemsOf({})).toEqual([expect.stringMatching(/^the image has neither `layers` nor a `base`/)]);
  });
});
