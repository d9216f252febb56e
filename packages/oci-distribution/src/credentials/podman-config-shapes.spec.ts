import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

import { isOciError } from '@nx-oci/model';
import { describeWith } from '@nx-oci/model/testing';

import { answer, startScriptedServer } from '../testing/scripted-server';
import { type CredentialAnswer } from './credential';
import { dockerConfigCredentials } from './docker-config';

const REPOSITORY = 'team/api';
const base64 = (text: string): string => Buffer.from(text).toString('base64');
const loginOf = (name: string) => ({ auth: base64(`${name}:pw`) });

/** Credential helpers by name, and their scripts. */
const HELPERS: Readonly<Record<string, string>> = {
  cloud: `echo '{"ServerURL":"x","Username":"cloud","Secret":"pw"}'`,
  store: `echo '{"ServerURL":"x","Username":"store","Secret":"pw"}'`,
  token: `echo '{"ServerURL":"x","Username":"<token>","Secret":"id"}'`,
  empty: `echo 'credentials not found in native keychain'; exit 1`,
  broken: `echo 'vault is sealed' >&2; exit 1`,
};

// Measured with skopeo 1.9.3 and podman 4.3.1.
/** A user's name, `token ID`, `none` or `error`. */
type Outcome = string;

/**
 * A file (HOST stands for the registry), the login that skopeo then sends, and the one that we use if we differ, with the reason.
 */
type Shape = readonly [what: string, file: object, skopeo: Outcome, ours?: Outcome, because?: string];

const SAME_PLACE = 'Docker takes every spelling of a host';
const AS_DOCKER = 'Docker reads it so';
const STORES = 'Docker keeps logins there, Podman and skopeo do not read it';
const SECOND_CHOICE = 'a login written for this host is better than an anonymous refusal';

const SHAPES: readonly Shape[] = [
  ['nothing', {}, 'none'],
  ['no login', { auths: {} }, 'none'],
  ['an empty login', { auths: { HOST: {} } }, 'none'],
  ['the host', { auths: { HOST: loginOf('host') } }, 'host'],
  ['the host with a slash', { auths: { 'HOST/': loginOf('host') } }, 'none', 'host', SAME_PLACE],
  ['a URL', { auths: { 'https://HOST': loginOf('url') } }, 'url'],
  ['a URL without TLS', { auths: { 'http://HOST': loginOf('url') } }, 'url'],
  ['a URL of the first API', { auths: { 'https://HOST/v1/': loginOf('url') } }, 'url'],
  ['a URL of the second API', { auths: { 'https://HOST/v2/': loginOf('url') } }, 'url'],
  ['a URL with a path', { auths: { 'https://HOST/some/path': loginOf('url') } }, 'url'],
  [
    'a URL with the path of the repository beside the host',
    { auths: { 'https://HOST/team': loginOf('url'), HOST: loginOf('host') } },
    'host',
  ],
  ['the first API without a scheme', { auths: { 'HOST/v1/': loginOf('v1') } }, 'none', 'v1', SAME_PLACE],
  ['a URL beside the host', { auths: { 'https://HOST/v2/': loginOf('url'), HOST: loginOf('host') } }, 'host'],
  ['a URL beside an empty login', { auths: { HOST: {}, 'https://HOST/v2/': loginOf('url') } }, 'none', 'url', SECOND_CHOICE],
  ['a part of the host', { auths: { 'HOST/team': loginOf('team') } }, 'team'],
  ['parts of the host', { auths: { HOST: loginOf('host'), 'HOST/team': loginOf('team'), 'HOST/team/api': loginOf('api') } }, 'api'],
  ['other parts of the host', { auths: { 'HOST/tea': loginOf('tea'), 'HOST/team/apix': loginOf('apix') } }, 'none'],
  ['a part with a slash', { auths: { HOST: loginOf('host'), 'HOST/team/': loginOf('team') } }, 'host', 'team', 'it can mean nothing else'],
  ['a part with an empty login', { auths: { HOST: loginOf('host'), 'HOST/team': {} } }, 'none', 'host', SECOND_CHOICE],
  ['other ports', { auths: { '127.0.0.1': loginOf('other'), '127.0.0.1:1': loginOf('other') } }, 'none'],
  ['a name and a password in fields of their own', { auths: { HOST: { username: 'plain', password: 'pw' } } }, 'none', 'plain', AS_DOCKER],
  ['an empty password', { auths: { HOST: { auth: base64('host:') } } }, 'host'],
  ['a password with colons', { auths: { HOST: { auth: base64('host:a:b') } } }, 'host'],
  ['base64 without its padding', { auths: { HOST: { auth: base64('a:pw').replace(/=+$/, '') } } }, 'error', 'a', 'people make it by hand'],
  [
    'base64 of no pair',
    { auths: { HOST: { auth: base64('host') } } },
    'none',
    'error',
    'Docker refuses it, too, and a reason is better than an anonymous request',
  ],
  ['an identity token beside a login', { auths: { HOST: { ...loginOf('host'), identitytoken: 'id' } } }, 'token id'],
  ['an identity token as Docker keeps it', { auths: { HOST: { auth: base64('<token>:'), identitytoken: 'id' } } }, 'token id'],
  ['an identity token alone', { auths: { HOST: { identitytoken: 'id' } } }, 'none', 'token id', AS_DOCKER],
  ['a registry’s token', { auths: { HOST: { registrytoken: 'reg' } } }, 'none', 'token reg', AS_DOCKER],
  ['a helper', { credHelpers: { HOST: 'cloud' } }, 'cloud'],
  ['a helper beside a login', { auths: { HOST: loginOf('host') }, credHelpers: { HOST: 'cloud' } }, 'cloud'],
  ['a helper beside a login for a part', { auths: { 'HOST/team': loginOf('team') }, credHelpers: { HOST: 'cloud' } }, 'cloud'],
  ['a helper that has a token', { credHelpers: { HOST: 'token' } }, 'token id'],
  ['a helper that knows nothing', { auths: { HOST: loginOf('host') }, credHelpers: { HOST: 'empty' } }, 'none', 'host', SECOND_CHOICE],
  ['a helper that fails', { auths: { HOST: loginOf('host') }, credHelpers: { HOST: 'broken' } }, 'error'],
  ['a helper that is not installed', { auths: { HOST: loginOf('host') }, credHelpers: { HOST: 'absent' } }, 'error'],
  ['a helper without a name', { auths: { HOST: loginOf('host') }, credHelpers: { HOST: '' } }, 'error', 'host', AS_DOCKER],
  ['a helper of another host', { auths: { HOST: loginOf('host') }, credHelpers: { '127.0.0.1:1': 'cloud' } }, 'host'],
  ['a helper of a part', { auths: { HOST: loginOf('host') }, credHelpers: { 'HOST/team': 'cloud' } }, 'host'],
  ['a helper of a URL', { credHelpers: { 'https://HOST': 'cloud' } }, 'none', 'cloud', 'gcloud wrote such keys'],
  ['a store', { credsStore: 'store' }, 'none', 'store', STORES],
  ['a store beside its mark', { auths: { HOST: {} }, credsStore: 'store' }, 'none', 'store', STORES],
  ['a store beside a login', { auths: { HOST: loginOf('host') }, credsStore: 'store' }, 'host', 'store', STORES],
  ['a store beside a login for a part', { auths: { 'HOST/team': loginOf('team') }, credsStore: 'store' }, 'team'],
  ['a store that knows nothing', { auths: { HOST: loginOf('host') }, credsStore: 'empty' }, 'host'],
  ['a store beside a helper', { credHelpers: { HOST: 'cloud' }, credsStore: 'store' }, 'cloud'],
  ['a store beside a helper that knows nothing', { credHelpers: { HOST: 'empty' }, credsStore: 'store' }, 'none', 'store', SECOND_CHOICE],
];

const HUB_SHAPES: readonly Shape[] = [
  ['as Docker writes it', { auths: { 'https://index.docker.io/v1/': loginOf('docker') } }, 'docker'],
  ['as Podman writes it', { auths: { 'docker.io': loginOf('podman') } }, 'podman'],
  ['by the host of its API', { auths: { 'https://registry-1.docker.io/v2/': loginOf('api') } }, 'api'],
  ['by its old host', { auths: { 'index.docker.io': loginOf('index') } }, 'index'],
  ['for a part', { auths: { 'docker.io/team': loginOf('team'), 'docker.io': loginOf('podman') } }, 'team'],
  [
    'for a part of an alias',
    { auths: { 'index.docker.io/team': loginOf('team'), 'docker.io': loginOf('podman') } },
    'podman',
    'team',
    SAME_PLACE,
  ],
  [
    'in both ways',
    { auths: { 'https://index.docker.io/v1/': loginOf('docker'), 'docker.io': loginOf('podman') } },
    'podman',
    'docker',
    'config.json is Docker’s file',
  ],
];

const tried = (shapes: readonly Shape[], registry = 'HOST') =>
  shapes.map(([what, file, theirs, ours = theirs]) => ({ what, file, theirs, ours, registry }));

let home: string;
let env: NodeJS.ProcessEnv;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'nx-oci-podman-shapes-'));
  await mkdir(join(home, 'bin'));
  for (const [name, script] of Object.entries(HELPERS)) {
    const program = join(home, 'bin', `docker-credential-${name}`);
    await writeFile(program, `#!/bin/sh\ncat > /dev/null\n${script}\n`);
    await chmod(program, 0o755);
  }
  env = { PATH: `${join(home, 'bin')}${delimiter}${process.env['PATH'] ?? ''}`, HOME: home };
});
afterEach(() => rm(home, { recursive: true }));

async function find(content: string, registry: string): Promise<Outcome> {
  await mkdir(join(home, '.docker'), { recursive: true });
  await writeFile(join(home, '.docker/config.json'), content);
  try {
    return outcomeOf(await dockerConfigCredentials({ env, homeFolder: home }).find(registry, REPOSITORY));
  } catch (error) {
    if (isOciError(error)) return 'error';
    throw error;
  }
}

function outcomeOf({ credential }: CredentialAnswer): Outcome {
  if (credential === undefined) return 'none';
  return credential.kind === 'basic' ? credential.username : `token ${credential.token}`;
}

/** The output of a program with the content as its login file. */
async function run(program: string, words: readonly string[], content: string): Promise<string> {
  const file = join(home, 'auth.json');
  await writeFile(file, content);
  const child = spawn(
    program,
    words.map((word) => word.replace('AUTHFILE', file)),
    { env, stdio: ['ignore', 'pipe', 'ignore'] },
  );
  let stdout = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  await once(child, 'close');
  return stdout.trim();
}

describeWith(['skopeo'], 'the login that skopeo sends is the one that we find for', (things) => {
  /** Its requests to a token service, with HOST for the registry's host. */
  async function askSkopeo(file: object): Promise<{ readonly skopeo: Outcome; readonly content: string; readonly host: string }> {
    const server = await startScriptedServer(({ target }, response, { url }) => {
      const challenge = { 'www-authenticate': `Bearer realm="${url}/token",service="x"` };
      answer(response, 401, target.startsWith('/token') ? {} : challenge, '{}');
    });
    const { host } = server;
    const content = JSON.stringify(file).replaceAll('HOST', host);
    await run(
      things.tool('skopeo'),
      ['inspect', '--raw', '--tls-verify=false', '--authfile', 'AUTHFILE', `docker://${host}/${REPOSITORY}:v1`],
      content,
    );
    const asked = server.seen.find(({ target }) => target.startsWith('/token'));
    if (asked === undefined) return { skopeo: 'error', content, host };
    const token = new URLSearchParams(asked.body).get('refresh_token');
    const login = Buffer.from((asked.headers.authorization ?? '').replace('Basic ', ''), 'base64').toString();
    const account = new URL(asked.target, server.url).searchParams.get('account');
    return { skopeo: token === null ? login.split(':')[0] || account || 'none' : `token ${token}`, content, host };
  }

  it.each(tried(SHAPES))('$what', async ({ file, theirs, ours }) => {
    const { skopeo, content, host } = await askSkopeo(file);
    // Another version may agree with us.
    expect([theirs, ours]).toContain(skopeo);
    expect(await find(content, host)).toBe(ours);
  });

  // Sends no request to Docker Hub: the program itself prints the login.
  it.each(tried(HUB_SHAPES))('Docker Hub, $what', async ({ file, theirs, ours }) => {
    const content = JSON.stringify(file);
    const stdout = await run(things.tool('skopeo'), ['login', '--get-login', '--authfile', 'AUTHFILE', `docker.io/${REPOSITORY}`], content);
    expect([theirs, ours]).toContain(stdout || 'none');
    expect(await find(content, 'docker.io')).toBe(ours);
  });
});

describeWith(['podman'], 'podman says of itself what skopeo sends', (things) => {
  const shapes = [...tried(SHAPES, 'r.example.com:5000'), ...tried(HUB_SHAPES, 'docker.io')];

  // It does not show tokens.
  it.each(shapes.filter(({ theirs }) => !theirs.startsWith('token ') && theirs !== 'error'))(
    '$what at $registry',
    async ({ file, theirs, ours, registry }) => {
      const content = JSON.stringify(file).replaceAll('HOST', registry);
      const words = ['login', '--get-login', '--authfile', 'AUTHFILE', `${registry}/${REPOSITORY}`];
      const stdout = await run(things.tool('podman'), words, content);
      expect([theirs, ours]).toContain(stdout || 'none');
    },
  );
});

it('every difference has its reason', () => {
  for (const [what, , theirs, ours, because] of [...SHAPES, ...HUB_SHAPES])
    expect([what, ours === undefined || ours === theirs]).toEqual([what, because === undefined]);
});
