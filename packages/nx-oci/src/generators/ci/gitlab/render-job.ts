import { DOTENV_FILE } from '@nx-oci/publish';

import { GITHUB_TOKEN } from '../pipeline/known-variables';
import { type Pipeline } from '../pipeline/pipeline';
import { quote } from '../pipeline/quote';
import { doTagsNameProject, toGitLabPattern } from '../pipeline/release-tags';
import { setupCommands } from './setup-commands';

export const JOB = 'publish-images';

/**
 * The job that publishes what changed, as text.
 *
 * @param stage one that the file has
 */
export function renderJob(pipeline: Pipeline, stage: string): string {
  const { node, branch, isBranchGiven, releases, packageManager, folder } = pipeline;
  const usesDocker = pipeline.images.some(({ engine }) => engine === 'docker');
  const commands = [
    ...(folder === '' ? [] : [`cd ${quoteForShell(folder)}`]),
    ...(usesDocker ? [INSTALL_DOCKER] : []),
    ...setupCommands(packageManager),
  ];
  return `# Publishes the container images of this workspace. Written by \`nx g nx-oci:ci\`, and yours to change.
${variableComments(pipeline)}${JOB}:
  stage: ${quote(stage)}
  image: node:${node.version}${usesDocker ? '-bookworm' : ''}
${usesDocker ? DOCKER_SERVICE : ''}  rules:
${releases.map((release) => `    - if: $CI_COMMIT_TAG =~ ${toGitLabPattern(release)}\n`).join('')}    - if: $CI_COMMIT_BRANCH == ${isBranchGiven ? `"${branch}"` : '$CI_DEFAULT_BRANCH'}
  variables:
    GIT_DEPTH: '0' # history and tags tell which version this is, and which image is newer
${usesDocker ? DOCKER_VARIABLES : ''}  script:
${commands.map((command) => `    - ${asItem(command)}\n`).join('')}    # A tag, a first push and a pipeline that was started by hand have no commit before them: every image, then.
    - |
${publishScript(pipeline)
  .map((line) => `      ${line}\n`)
  .join('')}  artifacts:
    reports:
      dotenv: ${folder === '' ? DOTENV_FILE : quote(`${folder}/${DOTENV_FILE}`)} # digests and names of images, for later jobs
`;
}

function quoteForShell(folder: string): string {
  return /^[\w./-]+$/.test(folder) ? folder : `'${folder.replaceAll("'", "'\\''")}'`;
}

/** A command as an item of a list: to YAML `: ` in it would be a key, ` #` a comment. */
function asItem(command: string): string {
  return /: | #/.test(command) ? quote(command) : command;
}

// The client of Debian 12 has BuildKit built in, and speaks to engines up to 28; 29 refuses it.
const INSTALL_DOCKER = 'apt-get update -qq && apt-get install -qq -y --no-install-recommends docker.io';
const DOCKER_SERVICE = '  services: [docker:28-dind] # builds the Dockerfiles; needs a runner in privileged mode\n';
const DOCKER_VARIABLES = `    DOCKER_HOST: tcp://docker:2376
    DOCKER_TLS_CERTDIR: /certs
    DOCKER_TLS_VERIFY: '1'
    DOCKER_CERT_PATH: /certs/client
`;

function variableComments({ variables }: Pipeline): string {
  if (variables.length === 0) return '';
  const lines = variables.map(({ name, isSecret, isOptional, uses }) => {
    const kind = isSecret || name === GITHUB_TOKEN ? ', masked' : '';
    return `#   ${name}: ${uses.join(', ')}${kind}${isOptional ? ', has a default' : ''}\n`;
  });
  return `# Its variables, under Settings > CI/CD > Variables:\n${lines.join('')}`;
}

/** The commit before may be gone, too, after a forced push. */
function publishScript({ packageManager: { exec }, targets, releases }: Pipeline): readonly string[] {
  const all = `${exec} nx run-many -t ${targets.join(',')}`;
  const ofProject = ['elif [ -n "$CI_COMMIT_TAG" ]; then', `  ${all} --projects="\${CI_COMMIT_TAG%@*}" # api@1.2.3 releases api`];
  return [
    'if [ -z "$CI_COMMIT_TAG" ] && git cat-file -e "$CI_COMMIT_BEFORE_SHA^{commit}" 2>/dev/null; then',
    `  ${exec} nx affected -t ${targets.join(',')} --base="$CI_COMMIT_BEFORE_SHA" --head="$CI_COMMIT_SHA"`,
    ...(doTagsNameProject(releases) ? ofProject : []),
    'else',
    `  ${all}`,
    'fi',
  ];
}
