import { renderTable } from '@nx-oci/publish';

import { GITHUB_TOKEN } from './pipeline/known-variables';
import { type Pipeline } from './pipeline/pipeline';

/** What is missing for the pipeline to publish: at the CI system, at its runners, and in the workspace. For the terminal. */
export function describeNeeds(pipeline: Pipeline): readonly string[] {
  const { provider, file, packageManager, images, isLocalOnly } = pipeline;
  const { name, lockFile, exec } = packageManager;
  return [
    ...(provider === 'github' ? needsOfGitHub(pipeline) : needsOfGitLab(pipeline)),
    ...(lockFile === undefined
      ? [`There is no lock file of ${name}: commit one, remove ${file} and run this again, so that CI installs what it says.`]
      : []),
    ...(isLocalOnly
      ? [
          `All registries of registries.yaml are on the machine that publishes: add another one with \`${exec} nx g nx-oci:registry\`, remove ${file} and run this again.`,
        ]
      : []),
    ...(images.length === 0 ? [`No project publishes an image yet: \`${exec} nx g nx-oci:image <project>\`.`] : []),
  ];
}

function needsOfGitHub({ variables, goesToGhcr }: Pipeline): readonly string[] {
  const rows = variables
    .filter(({ name }) => name !== GITHUB_TOKEN)
    .map(({ name, isSecret, isOptional, uses }) => [
      isSecret ? 'secret' : 'variable',
      name,
      `${uses.join(', ')}${isOptional ? ' (has a default)' : ''}`,
    ]);
  return [
    ...(rows.length === 0
      ? ['No secret has to be made at GitHub.']
      : ['Make these at GitHub, under Settings > Secrets and variables > Actions:', indent(renderTable(rows))]),
    ...(goesToGhcr ? [`${GITHUB_TOKEN} is there in every run; \`permissions\` lets it write packages.`] : []),
  ];
}

function needsOfGitLab({ variables, images }: Pipeline): readonly string[] {
  const rows = variables.map(({ name, isSecret, isOptional, uses }) => [
    name,
    `${uses.join(', ')}${isSecret ? ', masked' : ''}${isOptional ? ' (has a default)' : ''}`,
  ]);
  return [
    ...(rows.length === 0
      ? ['No variable has to be made at GitLab.']
      : [
          'Make these at GitLab, under Settings > CI/CD > Variables (protected ones reach protected branches and tags alone):',
          indent(renderTable(rows)),
        ]),
    ...needsOfEngines(images),
  ];
}

function needsOfEngines(images: Pipeline['images']): readonly string[] {
  const namesOf = (wanted: Pipeline['images'][number]['engine']): string =>
    images.flatMap(({ name, engine }) => (engine === wanted ? [name] : [])).join(', ');
  const ofRunner = (tool: 'podman' | 'buildah'): string =>
    `${tool} builds ${namesOf(tool)}: the job's image must have it, and the runner must let it make containers.`;
  return [
    [
      'docker',
      `Docker builds ${namesOf('docker')}: the job has the service docker:dind, which needs a runner in privileged mode.`,
    ] as const,
    ['podman', ofRunner('podman')] as const,
    ['buildah', ofRunner('buildah')] as const,
    [
      undefined,
      `What builds ${namesOf(undefined)} is not written in the project. If it is Docker, the job needs the service docker:dind: see docs/ci.md.`,
    ] as const,
  ].flatMap(([engine, text]) => (namesOf(engine) === '' ? [] : [text]));
}

function indent(table: string): string {
  return table.trimEnd().replace(/^/gm, '  ');
}
