import { type Destination } from '../../publish/destination/destination';
import { type PublishedImage } from '../../publish/image/image-facts';
import { type NamedImage, tagsIn } from '../../publish/plan/prepare-image';
import { tagFactsOf } from '../../publish/plan/tag-facts-of';
import { rulesIn } from '../../publish/task/task-rules';
import { computeTags, type RequestedTag } from '../../tags/compute-tags';
import { findInRegistry } from './find-in-registry';
import { type FoundImage } from './found-image';

export interface NamedQuery {
  readonly workspaceRoot: string;
  readonly env: NodeJS.ProcessEnv;
  readonly nowMs: number;
  readonly destination: Destination;
}

/** Finds in a registry what a publish of the checked-out commit set, or left because the commit does not change the image. */
export function findPublishedBy(named: NamedImage, { workspaceRoot, env, nowMs, destination }: NamedQuery): Promise<FoundImage> {
  const { task, git, version } = named;
  const { tags } = tagsIn(named, destination);
  const facts = tagFactsOf({ project: task.project, git, version, content: undefined, env, nowMs });
  const known = new Set(tags.map(({ tag }) => tag));
  const namesOf = ({ facts: { revision, created, version: exact } }: PublishedImage): readonly string[] => {
    const version = exact === undefined ? [] : [`${task.versionPrefix}${exact.replaceAll('+', '_')}`];
    if (revision === undefined) return version;
    const then = computeTags(rulesIn(task, destination.entry), { ...facts, commit: revision, commitTime: created ?? facts.commitTime });
    return [...version, ...lasting(then.tags).filter((tag) => !known.has(tag))];
  };
  const { release, line } = version;
  const released =
    release === undefined && line !== undefined
      ? computeTags(rulesIn(task, destination.entry), { ...facts, version: { ...version, release: line } })
      : undefined;
  const nearest = lasting(released?.tags ?? []).filter((tag) => !known.has(tag));
  const head = {
    ...(version.release !== undefined && { version: version.release }),
    ...(git.commit !== undefined && { revision: git.commit }),
    ...(git.commitTime !== undefined && { created: git.commitTime }),
  };
  return findInRegistry({ workspaceRoot, project: task.project, destination, tags, nearest, namesOf, head });
}

function lasting(tags: readonly RequestedTag[]): readonly string[] {
  return tags.filter(({ isFloating, isContentAddressed }) => !isFloating && isContentAddressed !== true).map(({ tag }) => tag);
}
