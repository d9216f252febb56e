import { X509Certificate } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rootCertificates } from 'node:tls';

import fc from 'fast-check';

import { isOciError } from '@nx-oci/model';

import { readHostSettings } from '../connection/host-settings';
import { loadRegistries } from './registries';

type Env = Readonly<Record<string, string>>;

let root: string;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'nx-oci-secrets-'));
});

afterAll(() => rm(root, { recursive: true, force: true }));

/** All messages about a file: from loading it, and from using its entry `a`. */
async function diagnosticsOf(text: string, env: Env = {}): Promise<string> {
  await writeFile(join(root, 'registries.yaml'), text);
  try {
    (await loadRegistries(root, env)).select(['a']);
    return '';
  } catch (error) {
    if (!isOciError(error)) throw error;
    return `${error.message}\n${error.hint ?? ''}`;
  }
}

const entry = (line: string): string => `registries:\n  a:\n    host: a.lan\n    ${line}\n`;

describe('an error about registries.yaml', () => {
  const VALUE = 'https://user:Zq7!kv/m2 Pw@x';

  it.each([
    ['registries: { a: { host: "${VALUE}" } }', '`host: ${VALUE}` contains a login'],
    [entry('namespace: x/${VALUE}'), '`namespace: x/${VALUE}`'],
    [entry('trustedHosts: ["${VALUE}"]'), '`trustedHosts: ${VALUE}`'],
    [entry('tls: { ca: "${VALUE}" }'), 'the file `${VALUE}` does not exist'],
    [entry('tls: { cert: "x/${VALUE}", key: k.pem }'), 'the file `x/${VALUE}` does not exist'],
    [entry('tags: ["${VALUE}"]') + 'publish: { env: [VALUE] }', '`${VALUE}` is not a tag rule'],
    [entry('guard: true') + 'publish: { env: [VALUE], tags: [{ literal: "${VALUE}" }] }', '`${VALUE}` is not a tag rule'],
    [entry('guard: true') + 'publish: { registries: ["${VALUE}"] }', '`${VALUE}` is not defined'],
  ])('shows what stands in the file, not what a variable holds: %s', async (text, diagnostic) => {
    const diagnostics = await diagnosticsOf(text, { VALUE });
    expect(diagnostics).toContain(diagnostic);
    for (const part of ['Zq7', 'kv', 'm2', 'Pw']) expect(diagnostics).not.toContain(part);
  });

  it('shows no value of a variable, wherever it is used', async () => {
    const places: readonly ((text: string) => string)[] = [
      (text) => `registries: { a: { host: ${text} } }`,
      ...['namespace', 'trustedHosts', 'tls: { ca', 'tags'].map(
        (key) => (text: string) =>
          entry(`${key}: ${key.includes('{') ? `${text} }` : key.endsWith('s') ? `[${text}]` : text}`) + 'publish: { env: [VALUE] }',
      ),
      (text) => `${entry('guard: true')}publish: { env: [VALUE], tags: [${text}], registries: [${text}], prefix: ${text} }`,
    ];
    const value = fc.string({ minLength: 9, maxLength: 80 }).filter((text) => !/[a-z]{4}|\$/.test(text) && text.trim() === text);
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...places), value, async (place, VALUE) => {
        expect(await diagnosticsOf(place('"${VALUE}"'), { VALUE })).not.toContain(VALUE);
      }),
      { numRuns: 100, seed: 1 },
    );
  });

  it.each([
    [entry('auth: { password: { Zq7kvm2Pw: x } }')],
    [entry('auth: { password: [ Zq7kvm2Pw ] }')],
    [entry('auth: { Zq7kvm2Pw }')],
    [entry('auth: { username: a, password: Zq7kvm2Pw }')],
    [entry('auth: { Zq7kvm2Pw: 1, Zq7kvm2Pw: 2 }')],
    ['registries: { a: { host: "robot:Zq7kvm2Pw@a.lan" } }'],
    [entry('guard: true') + 'mirrors: [{ from: "https://robot:Zq7kvm2Pw@a.lan/x", to: [a] }]'],
    [entry('guard: true') + 'mirrors: [{ from: "robot:Zq7kvm2Pw@a.lan/x/y:1", to: [a] }]'],
    [entry('guard: true') + 'mirrors: [{ from: "a.lan/x", to: ["robot:Zq7kvm2Pw@a.lan"] }]'],
    [entry('guard: true') + 'publish: { registries: ["https://robot:Zq7kvm2Pw@a.lan"] }'],
    [entry('tls: { cert: x, key: "-----BEGIN PRIVATE KEY-----\\nZq7kvm2Pw\\n-----END PRIVATE KEY-----" }')],
  ])('repeats no login and no secret that stands in the file: %s', async (written) => {
    // A separate secret for each row: one that is known from a row is redacted in the next.
    const text = written.replaceAll('Zq7kvm2Pw', `Zq7${written.length}kvm2Pw`);
    const diagnostics = await diagnosticsOf(text);
    expect(diagnostics).not.toBe('');
    expect(diagnostics).not.toContain('Zq7');
  });

  it('truncates long values', async () => {
    const long = 'x'.repeat(100_000);
    for (const text of [
      `registries: { a: { host: "${long}/" } }`,
      entry(`namespace: "${long}//"`),
      entry('tls: {}') + `publish: { registries: [${long}] }`,
    ]) {
      expect((await diagnosticsOf(text)).length).toBeLessThan(1000);
    }
  });
});

describe('a variable that becomes part of a name', () => {
  const LOGIN = 'auth: { username: robot, password: "${MY_LOGIN}" }';

  it.each([
    ['host', 'registries: { a: { host: "${GITHUB_TOKEN}" } }'],
    ['namespace', entry('namespace: team/${CI_JOB_TOKEN}')],
    ['tag', entry('guard: true') + 'publish: { tags: ["${GITHUB_TOKEN}"] }'],
    ['part of a tag', entry('tags: ["v1-${SYSTEM_ACCESSTOKEN}"]')],
    ['template', entry('tags: [{ template: "{env.CI_REGISTRY_PASSWORD}" }]')],
    ['listed template', entry('tags: ["{env.GITHUB_TOKEN}"]') + 'publish: { env: [GITHUB_TOKEN] }'],
    ['namespace with the own login', entry(`namespace: "\${MY_LOGIN}"\n    ${LOGIN}`)],
    ['mirror', entry('guard: true') + 'mirrors: [{ from: "a.lan/${GITHUB_TOKEN}", to: [a] }]'],
  ])('is never one that holds a credential: %s', async (_, text) => {
    expect(await diagnosticsOf(text)).toMatch(/the variable [A-Z_]+ contains a credential, and names are public/);
  });

  it.each([
    ['namespace', entry(`namespace: "x\${OTHER}"\n    ${LOGIN}`), 'Zq7kvm2Pw'],
    ['part of a value', entry(`namespace: "\${OTHER}"\n    ${LOGIN}`), 'team/Zq7kvm2Pw/x'],
    ['tag', entry(`tags: ["\${OTHER}"]\n    ${LOGIN}`) + 'publish: { env: [OTHER] }', 'v-Zq7kvm2Pw'],
    ['template', entry(`tags: ["{env.OTHER}"]\n    ${LOGIN}`) + 'publish: { env: [OTHER] }', 'zq7KVm2pw'],
    ['short login', entry(`namespace: "\${OTHER}"\n    ${LOGIN}`), 'abcd'],
  ])('is never one with the value of a credential: %s', async (_, text, OTHER) => {
    const diagnostics = await diagnosticsOf(text, { OTHER, MY_LOGIN: OTHER === 'abcd' ? 'abcd' : 'Zq7kvm2Pw' });
    expect(diagnostics).toContain('the variable OTHER has the value of a credential');
  });

  it.each([
    ['{env.GH_PAT}', 'GH_PAT'],
    ['{env.NPM_AUTH}', 'NPM_AUTH'],
    ['{branch}-{env.BUILD_NUMBER}', 'BUILD_NUMBER'],
    ['${BUILD_NUMBER}', 'BUILD_NUMBER'],
  ])('is listed before a tag takes it, and the line to add is printed: %s', async (tag, name) => {
    const tags = `publish:\n  tags: ["${tag}"]\n`;
    expect(await diagnosticsOf(entry('guard: true') + tags)).toContain(`write \`env: [${name}]\` under \`publish\``);
    expect(await diagnosticsOf(`${entry('guard: true')}${tags}  env: [OTHER]\n`)).toContain(`\`env: [OTHER, ${name}]\``);
    expect(await diagnosticsOf(`${entry('guard: true')}${tags}  env: [${name}]\n`, { [name]: 'x' })).toBe('');
  });

  it('may be any other in a host or a namespace, unless it is named like a secret', async () => {
    expect(await diagnosticsOf(entry('namespace: ${GITHUB_REPOSITORY_OWNER}'), { GITHUB_REPOSITORY_OWNER: 'acme' })).toBe('');
    expect(await diagnosticsOf(entry('namespace: ${MY_PAT}'), { MY_PAT: 'acme' })).toContain('`env: [MY_PAT]`');
    expect(await diagnosticsOf(`${entry('namespace: ${MY_PAT}')}publish: { env: [MY_PAT] }`, { MY_PAT: 'acme' })).toBe('');
  });
});

describe('a PEM', () => {
  const certificate = new X509Certificate(rootCertificates[0]!).toString();
  const pem = (label: string): string => certificate.replaceAll('CERTIFICATE', label);

  it.each([
    ['as it is', (text: string) => text],
    ['with \\n in place of lines', (text: string) => text.replaceAll('\n', '\\n')],
    ['with the lines of Windows', (text: string) => text.replaceAll('\n', '\r\n')],
    ['with the lines of old Macs', (text: string) => text.replaceAll('\n', '\r')],
    ['in one line', (text: string) => text.trim().replaceAll('\n', ' ')],
  ])('in a variable is taken as such: %s', async (_, write) => {
    const text = entry('tls: { ca: "${CA}", cert: "${CERT}", key: "${KEY}" }');
    await writeFile(join(root, 'registries.yaml'), text);
    const env = { CA: write(pem('CERTIFICATE')), CERT: write(pem('CERTIFICATE')), KEY: write(pem('PRIVATE KEY')) };
    const entries = (await loadRegistries(root, env)).select(['a']);
    const { tls } = (await readHostSettings(entries, []))('a.lan');
    expect(tls).toMatchObject({ ca: pem('CERTIFICATE'), cert: pem('CERTIFICATE'), key: pem('PRIVATE KEY') });
  });
});
