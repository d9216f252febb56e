import { readFileSync } from 'node:fs';
import path from 'node:path';

import { type ExecutorContext } from '@nx/devkit';
import { startRegistry, type RunningRegistry } from '@nx-oci/registry';
import { makePublishing, type Publishing } from '@nx-oci/publish/testing';

import planExecutor from '../plan/executor';
import rebaseExecutor from './executor';
import { normalizeOptions } from './normalize-options';

describe('a rebase of the images of a workspace', () => {
  let registry: RunningRegistry;
  let publishing: Publishing;
  let base: Publishing;
  let printed: jest.SpiedFunction<typeof console.log>;

  beforeEach(async () => {
    registry = await startRegistry();
    publishing = makePublishing(`{ host: '${registry.host}', namespace: team }`);
    base = makePublishing(`{ host: '${registry.host}' }`);
    printed = jest.spyOn(console, 'log').mockImplementation();
  });
  afterEach(async () => {
    printed.mockRestore();
    publishing.workspace.remove();
    base.workspace.remove();
    await registry.close();
  });

  const moveBase = async (): Promise<void> => {
    await base.build('base', { layers: 1, changed: [0] });
    await base.publish({ projects: ['base'], options: { tags: ['stable'], force: true } });
  };
  const publish = async (): Promise<void> => {
    await moveBase();
    await publishing.build('app', { layers: 1, base: `${registry.host}/base:stable` });
    await publishing.publish({ projects: ['app'], options: { tags: ['sha', 'latest'] } });
    await moveBase();
  };
  const digest = async (tag: string): Promise<string | null> => {
    const answer = await fetch(`http://${registry.host}/v2/team/app/manifests/${tag}`);
    return answer.headers.get('docker-content-digest');
  };
  const contextWith = (targets: object): ExecutorContext =>
    ({
      root: publishing.workspace.root,
      projectsConfigurations: {
        version: 2,
        projects: {
          app: { root: 'app', targets: { publish: { executor: 'nx-oci:publish', options: { tags: ['sha', 'latest'] } }, ...targets } },
        },
      },
      projectGraph: { nodes: {}, dependencies: {} },
      nxJsonConfiguration: {},
    }) as unknown as ExecutorContext;
  const said = (): string => printed.mock.calls.flat().join('\n');

  it('leaves nothing to publish for the plan of bases that moved', async () => {
    await publish();
    const context = contextWith({});
    const before = await digest('latest');
    expect(await planExecutor({ onlyMovedBases: true }, context)).toEqual({ success: true });
    expect(said()).toContain('1 of 1 images to publish');
    expect(await rebaseExecutor({}, context)).toEqual({ success: true });
    const after = await digest('latest');
    expect(after).not.toBe(before);
    const report = JSON.parse(readFileSync(path.join(context.root, 'dist/images/rebase.json'), 'utf8')) as unknown;
    expect(report).toMatchObject({ schemaVersion: 1, images: [{ project: 'app', digest: after, from: before }], left: [] });
    printed.mockClear();
    expect(await planExecutor({ onlyMovedBases: true }, context)).toEqual({ success: true });
    expect(said()).toContain('no base image has moved');
  });

  it('runs the test of the project first, and moves no tag if it fails', async () => {
    await publish();
    const before = await digest('latest');
    const context = contextWith({ test: { executor: 'nx-oci:test', options: { run: 'never', files: ['/missing'] } } });
    expect(await rebaseExecutor({}, context)).toEqual({ success: false });
    expect(said()).toContain('/missing');
    expect(await digest('latest')).toBe(before);
  });

  it('reports all problems of its options', () => {
    expect(() => normalizeOptions({ dryRum: true, outputFile: '' }, {})).toThrow(
      [
        'Cannot put images on new bases: 2 problems',
        'unknown option `dryRum` → did you mean `dryRun`?',
        '`outputFile`: name a file, such as dist/images/rebase.json.',
      ].join('\n  '),
    );
  });
});
