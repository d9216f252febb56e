import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { startRegistry } from '..';
import { runProgram } from './run-program';

interface Run {
  readonly out: string[];
  readonly errors: string[];
  readonly stop: () => void;
  readonly code: Promise<number>;
  /** The registry's address, once it is printed. */
  readonly url: Promise<string>;
}

function run(words: readonly string[], environment: Record<string, string> = {}): Run {
  const out: string[] = [];
  const errors: string[] = [];
  const { promise: stopped, resolve: stop } = makeSignal<undefined>();
  const { promise: url, resolve: tellUrl } = makeSignal<string>();
  const print = (text: string): void => {
    out.push(text);
    const [found] = /http:\/\/\S+/.exec(text) ?? [];
    if (found !== undefined) tellUrl(found);
  };
  const code = runProgram({ words, environment, print, printError: (text) => errors.push(text), stopped });
  return { out, errors, stop: () => stop(undefined), code, url };
}

function makeSignal<Value>(): { readonly promise: Promise<Value>; readonly resolve: (value: Value) => void } {
  const settle: { resolve?: (value: Value) => void } = {};
  const promise = new Promise<Value>((resolve) => (settle.resolve = resolve));
  return { promise, resolve: (value) => settle.resolve?.(value) };
}

describe('oci-registry', () => {
  it('serves until it is stopped, and prints address, storage and how to push', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'oci-registry-'));
    try {
      const program = run(['--port', '0', '--folder', folder]);
      const url = await program.url;
      expect((await fetch(`${url}/v2/`)).status).toBe(200);
      program.stop();
      expect(await program.code).toBe(0);
      expect(program.out.join('\n')).toContain(folder);
      expect(program.out.join('\n')).toContain(`docker push ${url.replace('http://', '')}/my-image`);
      expect(program.errors).toEqual([]);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });

  it('prints each request with --verbose', async () => {
    const program = run(['--port=0', '--verbose']);
    await fetch(`${await program.url}/v2/app/manifests/v1`);
    program.stop();
    await program.code;
    expect(program.out.at(-1)).toMatch(/404 GET \/v2\/app\/manifests\/v1/);
  });

  it.each<[string, string[], Record<string, string>]>([
    ['the command line', ['--user', 'alice:secret'], {}],
    ['the environment', [], { OCI_REGISTRY_USER: 'alice:secret' }],
  ])('requires the login of %s, and never prints it', async (_, words, environment) => {
    const program = run(['--port', '0', '--verbose', ...words], environment);
    const url = await program.url;
    const authorization = `Basic ${Buffer.from('alice:secret').toString('base64')}`;
    expect((await fetch(`${url}/v2/`)).status).toBe(401);
    expect((await fetch(`${url}/v2/`, { headers: { authorization } })).status).toBe(200);
    program.stop();
    await program.code;
    expect([...program.out, ...program.errors].join('\n')).not.toContain('secret');
  });

  it('issues tokens with the scheme bearer', async () => {
    const program = run(['--port', '0', '--scheme', 'bearer'], { OCI_REGISTRY_USER: 'alice:secret' });
    const answer = await fetch(`${await program.url}/v2/`);
    expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer realm=/);
    program.stop();
    await program.code;
  });

  it('warns if it is reachable from the network without a login', async () => {
    const open = run(['--port', '0', '--host', '0.0.0.0']);
    const closed = run(['--port', '0', '--host', '0.0.0.0'], { OCI_REGISTRY_USER: 'alice:secret' });
    for (const program of [open, closed]) {
      await program.url;
      program.stop();
      await program.code;
    }
    expect(open.errors.join('\n')).toMatch(/everyone who can reach 0\.0\.0\.0/);
    expect(closed.errors).toEqual([]);
  });

  it('reports every mistake of a command line, with the nearest right word', async () => {
    const program = run(['--prot', '5', '--port', 'many', '--folder', '--verbose', 'left', '--scheme=digest', '--user=alice']);
    expect(await program.code).toBe(1);
    expect(program.errors.join('\n').split('\n')).toEqual([
      'Unknown option --prot. Did you mean --port?',
      '--folder needs a value.',
      '"left" belongs to no option.',
      '--port is a whole number from 0 (any free port) to 65535, not "many".',
      '--scheme is basic or bearer, not "digest".',
      'Write the user as name:password, neither of them empty.',
      'See oci-registry --help.',
    ]);
  });

  it('emulates a real registry, with its settings and login method', async () => {
    const words = ['--port', '0', '--profile', 'gar', '--immutable-tags', 'v*', '--repositories', 'a/b', '--requests-per-minute', '9'];
    const program = run(words, { OCI_REGISTRY_USER: 'alice:secret' });
    const answer = await fetch(`${await program.url}/v2/`);
    program.stop();
    expect(await program.code).toBe(0);
    expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer realm="http:.*\/v2\/token"/);
    expect(program.out.join('\n')).toContain('It emulates Google Artifact Registry.');
  });

  it('prints the address of the second server of an emulated registry', async () => {
    const program = run(['--port', '0', '--profile', 'gitlab']);
    await program.url;
    program.stop();
    await program.code;
    expect(program.out.join('\n')).toMatch(/emulates GitLab Container Registry, with a second server at http:\/\/127\.0\.0\.1:\d+\./);
  });

  it('reports every mistake in the emulation settings', async () => {
    const unknown = run(['--profile', 'habor', '--immutable-tags', '(', '--requests-per-minute', '0']);
    expect(await unknown.code).toBe(1);
    expect(unknown.errors.join('\n').split('\n')).toEqual([
      'Unknown profile "habor". Did you mean harbor? Known profiles: ghcr, docker-hub, ecr, gar, acr, gitlab, harbor, artifactory, quay, zot.',
      '--immutable-tags is a glob such as v* or {v*,release-*}, not "(".',
      '--requests-per-minute is a whole number above 0, not "0".',
      'See oci-registry --help.',
    ]);
    const unheeded = run(['--profile', 'harbor', '--repositories', 'a']);
    expect(await unheeded.code).toBe(1);
    expect(unheeded.errors.join('\n')).toContain('Harbor is not known to have repositories');
    const none = run(['--repositories', 'a']);
    expect(await none.code).toBe(1);
    expect(none.errors.join('\n')).toContain('--repositories needs --profile');
  });

  it('reports that its port is in use', async () => {
    const other = await startRegistry();
    try {
      const program = run(['--port', String(other.port)]);
      expect(await program.code).toBe(1);
      expect(program.errors.join('\n')).toMatch(/another program listens there.\n.*choose another port/);
    } finally {
      await other.close();
    }
  });

  it.each([
    ['--help', /OCI_REGISTRY_USER/],
    ['-h', /--folder/],
    ['--help', /ghcr, docker-hub, ecr/],
    ['--version', /^\d+\.\d+\.\d+$/],
  ])('answers %s', async (word, expected) => {
    const program = run([word]);
    expect(await program.code).toBe(0);
    expect(program.out.join('\n')).toMatch(expected);
  });
});
