import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';

import { describeWith } from '@nx-oci/model/testing';

import './support/long-timeout';
import { startRecordingProxy, writingRequests, type RecordingProxy } from './support/recording-proxy';
import { runOrFail, type Outcome } from './support/run';
import { makeWorkspace, type TestWorkspace } from './support/test-workspace';

const RULES = [
  { rule: 'sha', length: 12, prefix: 'git-' },
  ...['version', 'minor', 'major', 'latest', 'edge', 'branch', 'pr'],
  { rule: 'hash', length: 16 },
  { rule: 'date', format: 'YYYY-MM-DD', of: 'commit' },
  { rule: 'match', pattern: String.raw`^v(\d+)\.`, group: 1, prefix: 'line-' },
  { rule: 'channel', name: 'canary', stable: true },
  { literal: 'stable', when: { branch: 'release/*' } },
  { literal: 'by-hand', when: { event: 'manual' } },
  '{branch}-{shortSha}',
];

const NIGHTLY = [{ rule: 'date', format: 'YYYYMMDDHHmmss' }, { literal: 'nightly', when: { event: 'schedule' } }, 'pr'];

// https://docs.github.com/en/actions/reference/workflows-and-actions/variables
const GITHUB = { GITHUB_ACTIONS: 'true', GITHUB_REPOSITORY: 'acme/shop' };
const onBranch = (name: string) => ({ ...GITHUB, GITHUB_EVENT_NAME: 'push', GITHUB_REF_TYPE: 'branch', GITHUB_REF_NAME: name });

/** One commit, published under different CI systems and events, and read back with crane. */
describeWith(['distribution-3', 'crane'], 'the tags of a mixed list of rules', (things) => {
  const { host } = things.server('distribution-3');
  const namespace = `tags-${randomBytes(4).toString('hex')}`;

  let workspace: TestWorkspace;
  let proxy: RecordingProxy;
  let commit: string;

  beforeAll(async () => {
    [workspace, proxy] = await Promise.all([makeWorkspace(), startRecordingProxy(host)]);

    workspace.write('registries.yaml', {
      registries: {
        corp: { host: proxy.host, namespace, guard: true },
        mirror: { host: proxy.host, namespace: `${namespace}/mirror`, guard: true, tags: [{ rule: 'sha', length: 8 }, 'version'] },
      },
      publish: { registries: ['corp'], tags: RULES, settleMs: 0 },
    });
    for (const name of ['app', 'web']) writeProject(name);
    commit = await workspace.commit('two images');
  });

  afterAll(async () => {
    await proxy.stop();
    workspace.remove();
  });

  function writeProject(name: string): void {
    workspace.write(`${name}/files/text.txt`, name);
    workspace.write(`${name}/project.json`, {
      name,
      targets: {
        image: { executor: 'nx-oci:build', options: { layers: [{ from: `${name}/files`, to: '/srv' }] } },
        publish: {
          executor: 'nx-oci:publish',
          dependsOn: ['image'],
          configurations: { nightly: { tags: NIGHTLY, registries: ['corp', 'mirror'] } },
        },
      },
    });
  }

  const crane = async (...args: readonly string[]) =>
    (await runOrFail(things.tool('crane'), [...args, '--insecure'], { cwd: workspace.root })).trim();
  const read = (file: string): unknown => JSON.parse(readFileSync(join(workspace.root, file), 'utf8'));

  /** Runs nx, which must succeed. */
  async function nx(args: readonly string[], env: NodeJS.ProcessEnv): Promise<Outcome['output']> {
    const { code, output } = await workspace.nx(args, env);
    if (code !== 0) throw new Error(`nx ${args.join(' ')} ended with ${code}:\n${output}`);
    return output;
  }

  /** Every tag of a repository, sorted; all must point at one image. */
  async function readTags(image: string): Promise<readonly string[]> {
    const repository = `${host}/${namespace}/${image}`;
    const tags = (await crane('ls', repository)).split('\n').sort();
    const digests = await Promise.all(tags.map((tag) => crane('digest', `${repository}:${tag}`)));
    expect(new Set(digests).size).toBe(1);
    return tags;
  }

  /** The tags of rules that apply under every CI system. */
  function ofTheCommit(): readonly string[] {
    const { output } = read('dist/images/app/image.json') as { readonly output: { readonly manifest: { readonly digest: string } } };
    return [`git-${commit.slice(0, 12)}`, output.manifest.digest.slice('sha256:'.length).slice(0, 16)];
  }

  const shortSha = () => commit.slice(0, 7);
  const commitDate = async () => new Date(Number(await workspace.git('show', '-s', '--format=%ct')) * 1000).toISOString().slice(0, 10);

  it('name the branch that was pushed, and leave out the tags of the default branch', async () => {
    await workspace.git('checkout', '-q', '-b', 'feat/login');
    const output = await nx(['run', 'app:publish', '--image=pushed'], onBranch('feat/login'));
    expect(await readTags('pushed')).toEqual([...ofTheCommit(), 'feat-login', `feat-login-${shortSha()}`].sort());
    expect(output).toMatch(/pushed:\d{4}-\d\d-\d\d held: branch feat\/login, not main/);
    expect(output).toContain('app: no tag for edge: only on the default branch main, but this is feat/login');
    expect(output).toContain('app: no tag for pr: this is not a pull request');
  });

  it('name a pull request of the same repository, whose merge commit is checked out', async () => {
    await workspace.git('checkout', '-q', '--detach');
    await nx(['run', 'app:publish', '--image=requested'], pullRequestOf('acme/shop'));
    expect(await readTags('requested')).toEqual([...ofTheCommit(), 'pr-7', `feat-login-${shortSha()}`].sort());
  });

  it('name a branch of GitLab when a rule is limited to such branches', async () => {
    const env = { GITLAB_CI: 'true', CI_PIPELINE_SOURCE: 'push', CI_COMMIT_BRANCH: 'release/2', CI_DEFAULT_BRANCH: 'main' };
    await nx(['run', 'app:publish', '--image=piped'], env);
    expect(await readTags('piped')).toEqual([...ofTheCommit(), 'release-2', 'stable', `release-2-${shortSha()}`].sort());
  });

  it('name the version of a pushed git tag, and its lines', async () => {
    await workspace.git('tag', 'v1.4.0');
    const env = { ...GITHUB, GITHUB_EVENT_NAME: 'push', GITHUB_REF_TYPE: 'tag', GITHUB_REF_NAME: 'v1.4.0' };
    await nx(['run', 'app:publish', '--image=tagged'], env);
    await workspace.git('tag', '-d', 'v1.4.0');
    const ofVersion = ['v1.4.0', 'v1.4', 'v1', 'latest', 'canary', 'line-1'];
    expect(await readTags('tagged')).toEqual([...ofTheCommit(), ...ofVersion, await commitDate()].sort());
  });

  it('combine those of a configuration and of a registry, and use the same time in all processes of a run', async () => {
    await workspace.git('checkout', '-q', 'main');
    const env = { ...onBranch('main'), GITHUB_EVENT_NAME: 'schedule', NX_BATCH_MODE: 'false' };
    await nx(['run-many', '-t', 'publish', '--configuration=nightly', '--parallel=1'], env);
    const [app, web] = [await readTags('app'), await readTags('web')];
    expect(app).toEqual([expect.stringMatching(/^\d{14}$/), 'nightly']);
    expect(web).toEqual(app);
    for (const name of ['app', 'web']) expect(await readTags(`mirror/${name}`)).toEqual([commit.slice(0, 8)]);
  });

  it('may be none, which succeeds and reports the reasons', async () => {
    proxy.takeRequests();
    const output = await nx(['run', 'app:publish', '--image=none', '--tags=version'], onBranch('main'));
    expect(output).toContain('app: skipped: no rule gives a tag here\n  version: not a release');
    expect(writingRequests(proxy.takeRequests())).toEqual([]);
    expect(read('dist/images/run-report.json')).toMatchObject({ outcome: 'skipped', images: [{ project: 'app', outcome: 'skipped' }] });
  });

  // Nx hides the output of tasks that succeed among others. Without the plugin, only their reports show it.
  it.each([
    ['where the plugin is in nx.json', ['nx-oci'], ['run-many', '-t', 'publish'], ['app', 'web']],
    ['where it is not', [], ['run', 'app:publish'], ['app']],
  ])("are none for a fork's pull request, %s: its images are built, and no registry is contacted", async (_where, plugins, args, names) => {
    workspace.write('nx.json', { analytics: false, defaultBase: 'main', plugins });
    rmSync(join(workspace.root, 'dist'), { recursive: true });
    proxy.takeRequests();

    const output = await nx(args, pullRequestOf('mallory/shop'));

    const why = 'pull request 7 comes from the fork mallory/shop, according to GitHub Actions';
    expect(output).toContain(why);
    expect(proxy.takeRequests()).toEqual([]);
    const skipped = { outcome: 'skipped', reason: expect.stringContaining(why) as string };
    for (const name of names) {
      expect(existsSync(join(workspace.root, `dist/images/${name}/index.json`))).toBe(true);
      expect(read(`dist/images/${name}/report.json`)).toMatchObject(skipped);
    }
    expect(read('dist/images/run-report.json')).toMatchObject({ outcome: 'skipped', images: names.map(() => skipped) });
  });

  /** The environment of a pull request of GitHub, with its event in a file. */
  function pullRequestOf(source: string): NodeJS.ProcessEnv {
    const repository = { full_name: 'acme/shop', default_branch: 'main' };
    const head = { ref: 'feat/login', repo: { full_name: source } };
    workspace.write('tmp/event.json', { repository, pull_request: { number: 7, base: { ref: 'main' }, head } });
    return {
      ...GITHUB,
      GITHUB_EVENT_NAME: 'pull_request',
      GITHUB_EVENT_PATH: join(workspace.root, 'tmp/event.json'),
      GITHUB_REF: 'refs/pull/7/merge',
      GITHUB_HEAD_REF: 'feat/login',
      GITHUB_BASE_REF: 'main',
    };
  }
});
