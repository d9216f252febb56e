import { randomUUID } from 'node:crypto';

import { hasBegun } from '../make-run-report';
import { type ImageReport, type RunReport } from '../report-schema';
import { isSet } from '../is-set';

/** Outputs of a step, by name. */
export type Outputs = Readonly<Record<string, string>>;

/**
 * The results of a run as outputs of a step of GitHub Actions.
 *
 * GitHub drops a whole output that contains a secret, and a registry's host often does (an account id of AWS). So the hosts have
 * their own output, and no other output contains them.
 *
 * - `outcome`: `published`, `upToDate`, `held`, `skipped` or `failed`
 * - `images`: JSON, `[{ project, outcome, digest, platforms, registries: [{ registry, repository, outcome, tags }] }]`
 * - `hosts`: JSON, by the registries' names: `{ "ghcr": "ghcr.io" }`
 * - `<project>-digest`, `<project>-platforms` (`linux/amd64,linux/arm64`) and `<project>-repository` (of the first registry) for each image that is in its registries; characters
 * that names must not contain become `-`, and projects that then share a name have none of these.
 *
 * @see https://github.com/docker/metadata-action/issues/214
 */
export function githubOutputs({ outcome, images }: RunReport): Outputs {
  const begun = images.filter(hasBegun);
  const registries = begun.flatMap((image) => image.registries);
  return {
    outcome,
    images: JSON.stringify(
      images.map((image) => (hasBegun(image) ? describeImage(image) : { project: image.project, outcome: image.outcome })),
    ),
    hosts: JSON.stringify(Object.fromEntries(registries.map(({ registry, host }) => [registry, host]))),
    ...outputsByProject(begun),
  };
}

function describeImage({ project, outcome, digest, platforms, registries }: ImageReport): object {
  return {
    project,
    outcome,
    digest,
    platforms,
    registries: registries.map((registry) => ({
      registry: registry.registry,
      repository: registry.repository,
      outcome: registry.outcome,
      tags: registry.tags.filter((tag) => isSet(tag, registry)).map(({ tag }) => tag),
    })),
  };
}

function outputsByProject(images: readonly ImageReport[]): Outputs {
  const named = images.map((image) => ({ name: outputName(image.project), image }));
  const alone = named.filter(({ name }) => named.filter((other) => other.name === name).length === 1);
  return Object.fromEntries(
    alone.flatMap(({ name, image: { outcome, digest, platforms, registries } }) => {
      const isThere = digest !== undefined && (outcome === 'published' || outcome === 'upToDate');
      if (!isThere) return [];
      return [
        [`${name}-digest`, digest],
        [`${name}-platforms`, platforms.join(',')],
        [`${name}-repository`, registries[0]?.repository ?? ''],
      ];
    }),
  );
}

/** Names of outputs begin with a letter or `_` and contain letters, digits, `-` and `_`. */
function outputName(project: string): string {
  const name = project.replace(/[^\w-]+/g, '-').replace(/^-+/, '');
  return /^[A-Za-z_]/.test(name) ? name : `_${name}`;
}

/**
 * Outputs in the format of the file that `GITHUB_OUTPUT` names. A value cannot end early: its delimiter is random.
 *
 * @see https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands#multiline-strings
 */
export function formatGithubOutputs(outputs: Outputs): string {
  const end = `nx-oci-${randomUUID()}`;
  return Object.entries(outputs)
    .map(([name, value]) => `${name}<<${end}\n${value}\n${end}\n`)
    .join('');
}
