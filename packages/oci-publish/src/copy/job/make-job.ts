import { formatReference, isOciError, isTag, quote, type ImageReference, type Platform } from '@nx-oci/model';

import { type RegistryEntry } from '../../configuration/registry-entry';
import { repositoryOf } from '../../configuration/repository-of';
import { type CopyJob, type CopyTarget } from './copy-job';
import { entryFor, type TargetWord } from './read-target';
import { findSecretNames } from '../../secrets/refuse-secret-names';
import { type ReportProblem } from './interpolate';

const OFFICIAL_IMAGE = /^library\//;

/** A requested copy after parsing, before default names and tags are added. */
export interface RequestedCopy {
  /** Its name in messages. */
  readonly name: string;
  readonly source: ImageReference;
  /** Empty: the repository of the source. */
  readonly to: readonly TargetWord[];
  /** Empty: the tag of the source. */
  readonly tags: readonly string[];
  readonly image: string | undefined;
  readonly platforms: readonly Platform[];
}

/** Adds the image names and tags that follow from the source. */
export function makeJob(wanted: RequestedCopy, known: readonly RegistryEntry[], reportProblem: ReportProblem): CopyJob {
  const { source, platforms } = wanted;
  for (const tag of wanted.tags.filter((tag) => !isTag(tag))) {
    reportProblem(
      `\`tags\`: ${quote(tag)} is not a valid tag → use 1 to 128 of A–Z a–z 0–9 _ . - and begin with a letter, a digit or _; rules such as \`sha\` are for publish`,
    );
  }
  const words: readonly TargetWord[] =
    wanted.to.length > 0 ? wanted.to : [{ kind: 'reference', reference: { registry: source.registry, repository: source.repository } }];
  const targets = words.flatMap((word) => {
    const target = repositoryFor(word, wanted, { known, reportProblem });
    return target === undefined ? [] : [{ ...target, tags: tagsOf(word, wanted, reportProblem) }];
  });
  const names = targets.flatMap(({ registry, repository, tags }) => [
    { kind: 'repository', text: `${registry}/${repository}` },
    ...tags.map((tag) => ({ kind: 'tag', text: tag })),
  ]);
  findSecretNames(names).forEach(reportProblem);
  return { source, targets, platforms };
}

interface NamingContext {
  readonly known: readonly RegistryEntry[];
  readonly reportProblem: ReportProblem;
}

function repositoryFor(
  word: TargetWord,
  wanted: RequestedCopy,
  { known, reportProblem }: NamingContext,
): Omit<CopyTarget, 'tags'> | undefined {
  if (word.kind === 'reference') {
    const { registry, repository } = word.reference;
    return { entry: entryFor(word.reference, known), registry, repository };
  }
  try {
    return { entry: word.entry, ...repositoryOf(word.entry, wanted.image ?? chooseImageName(wanted.source, known)) };
  } catch (error) {
    if (!isOciError(error)) throw error;
    reportProblem(`${error.message} → ${error.hint ?? 'correct it'}`);
    return undefined;
  }
}

function tagsOf(word: TargetWord, { name, source, tags }: RequestedCopy, reportProblem: ReportProblem): readonly string[] {
  const own = word.kind === 'reference' ? word.reference.tag : undefined;
  const named = [...(own === undefined ? [] : [own]), ...tags];
  if (named.length > 0) return [...new Set(named)];
  if (source.tag !== undefined) return [source.tag];
  reportProblem(`${name}: ${formatReference(source)} has a digest but no tag → add a tag for the copy: repository:tag@sha256:…`);
  return [];
}

/**
 * The name that a copy has below a registry's namespace.
 *
 * An image below the namespace of a known registry keeps its name below that namespace: `dev/team/api`, promoted to a registry with
 * the namespace `prod`, becomes `prod/api`. Any other image keeps its whole path (without `library/` of Docker Hub), so that
 * two images of different owners never share a name.
 */
function chooseImageName({ registry, repository }: ImageReference, known: readonly RegistryEntry[]): string {
  const prefixes = known
    .filter(({ host, namespace }) => host === registry && repository.startsWith(`${namespace}/`))
    .map(({ namespace }) => namespace.length + 1);
  if (prefixes.length > 0) return repository.slice(Math.max(...prefixes));
  return registry === 'docker.io' ? repository.replace(OFFICIAL_IMAGE, '') : repository;
}
