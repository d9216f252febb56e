import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import fc from 'fast-check';

import { describeWith, toFailWithCode } from '@nx-oci/model/testing';

import { answer, startScriptedServer } from '../testing/scripted-server';
import { type CredentialAnswer } from './credential';
import { dockerConfigCredentials } from './docker-config';

expect.extend({ toFailWithCode });

const HOST = 'r.example.com:5000';
const HUB = 'docker.io';

let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'nx-oci-shapes-'));
});
afterEach(() => rm(home, { recursive: true }));

const loginOf = (name: string) => ({ auth: Buffer.from(`${name}:pw`).toString('base64') });
const userOf = ({ credential }: CredentialAnswer): string | undefined => (credential?.kind === 'basic' ? credential.username : undefined);

async function find(content: string | Uint8Array, registry: string): Promise<string | undefined> {
  await mkdir(join(home, '.docker'), { recursive: true });
  await writeFile(join(home, '.docker/config.json'), content);
  return userOf(await dockerConfigCredentials({ env: {}, homeFolder: home }).find(registry, 'team/api'));
}

// The plainest first.
const SPELLINGS: Readonly<Record<string, readonly string[]>> = {
  [HOST]: [
    HOST,
    `${HOST}/`,
    `${HOST}/v1/`,
    `https://${HOST}`,
    `https://${HOST}/v1/`,
    `https://${HOST}/v2/`,
    `http://${HOST}/`,
    `https://${HOST}/some/path`,
  ],
  'r.example.com': ['r.example.com', 'https://r.example.com/v2', 'r.example.com:443', 'https://r.example.com:443/v2/'],
  [HUB]: ['https://index.docker.io/v1/', 'docker.io', 'index.docker.io/v1', 'https://registry-1.docker.io/v2/', 'http://index.docker.io'],
};
const FOREIGN = [
  'r.example.com:5001',
  'https://example.com',
  'r.example.com:5000.evil',
  'https://index.docker.io/v1/access-token',
  'https://index.docker.io/v1/refresh-token',
  'http://r.example.com:443',
];

const file = fc.constantFrom(...Object.keys(SPELLINGS)).chain((registry) =>
  fc.record({
    registry: fc.constant(registry),
    entries: fc
      .shuffledSubarray([...SPELLINGS[registry]!])
      .chain((keys) => fc.tuple(...keys.map((key) => fc.tuple(fc.constant(key), fc.constantFrom('login', 'empty'))))),
    foreign: fc.subarray(FOREIGN),
    foreignFirst: fc.boolean(),
    emptyHelper: fc.boolean(),
    mark: fc.constantFrom('', '\ufeff'),
  }),
);

describe('a config.json', () => {
  it('gives a registry the login of its plainest spelling, and no login of another registry', async () => {
    await fc.assert(
      fc.asyncProperty(file, async ({ registry, entries, foreign, foreignFirst, emptyHelper, mark }) => {
        const own = entries.map(([key, what]) => [key, what === 'login' ? loginOf(key.replaceAll(':', '_')) : {}] as const);
        const others = foreign.map((key) => [key, loginOf('foreign')] as const);
        const auths = Object.fromEntries(foreignFirst ? [...others, ...own] : [...own, ...others]);
        const content =
          mark + JSON.stringify({ auths, ...(emptyHelper && { credHelpers: { [registry]: '' }, credsStore: 'never-asked' }) });
        const withLogin = SPELLINGS[registry]!.find((key) => entries.some(([name, what]) => name === key && what === 'login'));
        expect(emptyHelper || !content.includes('never-asked')).toBe(true);
        expect(await find(content, registry)).toBe(withLogin?.replaceAll(':', '_'));
      }),
      { numRuns: Number(process.env['NX_OCI_FUZZ_RUNS'] ?? 150), seed: 1 },
    );
  });

  it.each(['', ' \n', '\ufeff', '{}', '{"auths":null,"credHelpers":null,"credsStore":null}', '{"auths":{"r.example.com":null}}'])(
    'without a login gives none: %j',
    async (content) => {
      expect(await find(content, 'r.example.com')).toBeUndefined();
    },
  );

  it.each([
    ['UTF-16 of little end', Buffer.from('\ufeff{}', 'utf16le'), /is UTF-16, but must be UTF-8/],
    ['UTF-16 of big end', Buffer.from('\ufeff{}', 'utf16le').swap16(), /is UTF-16/],
    ['UTF-16 without a mark', Buffer.from('{"auths":{}}', 'utf16le'), /is UTF-16/],
    ['a list of logins', '{"auths":[]}', /its "auths" is not an object/],
    ['a helper that is no text', '{"credHelpers":{"r.example.com":{}}}', /its "credHelpers" are not all strings/],
    ['a store that is no text', '{"credsStore":["pass"]}', /its "credsStore" is not a string/],
    ['half a file', '{"auths":{', /is not JSON/],
    [
      'a damaged login',
      '{"auths":{"https://r.example.com/v2/":{"auth":"!!"}}}',
      /the entry for r\.example\.com of .*config\.json: its "auth" is not base64/,
    ],
  ])('that Docker could not read is reported with the reason: %s', async (_what, content, message) => {
    await expect(find(content, 'r.example.com')).toFailWithCode('CREDENTIALS_INVALID', message);
  });
});

describeWith(['docker'], 'the real docker', () => {
  /** The login that docker passes to its daemon for a pull. */
  async function askDocker(content: string, image: string): Promise<string | undefined> {
    const daemon = await startScriptedServer(({ target }, response) =>
      answer(
        response,
        200,
        { 'api-version': '1.41', 'docker-experimental': 'false', ostype: 'linux' },
        target.includes('/images/create') ? '' : '{}',
      ),
    );
    const folder = join(home, 'docker');
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'config.json'), content);
    const env = { PATH: process.env['PATH'], HOME: home, DOCKER_CONFIG: folder, DOCKER_HOST: `tcp://${daemon.host}` };
    await once(spawn('docker', ['pull', image], { env, stdio: 'ignore' }), 'exit');
    const pull = daemon.seen.find(({ target }) => target.includes('/images/create'));
    if (pull === undefined) throw new Error(`docker did not ask: ${daemon.seen.map(({ target }) => target).join(' ')}`);
    const header = pull.headers['x-registry-auth'];
    const { username } = JSON.parse(Buffer.from(String(header ?? 'e30'), 'base64url').toString()) as { readonly username?: string };
    return username;
  }

  it.each([
    ['the exact key before others', { auths: { [`https://${HOST}/v2/`]: loginOf('other'), [HOST]: loginOf('exact') } }, HOST, 'exact'],
    ['another spelling alone', { auths: { [`https://${HOST}/v1/`]: loginOf('other') } }, HOST, 'other'],
    [
      'Docker Hub beside Desktop’s own login',
      { auths: { 'https://index.docker.io/v1/access-token': loginOf('desktop'), 'https://index.docker.io/v1/': loginOf('hub') } },
      HUB,
      'hub',
    ],
    ['an empty helper', { auths: { [HOST]: loginOf('exact') }, credHelpers: { [HOST]: '' }, credsStore: 'never-asked' }, HOST, 'exact'],
    ['an empty password', { auths: { [HOST]: { auth: Buffer.from('exact:').toString('base64') } } }, HOST, 'exact'],
    ['nothing for this port', { auths: { 'r.example.com': loginOf('other'), 'r.example.com:5001': loginOf('other') } }, HOST, undefined],
  ])('finds the same login as we do: %s', async (_what, content, registry, user) => {
    const text = JSON.stringify(content);
    expect(await askDocker(text, `${registry}/team/api`)).toBe(user);
    expect(await find(text, registry)).toBe(user);
  });

  it('finds nothing in an empty file, as we do', async () => {
    expect([await askDocker('', `${HOST}/team/api`), await find('', HOST)]).toEqual([undefined, undefined]);
  });
});
