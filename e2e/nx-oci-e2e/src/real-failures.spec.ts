import { randomBytes } from 'node:crypto';
import { appendFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describeWith } from '@nx-oci/model/testing';

import './support/long-timeout';
import { runOrFail, type Outcome } from './support/run';
import { makeWorkspace, type TestWorkspace } from './support/test-workspace';

/**
 * Failures that users of other tools reported, repeated against a real registry and read back with crane. Others are elsewhere: a
 * failed sibling in affected.spec, other images of the engine in docker-engine.spec, indexes and referrers in copy.spec.
 */
describeWith(['distribution-3', 'crane'], 'a publish, where other tools failed', (things) => {
  const { host } = things.server('distribution-3');
  const namespace = `INTO-CPS-Association-${randomBytes(4).toString('hex')}`;
  const repository = `${host}/${namespace.toLowerCase()}/app`;

  let workspace: TestWorkspace;

  const crane = (...args: string[]) => runOrFail(things.tool('crane'), [...args, '--insecure'], { cwd: workspace.root });
  const digestOf = async (tag: string) => (await crane('digest', `${repository}:${tag}`)).trim();
  const readLayers = async (tag: string) =>
    (JSON.parse(await crane('manifest', `${repository}:${tag}`)) as { readonly layers: readonly { readonly digest: string }[] }).layers;
  const readReport = () => JSON.parse(readFileSync(join(workspace.root, 'dist/images/app/report.json'), 'utf8')) as unknown;
  const listTags = async () => (await crane('ls', repository)).trim().split('\n').sort();

  beforeAll(async () => {
    workspace = await makeWorkspace();
    workspace.write(
      'registries.yaml',
      `registries:\n  corp: { host: "${host}", namespace: ${namespace}, guard: true }\npublish: { registries: [corp], tags: [sha, major, latest] }\n`,
    );
    workspace.write('app/project.json', {
      name: 'app',
      targets: {
        image: { executor: 'nx-oci:build', options: { layers: [{ from: 'app/files', to: '/srv' }] } },
        publish: { executor: 'nx-oci:publish', dependsOn: ['image'] },
      },
    });
  });

  afterAll(() => workspace.remove());

  /** Commits a change of the app's text. Commit times have whole seconds: each one is later than the last. */
  async function change(text: string): Promise<string> {
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    workspace.write('app/files/text.txt', text);
    return workspace.commit(text);
  }

  async function publish(...args: readonly string[]): Promise<Outcome['output']> {
    const { code, output } = await workspace.nx(['run', 'app:publish', ...args]);
    if (code !== 0) throw new Error(output);
    return output;
  }

  it('keeps `latest` on the newer commit when the older one is published later', async () => {
    const older = await change('older');
    const newer = await change('newer');
    await publish();
    const latest = await digestOf('latest');

    await workspace.git('reset', '-q', '--hard', older);
    expect(await publish()).toContain('app:latest held: ');

    expect(await digestOf('latest')).toBe(latest);
    expect(await digestOf(newer.slice(0, 7))).toBe(latest);
    expect(await digestOf(older.slice(0, 7))).not.toBe(latest);
  });

  it('moves `v1` and not `latest` for 1.9.1 after 2.0.1', async () => {
    await change('two');
    await publish('--release=2.0.1');
    const latest = await digestOf('latest');
    await workspace.git('checkout', '-q', '-b', 'maintenance');
    await change('one, mended');

    const output = await publish('--release=1.9.1', '--tags=version,major,minor,latest');

    expect(output).toContain('app:latest held: ');
    expect(await digestOf('latest')).toBe(latest);
    expect(await digestOf('v2')).toBe(latest);
    const patched = await digestOf('v1.9.1');
    expect(patched).not.toBe(latest);
    expect([await digestOf('v1'), await digestOf('v1.9')]).toEqual([patched, patched]);
    await workspace.git('checkout', '-q', 'main');
  });

  it("accepts capitals in the owner's name, and keeps capitals of a tag", async () => {
    await change('capitals');
    await publish('--tags=sha,Release-Candidate');
    expect(await listTags()).toContain('Release-Candidate');
  });

  it('uploads no layer, and says why, when a commit changed nothing in the image', async () => {
    await change('content');
    await publish();
    const [layers, latest] = [await readLayers('latest'), await digestOf('latest')];
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    appendFileSync(join(workspace.root, 'package-lock.json'), '\n');
    await workspace.commit('only the lock file');

    const output = await publish();

    expect(output).toContain('content unchanged; only the commit that it names is new');
    expect(readReport()).toMatchObject({ outcome: 'published', registries: [{ contentUnchanged: true, sent: { count: 2 } }] });
    expect(await readLayers('latest')).toEqual(layers);
    expect(await digestOf('latest')).not.toBe(latest);
    workspace.write('app/files/text.txt', 'other content');
    await workspace.commit('more than the lock file');
    await publish();
    expect(readReport()).toMatchObject({ registries: [{ sent: { count: 3 } }] });
    expect(JSON.stringify(readReport())).not.toContain('contentUnchanged');
  });

  it('has nothing to do when a job is run again after a successful push', async () => {
    await publish('--tags=sha,Release-Candidate');
    const before = [await digestOf('latest'), ...(await listTags())];
    expect(await publish('--tags=sha,Release-Candidate')).toContain('nothing, up to date');
    expect([await digestOf('latest'), ...(await listTags())]).toEqual(before);
  });
});
