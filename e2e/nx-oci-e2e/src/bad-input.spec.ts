import { readFileSync, renameSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import { type AddressInfo } from 'node:net';
import { join } from 'node:path';

import { listTags, readImage, type RepositoryToRead } from './support/read-back';
import { startRegistryProgram, type RegistryProgram } from './support/registry-program';
import { makeWorkspace, type TestWorkspace } from './support/test-workspace';

const LOGIN = 'team:right-password';
const RIGHT = { TEAM_PASSWORD: 'right-password' };

const PROJECT = {
  name: 'app',
  targets: {
    image: {
      executor: 'nx-oci:build',
      cache: true,
      inputs: ['default'],
      outputs: ['{workspaceRoot}/dist/images/app/*'],
      options: { engine: 'native', base: 'scratch', layers: [{ from: 'apps/app/files', to: '/srv' }], cmd: ['/srv/hello.txt'] },
    },
    publish: { executor: 'nx-oci:publish', dependsOn: ['image'] },
  },
};

let workspace: TestWorkspace;
let registry: RegistryProgram;
let tlsServer: Server;
let registriesYaml: string;
/** The tags, and the digest of `latest`, before anything went wrong. */
let before: { readonly tags: readonly string[]; readonly latest: string };

const repository = (): RepositoryToRead => ({ host: registry.host, repository: 'app', user: LOGIN });
const look = async () => ({ tags: await listTags(repository()), latest: (await readImage(repository(), 'latest')).digest });
const countOf = (text: string, output: string) => output.split(text).length - 1;

/** A commit with a project that was published once, correctly. */
beforeAll(async () => {
  workspace = await makeWorkspace();
  registry = await startRegistryProgram(workspace, LOGIN);
  // Needs no certificate: the client speaks plain HTTP to it.
  tlsServer = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => tlsServer.once('listening', resolve));
  registriesYaml = `registries:
  team:
    host: ${registry.host}
    auth: { username: team, password: "\${TEAM_PASSWORD}" }
  dead: { host: "127.0.0.1:9" }
  notTls: { host: "${registry.host}", plainHttp: false }
  notPlain: { host: "127.0.0.1:${(tlsServer.address() as AddressInfo).port}" }
publish: { registries: [team] }
`;
  await addProject(workspace);
  const { code, output } = await workspace.nx(['run', 'app:publish'], RIGHT);
  expect({ code, output }).toMatchObject({ code: 0 });
  await workspace.commit('not yet published');
  before = await look();
});

afterAll(async () => {
  tlsServer.close();
  await registry.stop();
  workspace.remove();
});

async function addProject(target: TestWorkspace): Promise<void> {
  target.write('registries.yaml', registriesYaml);
  target.write('apps/app/project.json', PROJECT);
  target.write('apps/app/files/hello.txt', 'hello\n');
  await target.commit('an app');
}

/** Runs nx, which must refuse: exit code 1, nothing written, no tag moved. @returns its output */
async function refuse(args: readonly string[], env: NodeJS.ProcessEnv = RIGHT, where = workspace): Promise<string> {
  await registry.takeRequests();
  const { code, output } = await where.nx(args, env);
  expect({ code, output }).toMatchObject({ code: 1 });
  expect(output).not.toMatch(/Please report|UnhandledPromise|\n\s+at .*:\d+:\d+/);
  expect((await registry.takeRequests()).filter((request) => !/^(?:GET|HEAD) /.test(request))).toEqual([]);
  return output;
}

describe('a publish with wrong settings', () => {
  afterEach(async () => {
    expect(await look()).toEqual(before);
  });

  // Each with what the user must see: what is wrong, and what to do.
  it.each<[title: string, args: readonly string[], sentences: readonly string[]]>([
    ['a registry that is not in the file', ['--registries=tema'], ['registries.yaml has no registry `tema` → did you mean `team`?']],
    ['an image name that breaks the grammar', ['--image=app//web'], ['Cannot name the image `app//web`', '→ Set the option `image`']],
    ['a tag that breaks the grammar', ['--tags=sha,a:b'], ['`a:b` is not a tag', 'A tag has 1 to 128 of A–Z']],
    [
      'HTTPS spoken to a registry without it',
      ['--registries=notTls'],
      ['does not speak HTTPS', '→ If it is meant to use plain HTTP, set `plainHttp: true`'],
    ],
    [
      'plain HTTP spoken to a registry with TLS',
      ['--registries=notPlain'],
      ['does not speak plain HTTP', '→ If it uses TLS, set `plainHttp: false`'],
    ],
    [
      'a registry that is not running',
      ['--registries=dead'],
      ['Waiting up to 10 s for a registry at 127.0.0.1:9', 'nothing listens at 127.0.0.1:9', '→ Start the registry, or correct its host'],
    ],
  ])('reports %s', async (_title, args, sentences) => {
    const output = await refuse(['run', 'app:publish', ...args]);
    for (const sentence of sentences) expect({ sentence, times: countOf(sentence, output), output }).toMatchObject({ times: 1 });
  });

  it('reports all wrong options at once, also in the report file', async () => {
    const output = await refuse(['run', 'app:publish', '--dryrun', '--tags=latets,-x', '--release=banana']);
    const { outcome, reason } = JSON.parse(readFileSync(join(workspace.root, 'dist/images/app/report.json'), 'utf8'));
    expect(outcome).toBe('failed');
    for (const sentence of [
      'unknown option `dryrun`: did you mean `dryRun`?',
      '`latets` is not a tag rule: did you mean `latest`?',
      '`-x` is not a tag',
      '`--release=banana` is not a version. Write it as 1.2.3',
    ]) {
      expect(output).toContain(sentence);
      expect(reason).toContain(sentence);
    }
  });

  it('reports where a wrong password came from, without showing it', async () => {
    const output = await refuse(['run', 'app:publish'], { TEAM_PASSWORD: 'wrong-password' });
    expect(output).toContain(`${registry.host} did not accept the credentials.`);
    expect(output).toContain('→ They came from the variable TEAM_PASSWORD: set it to a valid login');
    expect(output).not.toContain('wrong-password');
  });

  it('reports where it looked for credentials when it found none', async () => {
    const output = await refuse(['run', 'app:publish'], {});
    expect(output).toContain(`no credentials for ${registry.host} were found.`);
    expect(output).toContain(`→ Run \`docker login ${registry.host}\``);
    expect(output).toContain('TEAM_PASSWORD is not set');
  });
});

describe('an image that cannot be built', () => {
  afterEach(async () => {
    workspace.write('apps/app/project.json', PROJECT);
    expect(await look()).toEqual(before);
  });

  const writeImageOptions = (options: object) =>
    workspace.write('apps/app/project.json', {
      ...PROJECT,
      targets: { ...PROJECT.targets, image: { ...PROJECT.targets.image, options: { ...PROJECT.targets.image.options, ...options } } },
    });

  it('reports a layer whose folder is missing, and is not published', async () => {
    writeImageOptions({ layers: [{ from: 'dist/apps/app', to: '/srv' }] });
    const output = await refuse(['run', 'app:publish']);
    expect(output).toMatch(/dist\/apps\/app.*does not exist/);
    expect(output).toContain(
      '→ Create these files first, or correct `from`.\n  → If a target creates them, add it to `dependsOn` of the image target.',
    );
  });

  it('reports all wrong options at once', async () => {
    writeImageOptions({ egine: 'native', layers: [{ from: 'apps/app/files', to: 'srv', mod: '644' }], platform: 'linux/amd46/x/y' });
    const output = await refuse(['run', 'app:image']);
    for (const part of [
      'unknown option `egine` → did you mean `engine`?',
      'write a path from the root of the image: "/srv"',
      '`layers[0].mod`',
      '`platform`',
    ]) {
      expect(output).toContain(part);
    }
  });
});

describe('an invalid registries.yaml', () => {
  afterEach(async () => {
    workspace.write('registries.yaml', registriesYaml);
    expect(await look()).toEqual(before);
  });

  it('has all its mistakes reported at once, each with line, column and fix', async () => {
    workspace.write(
      'registries.yaml',
      `registries:
  team:
    host: https://registry.example.com
    namespce: shop
  other:
    host: registry.example.com
    plainHttp: true
    tls: { verify: false }
publish:
  registries: [tema]
  onFailure: never
`,
    );
    const output = await refuse(['run', 'app:publish']);
    for (const line of [
      'Cannot use registries.yaml: 5 problems',
      'registries.yaml:3:11 `host` starts with https:// → drop it: `host: registry.example.com`',
      'registries.yaml:4:5 unknown key `namespce` → did you mean `namespace`?',
      'registries.yaml:8:5 `tls` and `plainHttp: true` exclude each other → keep one of the two',
      'registries.yaml:10:16 unknown registry `tema` → did you mean `team`?',
      'registries.yaml:11:14 `onFailure` must be abort',
    ]) {
      expect(output).toContain(line);
    }
  });

  it('has a plain-text secret reported, without showing it', async () => {
    workspace.write('registries.yaml', registriesYaml.replace('"${TEAM_PASSWORD}"', 'right-password'));
    const output = await refuse(['run', 'app:publish']);
    expect(output).toMatch(/registries\.yaml:4:\d+ `password` contains a secret in clear text → write a variable alone/);
    expect(output).not.toContain('right-password');
  });

  it('has the position of a YAML syntax error reported', async () => {
    workspace.write('registries.yaml', 'registries:\n  team: { host: localhost:5080\n');
    expect(await refuse(['run', 'app:publish'])).toMatch(/registries\.yaml:3:1 .*close every \[ and \{/);
  });

  it('has its creation explained when the file is missing', async () => {
    rmSync(join(workspace.root, 'registries.yaml'));
    const output = await refuse(['run', 'app:publish']);
    expect(output).toMatch(/this workspace has no registries\.yaml\. Create one with `(?:npx )?nx g nx-oci:registry`\./);
  });
});

describe('a publish with missing git history', () => {
  let other: TestWorkspace;

  beforeAll(async () => {
    other = await makeWorkspace();
    await addProject(other);
  });

  afterAll(() => other.remove());

  it('reports that the workspace is not in a git repository', async () => {
    renameSync(join(other.root, '.git'), join(other.root, '.caches-git'));
    const output = await refuse(['run', 'app:publish'], RIGHT, other);
    expect(output).toContain('is not in a git repository.');
    expect(output).toContain('→ Images are named after commits. Run `git init`, add your files and commit them.');
  });

  it('reports that there is no commit yet', async () => {
    await other.git('init', '-qb', 'main');
    const output = await refuse(['run', 'app:publish'], RIGHT, other);
    expect(output).toContain('this git repository has no commits yet.');
    expect(output).toContain('→ Images are named after commits. Run `git add .` and `git commit` first.');
  });

  it('succeeds from a shallow clone, and says what may be missing', async () => {
    await workspace.git('tag', 'v2.0.0', 'HEAD~1');
    rmSync(join(other.root, '.git'), { recursive: true });
    await other.git('clone', '-q', '--depth', '1', `file://${workspace.root}`, '.caches/clone');
    renameSync(join(other.root, '.caches/clone/.git'), join(other.root, '.git'));
    rmSync(join(other.root, '.caches-git'), { recursive: true });
    await other.git('reset', '-q', '--hard');
    const { code, output } = await other.nx(['run', 'app:publish', '--tags=sha,major'], RIGHT);
    expect({ code, output }).toMatchObject({ code: 0 });
    expect(output).toContain('app: no tag for major: no release tag yet');
    expect(output).toContain('this clone is shallow, and release tags may be missing (fetch them with fetch-depth: 0)');
    const sha = await other.git('rev-parse', '--short=7', 'HEAD');
    expect(await listTags(repository())).toEqual([...before.tags, sha].sort());
  });

  it('publishes a detached HEAD under its commit, and holds back the floating tags', async () => {
    await workspace.commit('the tip of main');
    await workspace.git('checkout', '-q', '-b', 'work');
    await workspace.commit('work');
    await workspace.git('checkout', '-q', '--detach');
    const { code, output } = await workspace.nx(['run', 'app:publish', '--tags=sha,latest'], RIGHT);
    expect({ code, output }).toMatchObject({ code: 0 });
    expect(output).toContain('app:latest held: detached HEAD, not on main');
    expect(await listTags(repository())).toContain(await workspace.git('rev-parse', '--short=7', 'HEAD'));
    expect((await look()).latest).toBe(before.latest);
  });
});
