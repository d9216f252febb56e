import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { isOciError, type OciError } from '@nx-oci/model';

import { loadRegistries, type Registries } from './registries';

let root: string;

beforeEach(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'nx-oci-registries-'));
});

afterEach(async () => {
  await rm(root, { recursive: true, force: true });
});

async function load(text: string, env: Readonly<Record<string, string>> = {}): Promise<Registries> {
  await writeFile(path.join(root, 'registries.yaml'), text);
  return loadRegistries(root, env);
}

function failureOf(act: () => unknown): OciError {
  try {
    act();
  } catch (error) {
    if (isOciError(error)) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

const THREE = `registries:
  ghcr:
    host: ghcr.io
    namespace: \${OWNER}
    auth:
      username: \${ACTOR}
      password: \${TOKEN}
  corp:
    host: corp.lan:5000
    namespace: team
    tls: { ca: certs/corp.pem }
    onFailure: abort
    trustedHosts: [auth.corp.lan]
  local:
    host: localhost:\${PORT:-5080}
    guard: false
publish:
  registries: [local, "\${EXTRA:-ghcr}"]
  tags: [sha, latest]
`;

describe('loadRegistries', () => {
  it('finds nothing in a workspace without the file', async () => {
    const registries = await loadRegistries(root, {});
    expect(registries).toMatchObject({ file: path.join(root, 'registries.yaml'), exists: false, names: [], publish: {}, mirrors: [] });
    expect(registries.select([])).toEqual([]);
    expect(failureOf(() => registries.select(['ghcr']))).toMatchObject({
      code: 'OPTIONS_INVALID',
      message: expect.stringContaining('add one with `nx g nx-oci:registry`'),
    });
  });

  it('gives the names in the order of the file, and the defaults with their variables replaced', async () => {
    const registries = await load(THREE);
    expect(registries.exists).toBe(true);
    expect(registries.names).toEqual(['ghcr', 'corp', 'local']);
    expect(registries.publish).toEqual({ registries: ['local', 'ghcr'], tags: ['sha', 'latest'] });
  });

  it('refuses an invalid file with one error that contains every problem', async () => {
    await expect(load('registries:\n  a: {}\nmirror: []\npublish: { env: [PREFIX], prefix: "${PREFIX}" }\n')).rejects.toMatchObject({
      code: 'CONFIGURATION_INVALID',
      message: [
        'Cannot use registries.yaml: 2 problems',
        '  registries.yaml:2:3 `host` is missing → add `host`',
        '  registries.yaml:3:1 unknown key `mirror` → did you mean `mirrors`?',
      ].join('\n'),
    });
    await expect(load('publish:\n  prefix: ${PREFIX}\n  env: [PREFIX]\n')).rejects.toMatchObject({
      message: expect.stringContaining('registries.yaml:2:11 the variable PREFIX is not set → set it, or give a default: ${PREFIX:-…}'),
    });
  });
});

describe('select', () => {
  it('proposes no default for a password, which would be a secret in clear text', async () => {
    const text = 'registries:\n  a:\n    host: a.example\n    auth: { username: "${USER_OF_A}", password: "${TOKEN_OF_A}" }\n';
    const messageFor = async (env: Readonly<Record<string, string>>): Promise<string> => {
      const registries = await load(text, env);
      try {
        registries.select(['a']);
        return '';
      } catch (error) {
        return (error as Error).message;
      }
    };
    expect(await messageFor({ USER_OF_A: 'me' })).toMatch(/the variable TOKEN_OF_A is not set → set it$/);
    expect(await messageFor({ TOKEN_OF_A: 'x' })).toMatch(
      /the variable USER_OF_A is not set → set it, or give a default: \$\{USER_OF_A:-…\}$/,
    );
  });

  it('needs only the variables of the entries that are used', async () => {
    const registries = await load(THREE);
    expect(registries.select(['local'])).toEqual([
      { name: 'local', host: 'localhost:5080', namespace: '', trustedHosts: [], guard: false, onFailure: 'abort' },
    ]);
  });

  it('replaces variables and lower-cases the namespace', async () => {
    const registries = await load(THREE, { OWNER: 'AcmeCorp', ACTOR: 'Me', TOKEN: 'S3cret' });
    expect(registries.select(['ghcr'])).toEqual([
      {
        name: 'ghcr',
        host: 'ghcr.io',
        namespace: 'acmecorp',
        trustedHosts: [],
        auth: { username: 'Me', password: 'S3cret' },
        authVariables: ['ACTOR', 'TOKEN'],
        guard: true,
        onFailure: 'abort',
      },
    ]);
  });

  it('treats a login whose variables are all unset as none, and records why', async () => {
    const registries = await load(THREE, { OWNER: 'acme', TOKEN: '' });
    const [entry] = registries.select(['ghcr']);
    expect(entry?.auth).toBeUndefined();
    expect(entry?.authSkipped).toBe('auth in registries.yaml (ACTOR, TOKEN are not set)');
  });

  it('refuses an incomplete login', async () => {
    const registries = await load(THREE, { OWNER: 'acme', TOKEN: 'S3cret' });
    const failure = failureOf(() => registries.select(['ghcr']));
    expect(failure.message).toContain('registries.yaml:6:17 the variable ACTOR is not set');
    expect(failure.message).not.toContain('S3cret');
  });

  it('reads a token', async () => {
    const registries = await load('registries: { a: { host: a.example, auth: { token: "${T}" } } }', { T: 'S3cret' });
    expect(registries.select(['a'])[0]?.auth).toEqual({ token: 'S3cret' });
  });

  it('makes paths of certificates absolute, and requires the files to exist', async () => {
    const text = 'registries: { corp: { host: corp.lan, tls: { ca: corp.pem, verify: true } } }';
    const registries = await load(text);
    expect(failureOf(() => registries.select(['corp'])).message).toContain('registries.yaml:1:50 the file `corp.pem` does not exist');
    await writeFile(path.join(root, 'corp.pem'), '');
    expect(registries.select(['corp'])[0]?.tls).toEqual({ ca: { file: path.join(root, 'corp.pem') }, verify: true });
  });

  it('returns each entry once, in the requested order', async () => {
    const registries = await load('registries: { a: { host: a.example }, b: { host: b.example } }');
    expect(registries.select(['b', 'a', 'b']).map(({ name }) => name)).toEqual(['b', 'a']);
  });

  it('names every unknown registry with the nearest right one', async () => {
    const registries = await load(THREE);
    const failure = failureOf(() => registries.select(['ghrc', 'local', 'elsewhere']));
    expect(failure.code).toBe('OPTIONS_INVALID');
    expect(failure.message.split('\n')).toEqual([
      'Cannot use the registries ghrc, local, elsewhere: 2 problems',
      '  registries.yaml has no registry `ghrc` → did you mean `ghcr`?',
      '  registries.yaml has no registry `elsewhere` → use `ghcr`, `corp`, `local`',
    ]);
  });

  it('names unknown registries, unset variables and missing files in one error', async () => {
    const registries = await load(THREE);
    const failure = failureOf(() => registries.select(['ghcr', 'corp', 'lokal']));
    expect(failure.code).toBe('CONFIGURATION_INVALID');
    expect(failure.message.split('\n').slice(1)).toEqual([
      '  registries.yaml has no registry `lokal` → did you mean `local`?',
      '  registries.yaml:4:16 the variable OWNER is not set → set it, or give a default: ${OWNER:-…}',
      '  registries.yaml:11:16 the file `certs/corp.pem` does not exist → give its path from the workspace root, or a variable that holds the PEM itself',
    ]);
  });

  it('checks values of variables', async () => {
    const registries = await load('registries:\n  a:\n    host: ${HOST}\n    namespace: ${TEAM}\n', {
      HOST: 'https://a.example',
      TEAM: 'my team',
    });
    expect(
      failureOf(() => registries.select(['a']))
        .message.split('\n')
        .slice(1),
    ).toEqual([
      expect.stringMatching(/^ {2}registries\.yaml:3:11 `host: \$\{HOST\}` starts with a scheme → set HOST to a host name/),
      expect.stringMatching(/^ {2}registries\.yaml:4:16 `namespace: \$\{TEAM\}` breaks the grammar/),
    ]);
  });

  it('checks related settings when variables are replaced, and does not replace variables in values', async () => {
    const text = 'registries:\n  a:\n    host: ${HOST}\n    tags: [{ rule: "${RULE}", length: 12 }]\npublish: { env: [RULE] }\n';
    const registries = await load(text, { HOST: 'docker.io', RULE: 'latest' });
    expect(
      failureOf(() => registries.select(['a']))
        .message.split('\n')
        .slice(1),
    ).toEqual([
      '  registries.yaml:4:20 `${RULE}` is not a tag rule once its variables are replaced → set them to letters, digits and . _ -',
      '  registries.yaml:3:11 `namespace` is missing → add your user or organisation on Docker Hub',
    ]);
    const nested = await load('registries: { a: { host: "${HOST}" } }', { HOST: 'a.example/${PATH}' });
    expect(failureOf(() => nested.select(['a'])).message).toContain('`${HOST}` contains `${` once its variables are replaced');
  });

  it('takes onFailure from an entry, else from the run, else from the file, else abort', async () => {
    const entries =
      'registries: { a: { host: a.example, onFailure: continue }, b: { host: b.example, onFailure: abort }, c: { host: c.example } }\n';
    const modes = async (text: string, onFailure?: 'abort' | 'continue') =>
      (await load(text)).select(['a', 'b', 'c'], { onFailure }).map((entry) => entry.onFailure);
    expect(await modes(entries)).toEqual(['continue', 'abort', 'abort']);
    expect(await modes(`${entries}publish: { onFailure: continue }\n`)).toEqual(['continue', 'abort', 'continue']);
    expect(await modes(`${entries}publish: { onFailure: continue }\n`, 'abort')).toEqual(['continue', 'abort', 'abort']);
    expect(await modes(entries, 'continue')).toEqual(['continue', 'abort', 'continue']);
  });

  it('knows the hosts that belong to a registry', async () => {
    const registries = await load(THREE.replace('    tls: { ca: certs/corp.pem }\n', ''));
    expect(registries.select(['corp', 'local']).map(({ trustedHosts }) => trustedHosts)).toEqual([['auth.corp.lan'], []]);
  });
});
