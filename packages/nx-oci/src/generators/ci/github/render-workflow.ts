import { type Pipeline } from '../pipeline/pipeline';
import { quote } from '../pipeline/quote';
import { doTagsNameProject, escapeFilter, toGitHubFilter } from '../pipeline/release-tags';
import { environmentLines } from './environment-lines';
import { PINNED_ACTIONS } from './pinned-actions';
import { setupSteps } from './setup-steps';

/** The workflow that publishes what changed, as text. */
export function renderWorkflow(pipeline: Pipeline): string {
  const { branch, releases, goesToGhcr, variables, folder } = pipeline;
  const env = environmentLines(variables);
  return `# Publishes the container images of this workspace. Written by \`nx g nx-oci:ci\`, and yours to change.
name: Publish images

on:
  push:
    branches: [${quote(escapeFilter(branch))}]
${releases.length === 0 ? '' : `    tags: [${releases.map(toGitHubFilter).map(quote).join(', ')}]\n`}  workflow_dispatch: # started by hand, it publishes every image

permissions:
  contents: read
  actions: read # nx-set-shas looks for the last run that succeeded
${goesToGhcr ? '  packages: write # ghcr.io\n' : ''}
# One run after the other for each branch or tag, and none is broken off halfway.
concurrency:
  group: publish-\${{ github.ref }}
  cancel-in-progress: false

jobs:
  publish:
    runs-on: ubuntu-latest
${folder === '' ? '' : `    defaults:\n      run:\n        working-directory: ${quote(folder)}\n`}    steps:
      - uses: ${PINNED_ACTIONS.checkout}
        with:
          fetch-depth: 0 # history and tags tell which version this is, and which image is newer
${indent(setupSteps(pipeline), 6)}
      - uses: ${PINNED_ACTIONS.setShas}, sets NX_BASE and NX_HEAD for nx affected
        if: github.event_name == 'push' && github.ref_type == 'branch'
${branch === 'main' ? '' : `        with:\n          main-branch-name: ${quote(branch)}\n`}      - name: Publish images
        id: publish # its outputs name images and digests for later steps
        run: |
${indent(publishScript(pipeline), 10)}
${env.length === 0 ? '' : `        env:\n${indent(env, 10)}\n`}`;
}

/** Tags have no base to compare with, nor has a run that was started by hand. */
function publishScript({ packageManager: { exec }, targets, releases }: Pipeline): readonly string[] {
  const all = `${exec} nx run-many -t ${targets.join(',')}`;
  const ofProject = ['elif [ "$GITHUB_REF_TYPE" = tag ]; then', `  ${all} --projects="\${GITHUB_REF_NAME%@*}" # api@1.2.3 releases api`];
  return [
    'if [ -n "$NX_BASE" ]; then',
    `  ${exec} nx affected -t ${targets.join(',')}`,
    ...(doTagsNameProject(releases) ? ofProject : []),
    'else',
    `  ${all}`,
    'fi',
  ];
}

function indent(lines: readonly string[], columns: number): string {
  return lines.map((line) => ' '.repeat(columns) + line).join('\n');
}
