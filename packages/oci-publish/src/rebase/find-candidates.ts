import { type Digest } from '@nx-oci/model';

import { type BaseTags } from '../publish/image/base-tags';
import { basesOf, type UsedBase } from '../publish/image/base-facts';
import { type PublishedImage } from '../publish/image/image-facts';
import { readPublishedImage } from '../publish/image/read-published-image';
import { describeDestination, type Destination } from '../publish/destination/destination';
import { isFound, refuseUnknown } from '../publish/destination/unknown-tags';
import { tagsIn, type NamedImage } from '../publish/plan/prepare-image';
import { reasonToHold } from '../tags/reason-to-hold';
import { type RequestedTag } from '../tags/compute-tags';

/** A published image whose base moved, and the floating tags that point at it. */
export interface RebaseCandidate {
  readonly named: NamedImage;
  readonly destination: Destination;
  readonly tags: readonly RequestedTag[];
  readonly image: PublishedImage;
  readonly moved: MovedBase;
}

export interface MovedBase {
  readonly reference: string;
  readonly from: string;
  readonly to: Digest;
}

/** An image that is left as it is, and why. */
export interface LeftImage {
  readonly project: string;
  /** `host/namespace/image:tag` */
  readonly place: string;
  /** `rebuild`: its base moved, and only a build can renew it. `unknown`: it is unknown whether its base moved. */
  readonly kind: 'rebuild' | 'unknown';
  readonly why: string;
}

export interface FoundImages {
  readonly candidates: readonly RebaseCandidate[];
  readonly left: readonly LeftImage[];
}

/** Finds what the floating tags point at that a publish from here would move, and whose base moved. Writes nothing. */
export async function findCandidates(named: NamedImage, bases: BaseTags, signal: AbortSignal | undefined): Promise<FoundImages> {
  const found = await Promise.all(named.destinations.map((destination) => findAt(named, destination, { bases, signal })));
  return { candidates: found.flatMap(({ candidates }) => candidates), left: found.flatMap(({ left }) => left) };
}

interface Search {
  readonly bases: BaseTags;
  readonly signal: AbortSignal | undefined;
}

async function findAt(named: NamedImage, destination: Destination, { bases, signal }: Search): Promise<FoundImages> {
  const { task, git, version } = named;
  const { entry, repository } = destination;
  const holding = { git, isRelease: version.release !== undefined, isForced: task.isForced, isGuarded: entry.guard };
  const floating = tagsIn(named, destination).tags.filter(
    (tag) => tag.isFloating && tag.isContentAddressed !== true && reasonToHold(tag, holding) === undefined,
  );
  const byDigest = new Map<Digest, RequestedTag[]>();
  for (const tag of floating) {
    const there = await repository.resolve(tag.tag, { signal });
    if (there === 'unknown') throw refuseUnknown(describeDestination(destination), [tag.tag]);
    if (isFound(there)) byDigest.set(there.digest, [...(byDigest.get(there.digest) ?? []), tag]);
  }
  const candidates: RebaseCandidate[] = [];
  const left: LeftImage[] = [];
  for (const [digest, tags] of byDigest) {
    const image = await readPublishedImage(repository, digest, { signal });
    // An image of another project, or of another tool.
    if (image === undefined || image.facts.project !== task.project) continue;
    const place = `${describeDestination(destination)}:${tags[0]?.tag ?? ''}`;
    const found = await judge(image, bases);
    if (found === undefined) continue;
    if ('why' in found) left.push({ project: task.project, place, ...found });
    else candidates.push({ named, destination, tags, image, moved: found });
  }
  return { candidates, left };
}

type Judgement = MovedBase | Pick<LeftImage, 'kind' | 'why'> | undefined;

async function judge({ facts }: PublishedImage, bases: BaseTags): Promise<Judgement> {
  const used = basesOf(facts);
  const states = await Promise.all(used.map(async (base: UsedBase) => ({ base, state: await bases.compare(base) })));
  const moved = states.flatMap(({ base, state }) =>
    state.kind === 'moved' ? [{ reference: base.reference, from: state.from, to: state.to }] : [],
  );
  const unknown = states.flatMap(({ base, state }) => (state.kind === 'unknown' ? [`${base.reference}: ${state.why}`] : []));
  const [first] = moved;
  if (first === undefined) return unknown.length === 0 ? undefined : { kind: 'unknown', why: unknown.join('; ') };
  if (facts.isDirty) return { kind: 'rebuild', why: 'it was built from uncommitted changes' };
  if (facts.otherBases !== undefined || first.reference !== facts.baseName)
    return { kind: 'rebuild', why: 'it was built from a Dockerfile, or on an image of the workspace' };
  return first;
}
