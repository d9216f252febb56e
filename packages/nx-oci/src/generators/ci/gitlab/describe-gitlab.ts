import { renderTable } from '@nx-oci/publish';

import { indent } from '../../insert-lines';
import { type PublishedImage } from '../pipeline/find-images';
import { type Pipeline } from '../pipeline/pipeline';

/** What has to be made at GitLab before the job can publish, for the terminal. */
export function adviseGitLab({ variables, images }: Pipeline): readonly string[] {
  const rows = variables.map(({ name, isSecret, isOptional, uses }) => [
    name,
    `${uses.join(', ')}${isSecret ? ', masked' : ''}${isOptional ? ' (has a default)' : ''}`,
  ]);
  const needed =
    rows.length === 0
      ? ['No variable has to be made at GitLab.']
      : [
          'Make these at GitLab, under Settings > CI/CD > Variables (protected ones reach protected branches and tags alone):',
          indent(renderTable(rows), 2),
        ];
  return [...needed, ...adviseDocker(images)];
}

function adviseDocker(images: readonly PublishedImage[]): readonly string[] {
  const namesOf = (wanted: PublishedImage['engine']): string =>
    images
      .filter(({ engine }) => engine === wanted)
      .map(({ name }) => name)
      .join(', ');
  const byDocker = namesOf('docker');
  const byOthers = (['podman', 'buildah'] as const).map((tool) => ({ tool, names: namesOf(tool) })).filter(({ names }) => names !== '');
  const unknown = namesOf(undefined);
  return [
    ...(byDocker === ''
      ? []
      : [`Docker builds ${byDocker}: the job has the service docker:dind, which needs a runner in privileged mode.`]),
    ...byOthers.map(
      ({ tool, names }) => `${tool} builds ${names}: the job's image must have it, and the runner must let it make containers.`,
    ),
    ...(unknown === ''
      ? []
      : [`What builds ${unknown} is not written in the project. If it is Docker, the job needs the service docker:dind: see docs/ci.md.`]),
  ];
}
