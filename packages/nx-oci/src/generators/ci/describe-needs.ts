import { renderTable } from '@nx-oci/publish';

import { describeLogins } from './describe-logins';
import { GITHUB_TOKEN } from './pipeline/known-variables';
import { type Pipeline } from './pipeline/pipeline';

/** How CI systems name a masked variable, and where users create it. */
const VARIABLES = {
  github: {
    secret: 'secret',
    none: 'No secret has to be made at GitHub.',
    some: 'Make these at GitHub, under Settings > Secrets and variables > Actions:',
  },
  gitlab: {
    secret: 'masked',
    none: 'No variable has to be made at GitLab.',
    some: 'Make these at GitLab, under Settings > CI/CD > Variables (protected ones reach protected branches and tags alone):',
  },
} as const;

/** What the pipeline still needs to publish: at the CI system, at its runners, and in the workspace. For the terminal. */
export function describeNeeds(pipeline: Pipeline): readonly string[] {
  const { provider, file, packageManager, images, isLocalOnly, goesToGhcr } = pipeline;
  const { name, lockFile, exec } = packageManager;
  const anew = `remove ${file} and run this again`;
  return [
    // Variables of a registry that the pipeline cannot reach would not help.
    ...(isLocalOnly
      ? [
          `All registries that images go to are on the machine that publishes: add another one with \`${exec} nx g nx-oci:registry\`, ${anew}.`,
        ]
      : describeVariables(pipeline)),
    ...describeLogins(pipeline),
    ...(provider === 'github' && goesToGhcr ? [`${GITHUB_TOKEN} is there in every run; \`permissions\` lets it write packages.`] : []),
    ...(provider === 'gitlab' ? describeEngines(images) : []),
    ...describeBuilders(images),
    ...(lockFile === undefined ? [`There is no lock file of ${name}: commit one, ${anew}, so that CI installs what it says.`] : []),
    ...(images.length === 0 ? [`No project publishes an image yet: \`${exec} nx g nx-oci:image <project>\`.`] : []),
  ];
}

function describeVariables({ provider, variables }: Pipeline): readonly string[] {
  const { secret, none, some } = VARIABLES[provider];
  const rows = variables
    .filter(({ name }) => provider === 'gitlab' || name !== GITHUB_TOKEN)
    .map(({ name, isSecret, isOptional, uses }) => [
      `  ${isSecret ? secret : 'variable'}`,
      name,
      `${uses.join(', ')}${isOptional ? ' (has a default)' : ''}`,
    ]);
  return rows.length === 0 ? [none] : [some, renderTable(rows)];
}

/** Builders exist on a machine, or in the settings of a user: a new runner has none but Docker's own. */
function describeBuilders(images: Pipeline['images']): readonly string[] {
  const names = [...new Set(images.flatMap(({ builders = [] }) => builders))];
  return names.map((name) => {
    const projects = images.flatMap((image) => (image.builders?.includes(name) === true ? [image.name] : [])).join(', ');
    return `The builder ${name} makes ${projects}: the job needs a step before the one that builds, \`docker buildx create --name ${name} …\`: see docs/build/builders.md.`;
  });
}

/** What runners need for images of Dockerfile engines. */
function describeEngines(images: Pipeline['images']): readonly string[] {
  const namesOf = (wanted: string | undefined): string =>
    images.flatMap(({ name, engine }) => (engine === wanted ? [name] : [])).join(', ');
  const [docker, unknown] = [namesOf('docker'), namesOf(undefined)];
  return [
    ...(docker === '' ? [] : [`Docker builds ${docker}: the job has the service docker:dind, which needs a runner in privileged mode.`]),
    ...['podman', 'buildah']
      .filter((tool) => namesOf(tool) !== '')
      .map((tool) => `${tool} builds ${namesOf(tool)}: the job's image must have it, and the runner must let it make containers.`),
    ...(namesOf('buildx') === ''
      ? []
      : [
          `buildx builds ${namesOf('buildx')}: the job's image must have the docker command with buildx, and a builder: see docs/build/builders.md.`,
        ]),
    ...(unknown === ''
      ? []
      : [
          `What builds ${unknown} is not written in the project. If it is Docker, the job needs the service docker:dind: see docs/publish/ci.md.`,
        ]),
  ];
}
