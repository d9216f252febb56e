import { isOciError } from '@nx-oci/model';
import pLimit from 'p-limit';
import {
  memoize,
  type ChangesOf,
  changesReader,
  describeError,
  readTextIn,
  reasonForNoTag,
  reasonToHold,
  recentCommits,
  rulesIn,
  type Sides,
  tagFactsOf,
  type RequestedTag,
} from '@nx-oci/publish';

import { type PublishTarget } from '../nx-run/publish-targets';
import { findPublished, type Published } from './find-published';
import { type ImageStatus } from './plan-schema';
import { describePublished, findReasons, type SortedChanges } from './find-reasons';
import { followBases } from './follow-bases';
import { readOwnBases } from '../own-bases/read-own-bases';
import { BaseImageChecker, type CheckedBases } from './base-image-checker';
import { describeUnchecked } from './describe-reason';
import { nameUnbuilt, type NamingContext } from './name-unbuilt';
import { measureBuilds, type MeasureBuild } from './measure-build';
import { comparedInputs } from '../image-inputs/compared-inputs';
import { withParts } from '../image-inputs/image-parts';
import { ownChanges, type OwnChanges } from '../image-inputs/own-changes';
import { fileSorter } from '../image-inputs/sort-files';
import { watchFiles } from '../image-inputs/watch-files';
import { type WorkspaceGraph } from '../image-inputs/workspace-graph';

/** The context of a plan for all images of a workspace. */
export interface PlanImagesContext extends NamingContext {
  readonly graph: WorkspaceGraph;
  /** Whether nothing counts but base images that moved. Default false. */
  readonly onlyMovedBases?: boolean;
}

// If nothing was published for that long, a plan cannot help much.
const MAX_COMMITS = 2000;

// Hundreds of images may each have been published at a different commit.
const GIT_PROCESSES = 4;

/**
 * Decides for every image whether it needs publishing, and why: compares the images in its registries with this commit, each
 * since its last published commit. So the next run also publishes what a failed run left, whatever its base.
 *
 * Writes and builds nothing. A failure of one image only affects its own status.
 */
export async function planImages(targets: readonly PublishTarget[], context: PlanImagesContext): Promise<readonly ImageStatus[]> {
  const { workspaceRoot, graph, git, connection } = context;
  const limit = pLimit(GIT_PROCESSES);
  const sort = fileSorter(graph);
  const changesSince = changesReader(workspaceRoot, git.commit);
  const changes = new Map<string, Promise<SortedChanges>>();
  const look = async (revision: string, sides: Sides): Promise<SortedChanges> => {
    const found = await limit(() => changesSince(revision, sides));
    return found.kind === 'known' ? { files: sort(found.files) } : found;
  };
  const noTask = { taskGraph: { tasks: {}, dependencies: {}, continuousDependencies: {}, roots: [] }, readText: readTextIn(workspaceRoot) };
  const shared: Shared = {
    measure: measureBuilds({
      ...context,
      inputsOf: ({ project, taskId }, part) => comparedInputs(graph, { project, target: taskId.slice(project.length + 1) }, noTask, part),
    }),
    ownChanges: ownChanges(graph, readTextIn(workspaceRoot)),
    bases: new BaseImageChecker(connection.client),
    askCommits: memoize(() => recentCommits(workspaceRoot, MAX_COMMITS)),
    changesSince: (revision, sides) => {
      const key = `${sides} ${revision}`;
      const found = changes.get(key) ?? look(revision, sides);
      changes.set(key, found);
      return found;
    },
  };
  const [statuses, { all }] = await Promise.all([
    Promise.all(targets.map((target) => planImage(target, shared, context))),
    readOwnBases(graph.projects, { workspaceRoot, env: context.env, readText: readTextIn(workspaceRoot) }),
  ]);
  // A base that is published anew moves its tag: then its own turn has come.
  return context.onlyMovedBases === true ? statuses : followBases(statuses, all);
}

interface Shared {
  readonly measure: MeasureBuild;
  readonly ownChanges: OwnChanges;
  readonly bases: BaseImageChecker;
  readonly askCommits: () => Promise<readonly string[]>;
  readonly changesSince: (revision: string, sides: Sides) => Promise<SortedChanges>;
}

async function planImage(publish: PublishTarget, shared: Shared, context: PlanImagesContext): Promise<ImageStatus> {
  const { project, target } = publish;
  const names = { project, target };
  try {
    const asked = { ...publish, ...withParts(context.graph, { project, target }) };
    const changesOf: ChangesOf = (task, changed) => shared.ownChanges(task.project, target, changed);
    const named = await nameUnbuilt(asked, changesOf, context);
    const { notice } = named.version;
    const common = { ...names, ...(notice !== undefined && { notice }) };
    const skipped = reasonForNoTag(named);
    if (skipped !== undefined) return { ...common, outcome: 'skipped', reasons: [], text: skipped, published: [] };
    const { env, nowMs } = context;
    const { git } = named;
    const facts = tagFactsOf({ project, git, version: named.version, content: undefined, env, nowMs });
    const published = await Promise.all(
      named.destinations.map((destination) => {
        const { entry } = destination;
        const holding = { git, isRelease: named.version.release !== undefined, isForced: named.task.isForced, isGuarded: entry.guard };
        const isHeld = (wanted: RequestedTag): boolean => reasonToHold(wanted, holding) !== undefined;
        return findPublished({ destination, rules: rulesIn(named.task, entry), facts, isHeld, askCommits: shared.askCommits });
      }),
    );
    const bases = await shared.bases.check(published.flatMap(({ compared }) => compared.map((image) => image.facts)));
    const { unchecked } = bases;
    const unsure = unchecked.length === 0 ? {} : { uncheckedBases: unchecked };
    if (context.onlyMovedBases === true) {
      return {
        ...common,
        ...judgeBases(bases, published),
        ...unsure,
        published: published.map((one) => describePublished(one, undefined)),
      };
    }
    const causes = await findReasons(published, {
      watched: watchFiles(context.graph, project, target, readTextIn(context.workspaceRoot)),
      changesSince: shared.changesSince,
    });
    const reasons = [...causes, ...bases.moved];
    const sizeBytes = await shared.measure(named, reasons);
    return {
      ...common,
      outcome: reasons.length === 0 ? 'upToDate' : 'publish',
      reasons,
      ...unsure,
      ...(sizeBytes !== undefined && { sizeBytes }),
      published: published.map((one) => describePublished(one, sizeBytes)),
    };
  } catch (error) {
    if (!isOciError(error)) throw error;
    return { ...names, outcome: 'failed', reasons: [], text: describeError(error), published: [] };
  }
}

/** The outcome of a plan in which only bases count: an image whose base could not be checked failed. */
function judgeBases(
  { moved, unchecked }: CheckedBases,
  published: readonly Published[],
): Pick<ImageStatus, 'outcome' | 'reasons' | 'text'> {
  if (moved.length > 0) return { outcome: 'publish', reasons: moved };
  if (published.every(({ compared }) => compared.length === 0)) return { outcome: 'skipped', reasons: [], text: 'not published yet' };
  if (unchecked.length === 0) return { outcome: 'upToDate', reasons: [] };
  return { outcome: 'failed', reasons: [], text: unchecked.map((base) => `It is unknown whether ${describeUnchecked(base)}`).join('\n') };
}
