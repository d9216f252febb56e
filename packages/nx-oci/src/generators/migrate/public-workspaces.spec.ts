import { logger, type Tree } from '@nx/devkit';

import { migrateGenerator } from './generator';
import { COMMIT, EVENTS, writeFormerWorkspace, type EventName } from './testing/former-workspace';
import { FORMER_WORKSPACES } from './testing/former-workspaces';
import { migratedReferences, targetOptions } from './testing/migrated-references';

async function migrate(tree: Tree): Promise<readonly string[]> {
  const done = await migrateGenerator(tree, {}, []);
  const info = jest.spyOn(logger, 'info').mockImplementation();
  try {
    await done();
    return info.mock.calls.join('\n').split('\n');
  } finally {
    info.mockRestore();
  }
}

const TITLES: Readonly<Record<EventName, string>> = {
  main: 'push to main',
  feature: 'push to feat/login',
  pull: 'pull request 12',
  release: 'git tag v1.2.3',
};

/** The tags that a line of the output begins with; those of its example commit are those of ours. */
function tagsIn(line: string): readonly string[] {
  const tags = line.replace(/(?:;| \().*$/, '').replace(/^.*?: /, '');
  return tags
    .replaceAll(/a1b2c3d4\w+/g, COMMIT)
    .replaceAll('a1b2c3d', COMMIT.slice(0, 7))
    .split(', ')
    .sort();
}

function tagsOf(references: readonly string[]): readonly string[] {
  return [...new Set(references.map((reference) => reference.replace(/^.*:/, '')))].sort();
}

/** Lines about a project: from its title to the next empty line. */
function blockOf(project: string, printed: readonly string[]): readonly string[] {
  const start = printed.findIndex((line) => new RegExp(`(?:^|, )${project}(?:,|$)`).test(/^(.*), from [^:]*:/.exec(line)?.[1] ?? ''));
  return start < 0 ? [] : printed.slice(start, printed.indexOf('', start));
}

describe.each(FORMER_WORKSPACES.map((one) => [one.shape, one.seenIn, one] as const))('%s (as in %s)', (_, __, workspace) => {
  it('publishes the same afterwards, or says what is different', async () => {
    const tree = writeFormerWorkspace(workspace);
    const printed = await migrate(tree);
    for (const [name, before] of Object.entries(workspace.before)) {
      const project = { name, root: workspace.projects[name]?.root ?? '' };
      const block = blockOf(name, printed);
      for (const event of EVENTS) {
        const after = migratedReferences(tree, project, event);
        const line = block.find((one) => one.startsWith(`  ${TITLES[event]}: `)) ?? '';
        const missing = before[event].filter((reference) => !after.includes(reference));
        const more = after.filter((reference) => !before[event].includes(reference));
        // Nothing is different unless the line says so.
        const unsaid = {
          missing: missing.filter(
            (reference) => !(/before also (.*?), which/.exec(line)?.[1] ?? '').split(', ').includes(reference.replace(/^.*:/, '')),
          ),
          more: /\(the old pipeline does not run then\)/.test(line) ? [] : more,
        };
        expect({ name, event, ...unsaid }).toEqual({ name, event, missing: [], more: [] });
        expect({ name, event, said: tagsIn(line) }).toEqual({ name, event, said: after.length === 0 ? ['nothing'] : tagsOf(after) });
      }
    }
    for (const [name, options] of Object.entries(workspace.image ?? {})) {
      expect({ name, ...targetOptions(tree, workspace.projects[name]?.root ?? '', 'image') }).toMatchObject({ name, ...options });
    }
    for (const text of workspace.says ?? []) expect(printed.join('\n')).toMatch(text);
  });
});

it('knows workspaces of at least ten repositories', () => {
  expect(new Set(FORMER_WORKSPACES.map(({ seenIn }) => seenIn)).size).toBeGreaterThanOrEqual(10);
});
