import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

import { toFailWithCode } from '@nx-oci/model/testing';

import { type CredentialAnswer } from './credential';
import { askHelper } from './credential-helper';
import { dockerConfigCredentials } from './docker-config';

expect.extend({ toFailWithCode });

const auth = (text: string): string => Buffer.from(text).toString('base64');
const basic = (username: string, password: string) => ({ kind: 'basic', username, password });

let home: string;

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'nx-oci-credentials-'));
});

afterEach(() => rm(home, { recursive: true }));

async function write(path: string, content: object | string): Promise<string> {
  const file = join(home, path);
  await mkdir(join(file, '..'), { recursive: true });
  await writeFile(file, typeof content === 'string' ? content : JSON.stringify(content));
  return file;
}

const find = (registry: string, repository = 'team/api', env: NodeJS.ProcessEnv = {}): Promise<CredentialAnswer> =>
  dockerConfigCredentials({ env, homeFolder: home }).find(registry, repository);

describe('the entries of a Docker file', () => {
  it('contain a name and a password that may contain colons, with or without padding', async () => {
    await write('.docker/config.json', {
      auths: { 'r.example.com': { auth: auth('alice:a:b:c').replace(/=+$/, '') }, 'plain.example.com': { username: 'bob', password: 'x' } },
    });
    expect((await find('r.example.com')).credential).toEqual(basic('alice', 'a:b:c'));
    expect((await find('plain.example.com')).credential).toEqual(basic('bob', 'x'));
  });

  it('belong to one host and port in any spelling, and to no other', async () => {
    await write('.docker/config.json', {
      auths: { 'https://r.example.com/v2/': { auth: auth('alice:1') }, 'r.example.com:5000': { auth: auth('bob:2') } },
    });
    expect((await find('r.example.com')).credential).toEqual(basic('alice', '1'));
    expect((await find('r.example.com:5000')).credential).toEqual(basic('bob', '2'));
    expect((await find('r.example.com:5001')).credential).toBeUndefined();
    expect((await find('example.com')).credential).toBeUndefined();
  });

  it.each(['https://index.docker.io/v1/', 'index.docker.io', 'docker.io', 'registry-1.docker.io'])(
    'of Docker Hub may be named %s',
    async (key) => {
      await write('.docker/config.json', { auths: { [key]: { auth: auth('alice:1') } } });
      expect((await find('docker.io')).credential).toEqual(basic('alice', '1'));
    },
  );

  it('may contain tokens instead', async () => {
    await write('.docker/config.json', {
      auths: { 'a.example.com': { auth: auth('<token>:'), identitytoken: 'id' }, 'b.example.com': { registrytoken: 'reg' } },
    });
    expect((await find('a.example.com')).credential).toEqual({ kind: 'identity-token', token: 'id', username: '<token>' });
    expect((await find('b.example.com')).credential).toEqual({ kind: 'registry-token', token: 'reg' });
  });

  it('may be for a path; the longest match decides', async () => {
    await write('.docker/config.json', {
      auths: { 'quay.io': { auth: auth('host:1') }, 'quay.io/team': { auth: auth('team:2') }, 'quay.io/team/api': { auth: auth('api:3') } },
    });
    expect((await find('quay.io', 'team/api')).credential).toEqual(basic('api', '3'));
    expect((await find('quay.io', 'team/api/deep')).credential).toEqual(basic('api', '3'));
    expect((await find('quay.io', 'team/apix')).credential).toEqual(basic('team', '2'));
    expect((await find('quay.io', 'other')).credential).toEqual(basic('host', '1'));
  });

  it.each(['not json s3cret', '["s3cret"]', '{"auths":{"r.example.com":{"auth":"czNjcmV0"}}}'])(
    'that cannot be read are an error that names the file and quotes nothing (%s)',
    async (content) => {
      await write('.docker/config.json', content);
      const failure = await find('r.example.com').catch((error: unknown) => error as Error);
      expect(failure).toMatchObject({ code: 'CREDENTIALS_INVALID' });
      expect(JSON.stringify(failure, Object.getOwnPropertyNames(failure))).not.toMatch(/s3cret|czNjcmV0/);
    },
  );
});

describe('the sources', () => {
  it('are searched in order: variables, Docker, Podman', async () => {
    const file = (user: string) => ({ auths: { 'r.example.com': { auth: auth(`${user}:x`) } } });
    const env: NodeJS.ProcessEnv = {
      DOCKER_AUTH_CONFIG: JSON.stringify(file('inline')),
      REGISTRY_AUTH_FILE: await write('special.json', file('special')),
      XDG_RUNTIME_DIR: join(home, 'run'),
    };
    await write('.docker/config.json', file('docker'));
    await write('run/containers/auth.json', file('podman-run'));
    await write('.config/containers/auth.json', file('podman-config'));
    const steps: (() => unknown)[] = [
      () => undefined,
      () => delete env['DOCKER_AUTH_CONFIG'],
      () => delete env['REGISTRY_AUTH_FILE'],
      () => rm(join(home, '.docker'), { recursive: true }),
      () => delete env['XDG_RUNTIME_DIR'],
    ];
    const users: unknown[] = [];
    for (const step of steps) {
      await step();
      users.push((await find('r.example.com', 'a', env)).credential);
    }
    expect(users).toEqual(['inline', 'special', 'docker', 'podman-run', 'podman-config'].map((user) => basic(user, 'x')));
  });

  it('fall through to the next one without an entry for the host', async () => {
    await write('.docker/config.json', { auths: { 'r.example.com': { auth: auth('alice:1') } } });
    const env = { DOCKER_AUTH_CONFIG: JSON.stringify({ auths: { 'other.example.com': { auth: auth('x:y') } } }) };
    expect(await find('r.example.com', 'a', env)).toEqual({
      credential: basic('alice', '1'),
      searched: ['DOCKER_AUTH_CONFIG (no entry)', 'config.json (found)'],
    });
  });

  it('are listed when nothing is found', async () => {
    const { searched } = await find('r.example.com');
    expect(searched).toEqual(['config.json (no such file)', 'containers/auth.json (no such file)']);
  });

  it('include the folder in DOCKER_CONFIG', async () => {
    const file = await write('elsewhere/config.json', { auths: { 'r.example.com': { auth: auth('alice:1') } } });
    expect((await find('r.example.com', 'a', { DOCKER_CONFIG: join(file, '..') })).credential).toEqual(basic('alice', '1'));
  });

  it('are read once', async () => {
    const file = await write('.docker/config.json', { auths: { 'r.example.com': { auth: auth('alice:1') } } });
    const source = dockerConfigCredentials({ env: {}, homeFolder: home });
    await source.find('r.example.com', 'a');
    await rm(file);
    expect((await source.find('r.example.com', 'b')).credential).toEqual(basic('alice', '1'));
  });
});

// The helpers of these specs are shell scripts.
const describeOnPosix = process.platform === 'win32' ? describe.skip : describe;

describeOnPosix('a credential helper', () => {
  let env: NodeJS.ProcessEnv;

  /** Installs `docker-credential-NAME`; each call of it adds a line with its arguments and input to `calls`. */
  async function install(name: string, script: string): Promise<void> {
    const path = await write(
      `bin/docker-credential-${name}`,
      `#!/bin/sh\nserver=$(cat)\necho "$* $server" >> "${join(home, 'calls')}"\n${script}\n`,
    );
    await chmod(path, 0o755);
  }

  const calls = async (): Promise<readonly string[]> => (await readFile(join(home, 'calls'), 'utf8')).trim().split('\n');

  beforeEach(() => {
    env = { PATH: `${join(home, 'bin')}${delimiter}${process.env['PATH'] ?? ''}` };
  });

  it('is called with `get`, with the host on its input', async () => {
    await install('cloud', `echo '{"ServerURL":"x","Username":"AWS","Secret":"s3cret"}'`);
    await write('.docker/config.json', { credHelpers: { 'r.example.com': 'cloud' } });
    expect(await find('r.example.com', 'a', env)).toEqual({
      credential: basic('AWS', 's3cret'),
      searched: ['config.json (found by credHelpers "cloud")'],
    });
    expect((await find('other.example.com', 'a', env)).credential).toBeUndefined();
    expect((await find('r.example.com:5000', 'a', env)).credential).toBeUndefined();
    expect(await calls()).toEqual(['get r.example.com']);
  });

  it('is asked for Docker Hub by its old address', async () => {
    await install('store', `echo '{"Username":"<token>","Secret":"id"}'`);
    await write('.docker/config.json', { credsStore: 'store', auths: { 'https://index.docker.io/v1/': {} } });
    expect((await find('docker.io', 'library/node', env)).credential).toEqual({ kind: 'identity-token', token: 'id' });
    expect(await calls()).toEqual(['get https://index.docker.io/v1/']);
  });

  it('is called once for all repositories, even in parallel', async () => {
    await install('store', `sleep 0.1; echo '{"Username":"alice","Secret":"1"}'`);
    await write('.docker/config.json', { credsStore: 'store' });
    const source = dockerConfigCredentials({ env, homeFolder: home });
    await Promise.all(['a', 'b', 'c'].map((repository) => source.find('r.example.com', repository)));
    expect(await calls()).toHaveLength(1);
  });

  it('without credentials leaves it to the entry of the host', async () => {
    await install('store', `echo 'credentials not found in native keychain'; exit 1`);
    await write('.docker/config.json', { credsStore: 'store', auths: { 'r.example.com': { auth: auth('alice:1') } } });
    expect(await find('r.example.com', 'a', env)).toMatchObject({ credential: basic('alice', '1') });
    expect((await find('other.example.com', 'a', env)).searched[0]).toBe('config.json (credsStore "store" has no entry, no entry)');
  });

  it('that fails is an error with its stderr, and never with its stdout', async () => {
    await install('store', `echo '{"Secret":"s3cret"'; printf 'vault \\033[2J\\302\\233is sealed' >&2; exit 2`);
    await write('.docker/config.json', { credsStore: 'store' });
    const failure = await find('r.example.com', 'a', env).catch((error: unknown) => error as Error);
    expect(failure).toMatchObject({
      code: 'CREDENTIAL_HELPER_FAILED',
      message: expect.stringMatching(/exit code 2\): vault \[2J is sealed/),
    });
    expect(JSON.stringify(failure, Object.getOwnPropertyNames(failure))).not.toContain('s3cret');
  });

  it.each([`echo s3cret`, `echo '"s3cret"'`, `echo '{"Secret":"s3cret"}'`])('with an invalid answer (%s) is an error', async (script) => {
    await install('store', script);
    await write('.docker/config.json', { credsStore: 'store' });
    await expect(find('r.example.com', 'a', env)).toFailWithCode(
      'CREDENTIAL_HELPER_FAILED',
      /docker-credential-store (did not answer with a JSON object|answered without)/,
    );
  });

  it('with endless output is stopped', async () => {
    await install('store', `exec yes`);
    await write('.docker/config.json', { credsStore: 'store' });
    await expect(find('r.example.com', 'a', env)).toFailWithCode('CREDENTIAL_HELPER_FAILED', /was killed, or printed too much/);
  });

  it('that waits for user input is stopped', async () => {
    await install('store', 'exec sleep 60');
    await expect(askHelper('store', 'r.example.com', { env, timeoutMs: 300 })).toFailWithCode(
      'CREDENTIAL_HELPER_FAILED',
      /did not answer within 0\.3 s/,
    );
  });

  it('that is not installed is an error with its name', async () => {
    await write('.docker/config.json', { credsStore: 'absent' });
    await expect(find('r.example.com', 'a', env)).toFailWithCode(
      'CREDENTIAL_HELPER_FAILED',
      /docker-credential-absent could not be started/,
    );
  });

  it.each(['../../evil', '/bin/evil', 'a b', 'a;b', '-x'])('must not be named %j', async (name) => {
    await install('evil', `echo '{"Username":"x","Secret":"y"}'`);
    await write('.docker/config.json', { credHelpers: { 'r.example.com': name } });
    await expect(find('r.example.com', 'a', env)).toFailWithCode('CREDENTIAL_HELPER_FAILED', /is not a credential helper name/);
  });
});
