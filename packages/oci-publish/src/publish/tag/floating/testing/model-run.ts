import { type CommitOrder } from '../../../../git/compare-commits';
import { type RequestedTag } from '../../../../tags/compute-tags';
import { planDestination } from '../../../plan/plan-destination';
import { isFound } from '../../../destination/unknown-tags';
import { isChange } from '../../../plan/plan-tag';
import { type PreparedImage } from '../../../plan/prepare-image';
import { setTags, type TaggedRepository } from '../../set-tags';
import { type MoveContext } from '../advance-tag';
import { type OrderResolver } from '../decide-move';
import { type ModelImage, type ModelRegistry } from './model-registry';

/** A commit of the model's history: the position on its line, which is also its time. */
export interface ModelCommit {
  readonly line: string;
  readonly position: number;
}

/** What one run publishes. */
export interface ModelRun {
  readonly commit: ModelCommit;
  /** A run that only sets floating tags to the image of that commit, on a newer base: the first such base, the second, … */
  readonly baseUpdates?: number;
  /** Of a release. */
  readonly version?: string;
  readonly floating: readonly FloatingName[];
}

export type FloatingName = 'latest' | 'v1' | 'main';

/** A run that checks its tags again, or one that does not. */
export type Diligence = 'looksAgain' | 'writesOnce';

class EndsHere extends Error {}

export function imageOf({ commit: { line, position }, version, baseUpdates }: ModelRun): ModelImage {
  const revision = `${line}-${position}`;
  const created = new Date(position * 1000).toISOString();
  const names = [`sha-${revision}`, ...(version === undefined ? [] : [`v${version}`])];
  const name = `${revision} ${version ?? ''} ${baseUpdates ?? ''}`;
  return { name, immutableTags: baseUpdates === undefined ? names : [], facts: { revision, created, version, baseUpdates } };
}

export function compareModelCommits(ours: string, theirs: string): CommitOrder {
  const [ourLine = '', ourPosition = 0] = ours.split('-');
  const [theirLine = '', theirPosition = 0] = theirs.split('-');
  if (ours === theirs) return 'same';
  if (ourLine !== theirLine) return 'diverged';
  return Number(ourPosition) > Number(theirPosition) ? 'descendant' : 'ancestor';
}

/** Publishes like `nx-oci:publish`, starting with the first lookup, against the model's registry. */
export async function publishModel(id: number, run: ModelRun, registry: ModelRegistry, diligence: Diligence): Promise<void> {
  const store = registry.seenBy(id);
  const image = imageOf(run);
  const manifest = registry.add(image);
  const resolver: OrderResolver = {
    compareCommits: (ours, theirs) => Promise.resolve(compareModelCommits(ours, theirs)),
    factsOf: (_store, digest) => Promise.resolve(registry.factsOf(digest)),
    unknownTarget: 'move',
  };
  const plan = await planModel(run, image, store, { digest: manifest.descriptor.digest, resolver });
  if (plan === undefined) return;
  const tags = plan.tags
    .filter(isChange)
    .map(({ tag, isFloating }) => ({ repository: store, manifest, tag, isFloating, guard: plan.guards.get(tag) }));
  const sleep = (): Promise<void> =>
    diligence === 'writesOnce'
      ? Promise.reject(new EndsHere())
      : new Promise((resolve) => {
          registry.pending.push({ run: id, kind: 'sleep', happen: resolve });
        });
  const never = new AbortController().signal;
  const context: MoveContext = { ...resolver, settleMs: 2000, clock: { now: () => 0, sleep, deadline: () => never } };
  try {
    await setTags(tags, context);
  } catch (error) {
    if (!(error instanceof EndsHere)) throw error;
  }
}

interface Planning {
  readonly digest: ReturnType<ModelRegistry['add']>['descriptor']['digest'];
  readonly resolver: OrderResolver;
}

/** Looks up every tag and plans; `undefined` if one of our immutable tags points to another image. */
async function planModel(run: ModelRun, image: ModelImage, store: TaggedRepository, { digest, resolver }: Planning) {
  const tags = wantedTags(run, image);
  const listing = run.version === undefined ? Promise.resolve(undefined) : store.listTags().then(({ names }) => ({ names, isWhole: true }));
  const seen = await Promise.all(tags.map(async ({ tag }) => [tag, await store.resolve(tag)] as const));
  const isTaken = seen.some(([tag, there]) => image.immutableTags.includes(tag) && isFound(there) && there.digest !== digest);
  if (isTaken) return undefined;
  // Only the parts of an image, a destination and git that the plan reads.
  const prepared = {
    image: { facts: image.facts, platforms: [{ platform: 'linux/amd64' }] },
    tags: { tags, skipped: [] },
    tagsByRegistry: new Map(),
    version: { release: run.version },
    git: { isDirty: false, isOnDefaultBranch: true },
    task: { rules: [], registryRules: new Map(), isForced: false },
  } as unknown as PreparedImage;
  const destination = { entry: { guard: true }, repository: store } as unknown as Parameters<typeof planDestination>[1]['destination'];
  const observed = { destination, tags: new Map(seen), hasContent: true, names: await listing };
  return planDestination(prepared, observed, { digest }, resolver);
}

function wantedTags({ floating }: ModelRun, { immutableTags }: ModelImage): readonly RequestedTag[] {
  const scopes = { latest: 'latest', v1: 'major', main: 'commit' } as const;
  return [
    ...immutableTags.map((tag) => ({ tag, rule: 'x', isFloating: false, scope: 'commit' }) as const),
    ...floating.map((tag) => ({ tag, rule: tag, isFloating: true, scope: scopes[tag] })),
  ];
}
