import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { lstat, mkdir, mkdtemp, readdir, readFile, realpath, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { inspect, promisify } from 'node:util';

import { createRunConfig } from './run-config';

describe('a docker configuration of our own', () => {
  let home: string;
  let own: string;

  beforeEach(async () => {
    home = await mkdtemp(join(tmpdir(), 'nx-oci-home-'));
    own = join(home, '.docker');
    await mkdir(join(own, 'cli-plugins'), { recursive: true });
  });
  afterEach(() => rm(home, { recursive: true }));

  it('keeps contexts, plugins and proxies, and no login', async () => {
    const kept = { currentContext: 'remote', proxies: { default: {} }, cliPluginsExtraDirs: ['/opt/plugins'] };
    const logins = { auths: { 'ghcr.io': { auth: 'c2VjcmV0' } }, credsStore: 'desktop', credHelpers: { 'gcr.io': 'gcloud' } };
    await writeFile(join(own, 'config.json'), JSON.stringify({ ...kept, ...logins }));
    await writeFile(join(own, 'ca.pem'), 'certificate');
    await writeFile(join(own, '.token_seed'), 'secret');

    const config = await createRunConfig({ HOME: home });
    expect((await readdir(config.folder)).sort()).toEqual(['ca.pem', 'cli-plugins', 'config.json']);
    expect(await realpath(join(config.folder, 'cli-plugins'))).toBe(await realpath(join(own, 'cli-plugins')));
    expect(JSON.parse(await readFile(join(config.folder, 'config.json'), 'utf8'))).toEqual({ ...kept, auths: { 'nx-oci.invalid': {} } });
    await config.remove();
  });

  it('can be read by nobody else, and leaves what it points at when it goes', async () => {
    await writeFile(join(own, 'cli-plugins/docker-buildx'), '');
    const config = await createRunConfig({ DOCKER_CONFIG: own });
    expect((await stat(config.folder)).mode & 0o777).toBe(0o700);
    expect((await stat(join(config.folder, 'config.json'))).mode & 0o777).toBe(0o600);
    await config.remove();
    await expect(lstat(config.folder)).rejects.toMatchObject({ code: 'ENOENT' });
    expect(await readdir(join(own, 'cli-plugins'))).toEqual(['docker-buildx']);
  });

  it('goes with a process that ends without taking it away', async () => {
    const script = `require(${JSON.stringify(join(__dirname, 'run-config.ts'))}).createRunConfig({ HOME: ${JSON.stringify(home)} }).then(({ folder }) => console.log(folder))`;
    const { stdout } = await promisify(execFile)(process.execPath, ['--require', '@swc-node/register', '--eval', script], {
      cwd: join(__dirname, '../../../../..'),
      env: { ...process.env, SWC_NODE_PROJECT: 'tsconfig.base.json' },
    });
    expect(stdout.trim()).toMatch(/nx-oci-docker-/);
    await expect(lstat(stdout.trim())).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('leaves nothing behind where it can not be made', async () => {
    const mark = `${basename(home)}.pem`;
    await writeFile(join(own, mark), 'certificate');
    await writeFile(join(own, 'config.json'), '[]');
    await expect(createRunConfig({ HOME: home })).rejects.toMatchObject({ code: 'CREDENTIALS_INVALID' });
    const folders = (await readdir(tmpdir())).filter((name) => name.startsWith('nx-oci-docker-'));
    expect(folders.filter((name) => existsSync(join(tmpdir(), name, mark)))).toEqual([]);
  });

  it('does without a folder of the user', async () => {
    const config = await createRunConfig({ HOME: join(home, 'nobody') });
    expect(await readdir(config.folder)).toEqual(['config.json']);
    await config.remove();
  });

  it('never quotes a file that holds logins', async () => {
    await writeFile(join(own, 'config.json'), '{"auths": CANARY');
    const error: unknown = await createRunConfig({ HOME: home }).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'CREDENTIALS_INVALID' });
    // With its cause, which would quote what JSON.parse stumbled over.
    expect(inspect(error)).not.toContain('CANARY');
  });
});
