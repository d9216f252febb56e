import { type Outcome } from './run';
import { type TestWorkspace } from './test-workspace';

/**
 * Lets `nx release` version projects without a manifest and without @nx/js: their versions are git tags only.
 */
const VERSION_ACTIONS = `const { VersionActions } = require('nx/release');
module.exports = {
  default: class extends VersionActions {
    validManifestFilenames = null;
    async readCurrentVersionFromSourceManifest() { return null; }
    async readCurrentVersionFromRegistry() { return null; }
    async readCurrentVersionOfDependency() { return { currentVersion: null, dependencyCollection: null }; }
    async updateProjectVersion() { return []; }
    async updateProjectDependencies() { return []; }
  },
};
`;

/** Writes the version actions. @returns the value of `release` in nx.json */
export function prepareRelease(workspace: TestWorkspace, projects: readonly string[]): object {
  workspace.write('tools/version-actions.js', VERSION_ACTIONS);
  return {
    projects,
    projectsRelationship: 'independent',
    releaseTag: { pattern: '{projectName}@{version}' },
    version: { versionActions: './tools/version-actions.js', currentVersionResolver: 'git-tag', specifierSource: 'conventional-commits' },
    changelog: { workspaceChangelog: false, projectChangelogs: false },
  };
}

const COMMITTER = {
  GIT_AUTHOR_NAME: 'e2e',
  GIT_AUTHOR_EMAIL: 'e2e@example.com',
  GIT_COMMITTER_NAME: 'e2e',
  GIT_COMMITTER_EMAIL: 'e2e@example.com',
};

/** Runs `nx release …`, which commits and tags as a test user. */
export function nxRelease(workspace: TestWorkspace, args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Outcome> {
  return workspace.nx(['release', ...args], { ...COMMITTER, ...env });
}
