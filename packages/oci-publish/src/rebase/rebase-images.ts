import { OciError, type CopySummary, type Digest } from '@nx-oci/model';

import { attemptAll, errorsOf, valuesOf } from '../publish/destination/attempt-all';
import { joinErrors } from '../publish/destination/collect-or-throw';
import { BaseTags } from '../publish/image/base-tags';
import { openDestination } from '../publish/image/open-destination';
import { type Destination } from '../publish/destination/destination';
import { isFound } from '../publish/destination/unknown-tags';
import { type NamedImage } from '../publish/plan/prepare-image';
import { sendImage } from '../publish/stage/send-image';
import { systemClock } from '../publish/tag/floating/clock';
import { createOrderResolver } from '../publish/tag/floating/create-order-resolver';
import { type MoveOutcome } from '../publish/tag/floating/move-outcome';
import { setTags, type TagToSet } from '../publish/tag/set-tags';
import { DEFAULT_SETTLE_MS } from '../publish/tag/tag-groups';
import { rulesIn } from '../publish/task/task-rules';
import { findVersionNames } from '../tags/find-version-names';
import { findCandidates, type LeftImage } from './find-candidates';
import { RebaseMaker, type RebasedCandidate } from './make-rebased';
import { type RebaseContext } from './rebase-context';

/** What became of the images of a rebase. */
export interface RebaseResult {
  readonly rebased: readonly StagedRebase[];
  /** The final state of guarded tags; the others are set. */
  readonly outcomes: readonly MoveOutcome[];
  readonly left: readonly LeftImage[];
}

export interface StagedRebase extends RebasedCandidate {
  /** Open for writing. */
  readonly target: Destination;
  readonly sent: CopySummary;
}

const NOTHING = 'Nothing was changed';

/**
 * Puts published images from files on the newest version of their bases, without a build: find → make → test → stage → tag, all
 * of them or none. Only floating tags move: those that a publish from here would move.
 *
 * @throws OciError with all problems; no tag has moved then, unless tags failed.
 */
export async function rebaseImages(images: readonly NamedImage[], context: RebaseContext): Promise<RebaseResult> {
  const { client, signal } = context;
  const bases = new BaseTags(client);
  const found = await runPhase(NOTHING, images, (named) => findCandidates(named, bases, signal));
  const maker = new RebaseMaker(bases, signal);
  const made = await runPhase(
    NOTHING,
    found.flatMap(({ candidates }) => candidates),
    (candidate) => maker.make(candidate),
  );
  const rebased = made.flatMap((one) => ('kind' in one ? [] : [one]));
  const left = [...found.flatMap((one) => one.left), ...made.flatMap((one) => ('kind' in one ? [one] : []))];
  if (context.isDryRun) return { rebased: rebased.map((one) => ({ ...one, target: one.destination, sent: NONE })), outcomes: [], left };
  await runPhase(NOTHING, eachImageOnce(rebased), ({ made: image }) => context.test(image));
  const staged = await runPhase('No tag has moved', rebased, (one) => stage(one, rebased.length === 1, context));
  if (staged.length === 0) return { rebased: [], outcomes: [], left };
  if (signal?.aborted === true)
    throw new OciError('ABORTED', 'All images are staged, but no tag has moved: the rebase was stopped.', {
      hint: 'Run it again: nothing is uploaded twice.',
    });
  context.passPointOfNoReturn?.();
  const { toSet, held } = await withoutMovedTags(staged.flatMap(tagsToSet), signal);
  const outcomes = await setTags(
    toSet.map(({ tag }) => tag),
    moveContextOf(context),
  );
  return { rebased: staged, outcomes: [...outcomes, ...held], left };
}

/** Without a guard, a tag that another run has moved meanwhile would get an image that is older than the one it has. */
async function withoutMovedTags(
  wanted: readonly RebasedTag[],
  signal: AbortSignal | undefined,
): Promise<{ readonly toSet: readonly RebasedTag[]; readonly held: readonly MoveOutcome[] }> {
  const looked = await Promise.all(
    wanted.map(async (one) => {
      if (one.tag.guard !== undefined) return { one };
      const { repository, tag } = one.tag;
      const there = await repository.resolve(tag, { signal });
      if (isFound(there) && there.digest === one.from) return { one };
      const name = `${repository.registry}/${repository.repository}`;
      return { held: { repository: name, tag, kind: 'held' as const, reason: 'another run has moved it meanwhile' } };
    }),
  );
  return {
    toSet: looked.flatMap(({ one }) => (one === undefined ? [] : [one])),
    held: looked.flatMap(({ held }) => (held === undefined ? [] : [held])),
  };
}

interface RebasedTag {
  readonly tag: TagToSet;
  /** What it pointed at. */
  readonly from: Digest;
}

const NONE: CopySummary = { uploaded: { count: 0, bytes: 0 }, mounted: { count: 0, bytes: 0 }, present: { count: 0, bytes: 0 } };

/** A phase ends for all images before the next begins, and one failure ends the run. */
async function runPhase<Input, Output>(
  otherwise: string,
  inputs: readonly Input[],
  phase: (input: Input) => Promise<Output>,
): Promise<readonly Output[]> {
  const attempts = await attemptAll(inputs, phase);
  const errors = errorsOf(attempts);
  if (errors.length > 0) throw joinErrors(otherwise, errors);
  return valuesOf(attempts);
}

/** The same image in several registries is tested once. */
function eachImageOnce(rebased: readonly RebasedCandidate[]): readonly RebasedCandidate[] {
  return [...new Map(rebased.map((one) => [one.made.digest, one])).values()];
}

async function stage(
  rebased: RebasedCandidate,
  isAlone: boolean,
  { client, memory, watcher, signal }: RebaseContext,
): Promise<StagedRebase> {
  const { destination, contents, mountSource, made, root, present } = rebased;
  const { entry, repository: at } = destination;
  const { registry, repository } = at;
  const target = openDestination({ entry, registry, repository }, { contents, mountSource }, { client, memory });
  const sent = await sendImage({ source: made.source, root: root.descriptor, base: mountSource }, target, {
    here: present,
    memory,
    isManifestHeldBack: isAlone,
    ...(watcher && { watcher }),
    ...(signal && { signal }),
  });
  return { ...rebased, target, sent };
}

function tagsToSet({ named, target, tags, root, image, platformNames, baseUpdates }: StagedRebase): readonly RebasedTag[] {
  const { version, revision, created } = image.facts;
  const isGuarded = target.entry.guard && !named.task.isForced;
  const facts = { version, revision, created, baseUpdates };
  const rules = rulesIn(named.task, target.entry);
  return tags.map((wanted) => ({
    from: image.digest,
    tag: {
      repository: target.repository,
      manifest: root,
      tag: wanted.tag,
      isFloating: true,
      ...(isGuarded && { guard: { facts, platforms: platformNames, scope: wanted.scope, names: findVersionNames(wanted, rules) } }),
    },
  }));
}

function moveContextOf({ workspaceRoot, registries, signal }: RebaseContext) {
  const { settleMs = DEFAULT_SETTLE_MS, unknownTarget } = registries.publish;
  return { ...createOrderResolver({ workspaceRoot, unknownTarget, signal }), clock: systemClock, settleMs };
}
