import { ANNOTATIONS, makeAnnotations } from '@nx-oci/model';

import { type GitFacts } from '../../git/read-git-facts';
import { parseOtherBases } from '../../engines/image/base-labels';
import { type ImageFacts } from './image-facts';

/**
 * The labels with the origin of an image: the same for every publish of a commit, on every machine.
 *
 * @param title for the user: the project's name.
 * @param release exact version, only if the commit is a release.
 */
export function stampLabels(git: GitFacts, title: string, release: string | undefined): Readonly<Record<string, string>> {
  return makeAnnotations({
    title,
    revision: git.commit,
    created: git.commitTime,
    version: release,
    source: git.sourceUrl,
    dirty: git.isDirty ? 'true' : undefined,
  });
}

/** Reads the facts back from labels or annotations, even if another tool wrote them. */
export function readFacts(labels: Readonly<Record<string, string>>): ImageFacts {
  const platform = labels[ANNOTATIONS.platform];
  const others = labels[ANNOTATIONS.bases];
  const updates = readCount(labels[ANNOTATIONS.baseUpdates]);
  return {
    project: labels[ANNOTATIONS.project],
    build: labels[ANNOTATIONS.build],
    source: labels[ANNOTATIONS.source],
    content: labels[ANNOTATIONS.content],
    revision: labels[ANNOTATIONS.revision],
    version: labels[ANNOTATIONS.version],
    created: labels[ANNOTATIONS.created],
    baseName: labels[ANNOTATIONS.baseName],
    baseDigest: labels[ANNOTATIONS.baseDigest],
    isDirty: labels[ANNOTATIONS.dirty] === 'true',
    ...(updates > 0 && { baseUpdates: updates }),
    ...(others !== undefined && { otherBases: parseOtherBases(others) }),
    ...(platform !== undefined && { platforms: [platform] }),
  };
}

/** 0 for what is not a small number: anything may have written the label. */
function readCount(text = ''): number {
  return /^[1-9]\d{0,8}$/.test(text) ? Number(text) : 0;
}
