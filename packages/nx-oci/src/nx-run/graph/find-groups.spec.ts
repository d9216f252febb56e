import { type ProjectsConfigurations, type TaskGraph } from '@nx/devkit';

import { findGroups, type GroupClues } from './find-groups';

type Written = Readonly<
  Record<string, { readonly needs?: readonly string[]; readonly onFailure?: string; readonly overrides?: Readonly<Record<string, string>> }>
>;

/** Tasks `<project>:<target>`; those whose target is `publish` are siblings. */
function cluesFor(tasks: Written, own: readonly string[], onFailure: 'abort' | 'continue' = 'abort'): GroupClues {
  const ids = Object.keys(tasks);
  const taskOf = (id: string) => {
    const [project = '', target = '', configuration] = id.split(':');
    return {
      id,
      target: { project, target, configuration },
      overrides: { ...tasks[id]?.overrides },
      outputs: [],
      parallelism: true,
      cache: false,
    };
  };
  const projects = Object.fromEntries(
    ids.map((id) => {
      const { target } = taskOf(id);
      return [target.project, { root: '', targets: { [target.target]: { options: { onFailure: tasks[id]?.onFailure } } } }];
    }),
  );
  return {
    taskGraph: {
      roots: [],
      tasks: Object.fromEntries(ids.map((id) => [id, taskOf(id)])),
      dependencies: Object.fromEntries(ids.map((id) => [id, (tasks[id]?.needs ?? []).map((needed) => ({ id: needed }))])),
      continuousDependencies: {},
    } satisfies TaskGraph,
    projects: { version: 2, projects } satisfies ProjectsConfigurations,
    siblings: ids.filter((id) => id.includes(':publish')),
    own,
    onFailure,
  };
}

const PAIR: Written = { 'api:publish': {}, 'web:publish': {} };

describe('findGroups', () => {
  it('tags all images of a run together, whichever process asks', () => {
    const all = [{ taskIds: ['api:publish', 'web:publish'], stoppedBy: ['api:publish', 'web:publish'] }];
    expect(findGroups(cluesFor(PAIR, ['api:publish']))).toEqual(all);
    expect(findGroups(cluesFor(PAIR, ['api:publish', 'web:publish']))).toEqual(all);
  });

  it('tags each image alone if failures do not stop the others', () => {
    const groups = findGroups(cluesFor(PAIR, ['api:publish', 'web:publish'], 'continue'));
    expect(groups).toEqual(['api:publish', 'web:publish'].map((id) => ({ taskIds: [id], stoppedBy: [id] })));
  });

  it('prefers the command line to the project, and the project to registries.yaml', () => {
    const modes = (onFailure: string | undefined, overrides: Readonly<Record<string, string>>, fallback: 'abort' | 'continue') =>
      findGroups(
        cluesFor(
          { 'api:publish': { onFailure, overrides }, 'web:publish': { overrides: { onFailure: 'abort' } } },
          ['api:publish'],
          fallback,
        ),
      )[0]?.taskIds.length;
    expect(modes(undefined, {}, 'abort')).toBe(2);
    expect(modes(undefined, {}, 'continue')).toBe(1);
    expect(modes('abort', {}, 'continue')).toBe(2);
    expect(modes('continue', { onFailure: 'abort' }, 'continue')).toBe(2);
  });

  it('neither waits for an image that is tagged alone, nor is stopped by it', () => {
    const mixed: Written = { 'api:publish': {}, 'docs:publish': { onFailure: 'continue' }, 'web:publish': {} };
    expect(findGroups(cluesFor(mixed, ['api:publish', 'docs:publish']))).toEqual([
      { taskIds: ['api:publish', 'web:publish'], stoppedBy: ['api:publish', 'web:publish'] },
      { taskIds: ['docs:publish'], stoppedBy: ['docs:publish'] },
    ]);
  });

  const DEPLOYED: Written = {
    ...PAIR,
    'docs:publish': {},
    'api:deploy': { needs: ['api:check'] },
    'api:check': { needs: ['api:publish'] },
  };

  it('does not let a deployment wait for tags that another process would set', () => {
    const stoppedBy = ['api:publish', 'web:publish', 'docs:publish'];
    expect(findGroups(cluesFor(DEPLOYED, ['api:publish']))).toEqual([{ taskIds: ['api:publish'], stoppedBy }]);
    expect(findGroups(cluesFor(DEPLOYED, ['web:publish']))).toEqual([{ taskIds: ['web:publish', 'docs:publish'], stoppedBy }]);
  });

  it('tags all together if one process has them all', () => {
    const own = ['api:publish', 'web:publish', 'docs:publish'];
    expect(findGroups(cluesFor(DEPLOYED, own))).toEqual([{ taskIds: own, stoppedBy: own }]);
  });

  it('does not treat a publish that depends on another publish as a deployment', () => {
    const chain: Written = { 'api:publish': { needs: ['web:publish'] }, 'web:publish': {} };
    expect(findGroups(cluesFor(chain, ['web:publish']))[0]?.taskIds).toEqual(['api:publish', 'web:publish']);
  });
});
