import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import './support/long-timeout';
import { readImage } from './support/read-back';
import { startRegistryProgram, type RegistryProgram } from './support/registry-program';
import { makeWorkspace, type TestWorkspace } from './support/test-workspace';

const HIDDEN = '[hidden]';

// By registry: a password that equals a tag, one that equals the namespace, and a login that looks like an image with its tag.
const LOGINS = { tag: 'robot:latest', namespace: 'robot:team', image: 'api:latest' };
const NAMES = Object.keys(LOGINS) as (keyof typeof LOGINS)[];

describe('passwords that are ordinary words', () => {
  let workspace: TestWorkspace;
  let folder: string;
  const registries = new Map<string, RegistryProgram>();

  beforeAll(async () => {
    workspace = await makeWorkspace();
    folder = mkdtempSync(join(tmpdir(), 'nx-oci-word-'));
    const lines = [`publish: { registries: [${NAMES.join(', ')}] }`, 'registries:'];
    for (const name of NAMES) {
      const registry = await startRegistryProgram(workspace, LOGINS[name]);
      registries.set(name, registry);
      const auth = `{ username: ${LOGINS[name].split(':')[0] ?? ''}, password: "\${PASSWORD_OF_${name.toUpperCase()}}" }`;
      lines.push(`  ${name}: { host: "${registry.host}", namespace: team, auth: ${auth} }`);
    }
    workspace.write('registries.yaml', `${lines.join('\n')}\n`);
    workspace.write('apps/api/files/hello.txt', 'hello');
    workspace.write('apps/api/project.json', {
      name: 'api',
      targets: {
        image: { executor: 'nx-oci:build', options: { base: 'scratch', layers: [{ from: 'apps/api/files', to: '/srv' }] } },
        publish: { executor: 'nx-oci:publish', dependsOn: ['image'], options: { tags: ['sha', 'latest'] } },
        plan: { executor: 'nx-oci:plan' },
        doctor: { executor: 'nx-oci:doctor' },
      },
    });
    await workspace.commit('an api');
  });
  afterAll(async () => {
    for (const registry of registries.values()) await registry.stop();
    rmSync(folder, { recursive: true });
    workspace.remove();
  });

  const hostOf = (name: string): string => registries.get(name)?.host ?? '';
  const github = () => ({ GITHUB_ACTIONS: 'true', GITHUB_OUTPUT: join(folder, 'output'), GITHUB_STEP_SUMMARY: join(folder, 'summary') });
  const passwords = Object.fromEntries(NAMES.map((name) => [`PASSWORD_OF_${name.toUpperCase()}`, LOGINS[name].split(':')[1]]));
  const nx = (words: string, env: NodeJS.ProcessEnv = {}) => workspace.nx(words.split(' '), { ...passwords, ...env });

  /** All reports of the images, and the outputs for GitHub, by name. */
  function readReports(): Readonly<Record<string, string>> {
    const images = join(workspace.root, 'dist/images');
    const reports = (readdirSync(images, { recursive: true }) as string[]).filter((name) => name.endsWith('.json'));
    const files = [...reports.map((name) => join(images, name)), join(folder, 'output'), join(folder, 'summary')];
    return Object.fromEntries(files.filter((file) => existsSync(file)).map((file) => [file, readFileSync(file, 'utf8')]));
  }

  /** Fails if a word is redacted that is not a secret, or if a password is shown in clear or as HTTP Basic sends it. */
  function expectTrue(texts: Readonly<Record<string, string>>): void {
    const named = /(?:password|passwd|secret|token|credential)\w*["']?\s*(?:is|was|[:=])\s*["'`]?(?:latest|team)\b/i;
    const forms = Object.values(LOGINS).flatMap((login) => [login, login.split(':')[1] ?? '']);
    const encoded = forms.map((form) => Buffer.from(form).toString('base64').replace(/=+$/, ''));
    // The third one equals the name of the image.
    const shown = ['robot:latest', 'robot:team', HIDDEN, ...encoded];
    for (const [place, text] of Object.entries(texts)) {
      const found = { named: named.exec(text)?.[0], shown: shown.filter((form) => text.includes(form)) };
      expect({ place, ...found }).toEqual({ place, named: undefined, shown: [] });
    }
  }

  it('do not change what is published, planned and reported, and appear nowhere as passwords', async () => {
    const dry = await nx('run api:publish --dryRun');
    const published = await nx('run api:publish --verbose', github());
    const again = await nx('run api:publish', github());
    const plan = await nx('run api:plan');
    const doctor = await nx('run api:doctor');
    const all = { dry, published, again, plan, doctor };
    for (const [what, { code, output }] of Object.entries(all)) expect({ what, code, output }).toMatchObject({ code: 0 });
    const reports = readReports();

    for (const name of NAMES) {
      const image = `${hostOf(name)}/team/api`;
      const { digest } = await readImage({ host: hostOf(name), repository: 'team/api', user: LOGINS[name] }, 'latest');
      expect(dry.output).toMatch(new RegExp(`${image}:latest +create`));
      expect(published.output).toContain(`api: published as ${digest}`);
      expect(published.output).toMatch(new RegExp(`${image} .*latest`));
      expect(doctor.output).toContain(`✔ push   ${image}`);
      const report = JSON.parse(reports[join(workspace.root, 'dist/images/api/report.json')] ?? '{}') as Record<string, unknown>;
      const tags = expect.arrayContaining([expect.objectContaining({ tag: 'latest', rule: 'latest', to: digest })]);
      const there = expect.objectContaining({ registry: name, host: hostOf(name), repository: 'team/api', tags });
      expect(report).toMatchObject({ outcome: 'upToDate', digest, registries: expect.arrayContaining([there]) });
    }
    expect(again.output).toContain('up to date');
    expectTrue({ ...Object.fromEntries(Object.entries(all).map(([what, { output }]) => [what, output])), ...reports });
  });

  it('do not garble the message when a registry refuses one', async () => {
    const { code, output } = await nx('run api:publish --verbose', { PASSWORD_OF_TAG: 'sha256', PASSWORD_OF_IMAGE: 'sha256' });
    expect(code).not.toBe(0);
    expect(output).toContain(`Cannot look up ${hostOf('tag')}/team/api:latest: ${hostOf('tag')} did not accept the credentials`);
    expect(output).not.toMatch(/(?:password|robot)\W{1,4}sha256|\bapi:sha256/i);
    expect(output).not.toContain(HIDDEN);
  });
});
