import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { startRegistry, type RunningRegistry } from '@nx-oci/registry';
import { findReleasePatterns, loadRegistries, openConnection, printable, readGitFacts } from '@nx-oci/publish';
import { makePublishing, type Publishing } from '@nx-oci/publish/testing';

import { makePlan } from './make-plan';
import { planImages } from './plan-images';
import { type WorkspacePlan } from './plan-schema';
import { renderWorkspacePlan } from './render-workspace-plan';

const ROOMS = ['native', 'dockerfile', 'copies', 'scratch'];

describe('a plan of images whose base moved', () => {
  let registry: RunningRegistry;
  let publishing: Publishing;
  let base: Publishing;

  beforeEach(async () => {
    registry = await startRegistry();
    publishing = makePublishing(`{ host: '${registry.host}', namespace: team }`);
    base = makePublishing(`{ host: '${registry.host}' }`);
  });
  afterEach(async () => {
    publishing.workspace.remove();
    base.workspace.remove();
    await registry.close();
  });

  const nameOf = (tag: string): string => `${registry.host}/base:${tag}`;
  const publishBase = async (...tags: readonly string[]): Promise<string> => {
    await base.build('base', { layers: 1, changed: [0] });
    await base.publish({ projects: ['base'], options: { tags: [...tags], force: true } });
    const answer = await fetch(`http://${registry.host}/v2/base/manifests/${tags[0] ?? ''}`);
    return answer.headers.get('docker-content-digest') ?? '';
  };

  /** Records the images of a Dockerfile, as its engine does. */
  const record = (project: string, images: readonly object[]): void => {
    const file = path.join(publishing.workspace.root, 'dist/images', project, 'image.json');
    const written = JSON.parse(readFileSync(file, 'utf8')) as { output: object };
    writeFileSync(file, JSON.stringify({ ...written, output: { ...written.output, images } }));
  };

  const publishAll = async (): Promise<void> => {
    const digest = await publishBase('own', 'below', 'copied');
    for (const project of ROOMS) await publishing.build(project, { layers: 1, ...(project === 'native' && { base: nameOf('own') }) });
    record('dockerfile', [{ reference: nameOf('below'), digests: [digest], role: 'base' }]);
    record('copies', [
      { reference: nameOf('below'), digests: [digest], role: 'base' },
      { reference: nameOf('copied'), digests: [digest], role: 'source' },
    ]);
    const results = await publishing.publish({ projects: ROOMS, options: { tags: ['sha', 'latest'] } });
    expect([...results.values()].filter(({ success }) => !success)).toEqual([]);
  };

  async function plan(onlyMovedBases = true): Promise<WorkspacePlan> {
    const { root } = publishing.workspace;
    const registries = await loadRegistries(root, {});
    const connection = await openConnection({ entries: registries.select(registries.names), env: {} });
    const targets = [...ROOMS, 'new'].map((project) => ({
      taskId: `${project}:publish`,
      project,
      target: 'publish',
      projectRoot: project,
      options: { tags: ['sha', 'latest'] },
    }));
    const git = await readGitFacts({ folder: root, env: {} });
    const statuses = await planImages(targets, {
      workspaceRoot: root,
      env: {},
      git,
      graph: { projects: {}, dependencies: {}, nxJson: {} },
      registries,
      connection,
      releasePatternsOf: (name) => findReleasePatterns({ name, root: name }, undefined),
      nowMs: Date.now(),
      onlyMovedBases,
    });
    await connection.close();
    return makePlan(git.commit, statuses, { onlyMovedBases });
  }

  const outcomes = ({ images }: WorkspacePlan) => Object.fromEntries(images.map(({ project, outcome }) => [project, outcome]));

  it('has none of them until a base moves, whatever else changed', async () => {
    await publishAll();
    publishing.workspace.write('native/main.ts', 'changed');
    publishing.workspace.commit('changed');
    const found = await plan();
    expect(outcomes(found)).toEqual({
      native: 'upToDate',
      dockerfile: 'upToDate',
      copies: 'upToDate',
      scratch: 'upToDate',
      new: 'skipped',
    });
    expect(printable(renderWorkspacePlan(found), { hasColor: false })).toContain('Nothing to publish: no base image has moved.');
  });

  it('has those of every engine, also where a stage only copies from it', async () => {
    await publishAll();
    await publishBase('copied');
    expect((await plan()).projects).toBe('copies');
    await publishBase('own');
    expect((await plan()).projects).toBe('copies,native');
    await publishBase('below');
    registry.log.clear();
    const found = await plan();
    // Three bases of four images: one look each.
    expect(registry.log.entries().filter(({ path: asked }) => asked.startsWith('/v2/base/'))).toHaveLength(3);
    expect(found.projects).toBe('copies,dockerfile,native');
    expect(found).toMatchObject({
      onlyMovedBases: true,
      hasImages: true,
      matrix: { include: expect.arrayContaining([expect.anything()]) },
    });
    expect(found.images.find(({ project }) => project === 'copies')?.reasons.map((reason) => reason.kind)).toEqual(['base', 'base']);
    expect(printable(renderWorkspacePlan(found), { hasColor: false })).toContain(
      '→ nx run-many -t publish --projects=copies,dockerfile,native --skip-nx-cache',
    );
    expect((await plan(false)).images.find(({ project }) => project === 'dockerfile')?.reasons).toMatchObject([{ kind: 'base' }]);
  });

  it('fails for images whose base cannot be looked up; other plans report it', async () => {
    await publishAll();
    await publishBase('own');
    registry.faults.add({ path: /\/base\/manifests\/below/, times: Infinity, answer: { status: 403 } });
    const found = await plan();
    expect(outcomes(found)).toMatchObject({ native: 'publish', dockerfile: 'failed', copies: 'failed', scratch: 'upToDate' });
    expect(renderWorkspacePlan(found)).toContain(`It is unknown whether ${nameOf('below')} has moved: `);
    const whole = await plan(false);
    expect(outcomes(whole)).toMatchObject({ dockerfile: 'upToDate', copies: 'upToDate' });
    expect(printable(renderWorkspacePlan(whole), { hasColor: false })).toContain(
      `copies, dockerfile: it is unknown whether ${nameOf('below')} has moved: `,
    );
  });
});
