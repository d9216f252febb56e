import { rmSync, symlinkSync, utimesSync } from 'node:fs';
import { join } from 'node:path';

import fc from 'fast-check';

import { makeWorkspace, type TestWorkspace } from '../../testing/make-workspace';
import { type DockerfileEngine } from '../options/engine-names';
import { dockerfileSources, nativeSources } from './list-sources';
import { recordSources } from './record-sources';
import { refuseOutdated } from './refuse-outdated';
import { type TrackedSource } from './tracked-source';
import { type SourcesRecord } from './sources-record';

describe('an image and its sources', () => {
  let workspace: TestWorkspace;
  let env: NodeJS.ProcessEnv;

  beforeEach(() => {
    workspace = makeWorkspace();
    env = {};
    write({
      Dockerfile: 'FROM scratch\nCOPY . /app\n',
      'apps/api/main.js': 'main',
      'apps/api/notes.md': 'notes',
      'dist/api/main.js': 'built',
      'dist/api/assets/a.css': 'a',
      '.gitignore': 'dist\n.env\ncoverage\n.nx\n',
      '.npmrc': 'token=1',
    });
    workspace.commit('all');
  });
  afterEach(() => workspace.remove());

  const write = (files: Readonly<Record<string, string>>) => Object.entries(files).forEach(([file, text]) => workspace.write(file, text));
  const remove = (...paths: readonly string[]) => paths.forEach((path) => rmSync(join(workspace.root, path), { recursive: true }));
  const place = () => ({ project: 'api', workspaceRoot: workspace.root, env });
  const note = (looks: readonly TrackedSource[]) => recordSources(looks, place());
  const check = (record: SourcesRecord) => refuseOutdated(record, { ...place(), taskId: 'api:publish' });

  const layers = (from: string, more: object = {}) =>
    nativeSources({ base: { kind: 'scratch' } }, [{ from: join(workspace.root, from), to: '/app', ...more }], workspace.root);
  const dockerfile = (context: string, more: object = {}, engine: DockerfileEngine = 'docker') =>
    dockerfileSources(
      { dockerfile: join(workspace.root, 'Dockerfile'), context: join(workspace.root, context), secrets: [], buildArgs: {}, ...more },
      workspace.root,
      engine,
    );

  const outdated = (what: string) => ({
    code: 'IMAGE_OUTDATED',
    message: `Cannot publish api: its image is older than its sources: ${what}.`,
    hint: expect.stringContaining('nx run api:publish --skip-nx-cache'),
  });

  it.each<[string, () => void, string]>([
    [
      'a file has other bytes of the same length',
      () => write({ 'dist/api/main.js': 'BUILT' }),
      'dist/api/main.js has changed since it was built',
    ],
    ['a file came', () => write({ 'dist/api/assets/b.css': 'b' }), 'dist/api/assets/b.css was added since it was built'],
    ['a file went', () => remove('dist/api/assets/a.css'), 'dist/api/assets/a.css was removed since it was built'],
    [
      'several differ: the first is named',
      () => write({ 'dist/api/main.js': 'x', 'dist/api/a': 'y' }),
      'dist/api/a was added since it was built',
    ],
    [
      'a file became a link',
      () => {
        remove('dist/api/main.js');
        symlinkSync('assets/a.css', join(workspace.root, 'dist/api/main.js'));
      },
      'dist/api/main.js has changed since it was built',
    ],
  ])('is outdated if %s', async (_what, change, expected) => {
    const record = await note(layers('dist/api'));
    await expect(check(record)).resolves.toEqual([]);
    change();
    await expect(check(record)).rejects.toMatchObject(outdated(expected));
  });

  it('is up to date if files were only written again, by a checkout or from a cache', async () => {
    const record = await note([...layers('dist/api'), ...dockerfile('apps/api')]);
    remove('dist', 'apps');
    write({ 'dist/api/main.js': 'built', 'dist/api/assets/a.css': 'a', 'apps/api/main.js': 'main', 'apps/api/notes.md': 'notes' });
    utimesSync(join(workspace.root, 'dist/api/main.js'), 1, 1);
    await expect(check(record)).resolves.toEqual([]);
  });

  it('is not refused if its sources are missing here, which is reported', async () => {
    const record = await note([...layers('dist/api'), ...dockerfile('apps/api')]);
    remove('dist');
    await expect(check(record)).resolves.toEqual(['dist/api']);
  });

  it('is compared with the existing part of a context without its build output', async () => {
    const record = await note(dockerfile('.'));
    remove('dist');
    await expect(check(record)).resolves.toEqual(['.']);
    write({ 'apps/api/main.js': 'other' });
    await expect(check(record)).rejects.toMatchObject(outdated('apps/api/main.js has changed since it was built'));
  });

  it('is not outdated by ignored files of a test run', async () => {
    const record = await note(dockerfile('apps/api'));
    write({ 'apps/api/coverage/lcov.info': 'x', 'dist/other/main.js': 'y' });
    await expect(check(record)).resolves.toEqual([]);
  });

  it('is outdated by a changed source that git ignores', async () => {
    write({ 'apps/api/.env': 'A=1' });
    const record = await note(dockerfile('apps/api'));
    write({ 'apps/api/.env': 'A=2' });
    await expect(check(record)).rejects.toMatchObject(outdated('apps/api/.env has changed since it was built'));
  });

  it('is not outdated by files that its ignore file or a layer excludes', async () => {
    write({ 'apps/api/.dockerignore': '# all but one\n*.md\n!keep.md\n/logs/\n', 'apps/api/keep.md': '1', 'apps/api/logs/a': '1' });
    const record = await note([...dockerfile('apps/api'), ...layers('apps/api', { exclude: ['*.md', 'logs', '.dockerignore'] })]);
    write({ 'apps/api/notes.md': 'other', 'apps/api/logs/b': '2' });
    await expect(check(record)).resolves.toEqual([]);
    write({ 'apps/api/keep.md': '2' });
    await expect(check(record)).rejects.toMatchObject(outdated('apps/api/keep.md has changed since it was built'));
  });

  it('is outdated by files excluded only in an ignore file that its builder does not read', async () => {
    write({ 'apps/api/.containerignore': '*.md\n' });
    const [byDocker, byPodman] = await Promise.all([note(dockerfile('apps/api')), note(dockerfile('apps/api', {}, 'podman'))]);
    write({ 'apps/api/notes.md': 'other' });
    await expect(check(byPodman)).resolves.toEqual([]);
    await expect(check(byDocker)).rejects.toMatchObject(outdated('apps/api/notes.md has changed since it was built'));
  });

  it('is outdated by a changed Dockerfile behind a link', async () => {
    write({ 'tools/shared.dockerfile': 'FROM scratch\nCOPY main.js /\n' });
    symlinkSync('../../tools/shared.dockerfile', join(workspace.root, 'apps/api/Dockerfile'));
    const record = await note(dockerfile('apps/api', { dockerfile: join(workspace.root, 'apps/api/Dockerfile') }));
    await expect(check(record)).resolves.toEqual([]);
    write({ 'tools/shared.dockerfile': 'FROM scratch\nCOPY main.js /app/\n' });
    await expect(check(record)).rejects.toMatchObject(outdated('apps/api/Dockerfile has changed since it was built'));
  });

  it('neither contains files that git ignores, nor is outdated by them', async () => {
    write({ 'apps/api/.env': 'SECRET=1' });
    const record = await note(layers('apps/api'));
    expect(JSON.stringify(record)).not.toContain('.env');
    write({ 'apps/api/.env': 'SECRET=2', 'apps/api/coverage/a': '1' });
    await expect(check(record)).resolves.toEqual([]);
    const whole = await note(layers('apps/api', { ignored: 'include' }));
    write({ 'apps/api/.env': 'SECRET=3' });
    await expect(check(whole)).rejects.toMatchObject(outdated('apps/api/.env has changed since it was built'));
  });

  it.each([
    ['Dockerfile', { Dockerfile: 'FROM scratch\n' }, 'Dockerfile has changed'],
    ['ignore file', { 'Dockerfile.dockerignore': '*.md' }, 'Dockerfile.dockerignore was added'],
  ])('is outdated by its changed %s', async (_what, files, expected) => {
    const record = await note(dockerfile('apps/api'));
    write(files);
    await expect(check(record)).rejects.toMatchObject(outdated(`${expected} since it was built`));
  });

  it('is outdated by a changed variable of a build argument, whose value is not recorded', async () => {
    env = { API_URL: 'https://one.example.com' };
    const record = await note(dockerfile('apps/api', { buildArgs: { API_URL: undefined, FIXED: '1' } }));
    expect(JSON.stringify(record)).not.toContain('one.example.com');
    env = {};
    await expect(check(record)).resolves.toEqual(['API_URL']);
    env = { API_URL: 'https://two.example.com' };
    await expect(check(record)).rejects.toMatchObject(outdated('the variable API_URL has another value (buildArgs.API_URL)'));
  });

  it('only records that a secret existed', async () => {
    const record = await note(dockerfile('apps/api', { secrets: [{ id: 'npm', src: join(workspace.root, '.npmrc') }] }));
    const looked = record.looked.filter(({ look }) => look.kind === 'secret');
    expect(looked.map(({ found }) => found)).toEqual([{ '.npmrc': 'there' }]);
    write({ '.npmrc': 'token=2' });
    await expect(check(record)).resolves.toEqual([]);
  });

  it('has a record independent of the machine: another checkout gives the same one', async () => {
    const looks = () => [...layers('dist/api', { include: ['**'], owner: { uid: 1, gid: 2 } }), ...dockerfile('apps/api')];
    const record = await note(looks());
    const first = workspace;
    workspace = makeWorkspace();
    write({
      Dockerfile: 'FROM scratch\nCOPY . /app\n',
      'apps/api/main.js': 'main',
      'apps/api/notes.md': 'notes',
      'dist/api/main.js': 'built',
      'dist/api/assets/a.css': 'a',
    });
    expect(await note(looks())).toEqual(record);
    first.remove();
  });

  it('has another record exactly if its files differ', async () => {
    const file = fc.constantFrom('dist/api/a', 'dist/api/b/c', 'dist/api/b/d');
    const files = fc.dictionary(file, fc.constantFrom('', '1', '2'), { minKeys: 1 });
    await fc.assert(
      fc.asyncProperty(files, files, async (one, other) => {
        remove('dist/api');
        write(one);
        const record = await note(layers('dist/api'));
        remove('dist/api');
        write(other);
        const isSame = JSON.stringify(Object.entries(one).sort()) === JSON.stringify(Object.entries(other).sort());
        await (isSame
          ? expect(check(record)).resolves.toEqual([])
          : expect(check(record)).rejects.toMatchObject({ code: 'IMAGE_OUTDATED' }));
      }),
      { numRuns: 40 },
    );
  });
});
