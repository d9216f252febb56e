import { type ExecutorContext } from '@nx/devkit';
import {
  type CommitFacts,
  type Connection,
  findInReport,
  findPublishedBy,
  imageName,
  memoize,
  memorizeManifests,
  nameImage,
  type NormalizedTask,
  normalizeTask,
  pinnable,
  type PinnableImage,
  planUnbuiltImage,
  readReport,
  type Registries,
  repositoryOf,
} from '@nx-oci/publish';
import { isOciError } from '@nx-oci/model';

import { findPublishTargets, type PublishTarget } from '../../nx-run/publish-targets';
import { releasePatternsOf } from '../../release/release-patterns-of';

/** A publish target with complete options. */
export interface PublishedTarget {
  readonly task: NormalizedTask;
  /** Whether its publish ran in this run, before the pin. */
  readonly isOfThisRun: boolean;
}

export interface FoundTargets {
  readonly targets: readonly PublishedTarget[];
  /** Problems of publish targets. */
  readonly problems: readonly string[];
}

/**
 * All images that the workspace publishes; those of this run first.
 *
 * @param names entries of `registries`, instead of those that the targets publish to.
 */
export function findTargets(context: ExecutorContext, registries: Registries, names?: readonly string[]): FoundTargets {
  const ran = new Set(Object.values(context.taskGraph?.tasks ?? {}).map(({ target }) => `${target.project}:${target.target}`));
  const isOfThisRun = ({ taskId }: PublishTarget): boolean => ran.has(taskId);
  const all = findPublishTargets(context.projectsConfigurations.projects);
  const problems: string[] = [];
  const targets = [...all.filter(isOfThisRun), ...all.filter((target) => !isOfThisRun(target))].flatMap((target) => {
    try {
      const chosen = names === undefined ? target : { ...target, options: { ...target.options, registries: names } };
      return [{ task: normalizeTask(chosen, registries, process.env), isOfThisRun: isOfThisRun(target) }];
    } catch (error) {
      if (!isOciError(error)) throw error;
      problems.push([error.message, error.hint].filter((text) => text !== undefined).join('\n  → '));
      return [];
    }
  });
  return { targets, problems: [...new Set(problems)] };
}

export interface ImagesContext {
  readonly nx: ExecutorContext;
  readonly connection: Connection;
  readonly git: CommitFacts;
  readonly nowMs: number;
}

/** The images of publish targets in all of their registries, each once. */
export function imagesOf(targets: readonly PublishedTarget[], context: ImagesContext): readonly PinnableImage[] {
  const images = targets.flatMap((target) => imagesOfTarget(target, context));
  return [...new Map(images.toReversed().map((image) => [image.name, image])).values()].toReversed();
}

function imagesOfTarget({ task, isOfThisRun }: PublishedTarget, { nx, connection, git, nowMs }: ImagesContext): readonly PinnableImage[] {
  const { root: workspaceRoot } = nx;
  const { project } = task;
  const { env } = process;
  const destinations = task.registries.map((entry) => ({
    entry,
    repository: memorizeManifests(connection.client.repository(repositoryOf(entry, task.image))),
  }));
  const askReport = memoize(() => readReport(workspaceRoot, project));
  const askName = memoize(() => {
    const opened = { task, folder: '', built: planUnbuiltImage(project), destinations };
    const patterns = releasePatternsOf(nx.projectsConfigurations, nx.nxJsonConfiguration);
    // What was published from this commit: changes since then, such as those of a pin, do not count.
    return nameImage(opened, { workspaceRoot, env, git: Promise.resolve(git), changesOf: () => [], releasePatternsOf: patterns, nowMs });
  });
  return destinations.map((destination) =>
    pinnable({ project, name: imageName(destination.repository), destination }, async () => {
      const report = isOfThisRun ? await askReport() : undefined;
      // A publish that was skipped here, as on another branch, leaves what was published before.
      if (report !== undefined && report.outcome !== 'skipped') return findInReport(report, destination);
      return findPublishedBy(await askName(), { workspaceRoot, env, nowMs, destination });
    }),
  );
}
