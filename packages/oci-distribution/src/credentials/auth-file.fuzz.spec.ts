import fc from 'fast-check';

import { fuzz } from '@nx-oci/model/testing';

import { findEntry, findHelpers, parseAuthFile, serversOf } from './auth-file';

const HOSTS = ['r.example.com', 'r.example.com:5000', 'r.example.com:5001', 'example.com', 'docker.io', '127.0.0.1:5000', '[::1]:5000'];
const SECRET = 'CANARY';

const junk = fc.oneof(fc.constantFrom(null, 0, '', [], {}, SECRET, '__proto__'), fc.jsonValue({ maxDepth: 2 }), fc.string());
const key = fc.oneof(
  fc
    .tuple(
      fc.constantFrom('', 'https://', 'http://'),
      fc.constantFrom(...HOSTS),
      fc.constantFrom('', '/', '/v1/', '/v2/', '/team', '/team/api', '//'),
    )
    .map((parts) => parts.join('')),
  fc.string(),
);
/** The password identifies the entry. */
const entryOf = (name: string): fc.Arbitrary<unknown> =>
  fc.oneof(
    fc.constant({ auth: Buffer.from(`${SECRET}:${name}`).toString('base64') }),
    fc.constant({ username: SECRET, password: name }),
    fc.constant({}),
    fc.record({ auth: junk, identitytoken: junk, registrytoken: junk, username: junk }, { requiredKeys: [] }),
    junk,
  );
const auths = fc
  .array(
    key.chain((name) => entryOf(name).map((entry) => [name, entry] as const)),
    { maxLength: 4 },
  )
  .map((entries) => Object.fromEntries(entries));
const helpers = fc.dictionary(key, fc.oneof(fc.constantFrom('cloud', '../../x'), junk), { maxKeys: 3 });
const document = fc.record(
  { auths: fc.oneof({ weight: 5, arbitrary: auths }, junk), credHelpers: fc.oneof(helpers, junk), credsStore: junk },
  { requiredKeys: [] },
);
const text = fc.oneof(
  { weight: 4, arbitrary: document.map((made) => JSON.stringify(made)) },
  fc.tuple(document, fc.nat(200), fc.string()).map(([made, at, more]) => JSON.stringify(made).slice(0, at) + more),
  fc.string({ unit: 'binary' }),
  fc.tuple(fc.constantFrom('{"auths":', '[', '"', '\\', '{}'), fc.nat(2000)).map(([piece, times]) => piece.repeat(times)),
);

it('no login file crashes its parser, gives a login to another host and port, or is quoted', () => {
  fuzz(fc, {
    name: 'login files',
    drawn: fc.tuple(text, fc.constantFrom(...HOSTS), fc.constantFrom('team/api', 'team', 'a'.repeat(255))),
    read: ([content, registry, repository]) => {
      try {
        const file = parseAuthFile(content, 'config.json');
        findHelpers(file, registry);
        for (const server of serversOf(file, registry)) if (server !== 'https://index.docker.io/v1/') refuseStranger(server, registry);
        for (const extent of ['path', 'host'] as const) {
          const found = findEntry(file, extent, { registry, repository });
          if (found?.kind === 'basic' && found.username === SECRET) refuseStranger(found.password, registry);
        }
      } catch (error) {
        if (String(error).includes(SECRET)) throw new Error('the file was quoted');
        throw error;
      }
    },
  });
});

function refuseStranger(name: string, registry: string): void {
  const host = name
    .replace(/^https?:\/\//, '')
    .replace(/^\/+/, '')
    .split('/')[0];
  if (host !== registry) throw new Error(`the login of ${name} was given to ${registry}`);
}
