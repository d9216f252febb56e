import { isDigest } from '@nx-oci/model';

import { compareCommits } from '../../git/compare-commits';
import { compareImages } from '../../tags/compare-images';
import { reasonForPlatform } from '../../tags/compare-platforms';
import { type PublishedImage } from '../../publish/image/image-facts';
import { readPublishedImage } from '../../publish/image/read-published-image';
import { type Place, type PinnedName } from '../places/place';
import { chooseTag, type TagChoice } from './choose-tag';
import { type CurrentImage, type PinnableImage } from './found-image';
import { isNewerByName } from './is-newer-by-name';

/** What happens to a place. */
export type PinDecision =
  | { readonly kind: 'pin'; readonly pin: PinnedName; readonly notice?: string }
  | { readonly kind: 'upToDate' }
  /** Another image with the same layers and configuration: nothing would run differently. */
  | { readonly kind: 'unchanged' }
  | { readonly kind: 'held'; readonly reason: string };

export interface DecideOptions {
  readonly workspaceRoot: string;
  readonly tag: TagChoice;
  /** Also to an older image. */
  readonly isForced: boolean;
}

export interface PinQuestion {
  readonly place: Pick<Place, 'tag' | 'digest'>;
  readonly image: PinnableImage;
  readonly found: CurrentImage;
}

/**
 * Decides whether a place gets the published image: only forward, in the order of floating tags, and not where what it names has
 * the same content.
 */
export async function decidePin(question: PinQuestion, options: DecideOptions): Promise<PinDecision> {
  const { place, image, found } = question;
  if (place.digest === found.digest) return { kind: 'upToDate' };
  const { repository, entry } = image.destination;
  const isGuarded = entry.guard && !options.isForced;
  if (isGuarded && found.facts.isDirty) return { kind: 'held', reason: 'it was published with uncommitted changes' };
  const reference = place.digest !== undefined && isDigest(place.digest) ? place.digest : place.tag;
  const theirs = reference === undefined ? undefined : await readPublishedImage(repository, reference, { withPlatforms: true });
  const isGone = reference !== undefined && theirs === undefined;
  if (isGone && isGuarded && isNewerByName(place.tag, found.facts.version))
    return { kind: 'held', reason: `its tag ${place.tag ?? ''} names a newer version, whose image is not there` };
  let notice = isGone ? 'what it named is not there, so that its age is unknown' : undefined;
  if (theirs !== undefined && theirs.digest !== found.digest) {
    if (place.digest !== undefined && hasSameContent(theirs, found)) return { kind: 'unchanged' };
    const { reason, warning } = await compareWith(theirs, question, { ...options, isGuarded });
    if (reason !== undefined) return { kind: 'held', reason };
    notice = warning;
  }
  const pin = await chooseTag({ image, found, written: place.tag, choice: options.tag });
  return { kind: 'pin', pin, ...(notice !== undefined && { notice }) };
}

function hasSameContent({ facts }: PublishedImage, found: CurrentImage): boolean {
  return facts.content !== undefined && facts.content === found.facts.content && facts.project === found.facts.project;
}

interface Comparison {
  /** Why the place keeps what it has. */
  readonly reason?: string;
  /** A doubt about the move. */
  readonly warning?: string;
}

async function compareWith(
  { facts: theirs }: PublishedImage,
  { found: { facts: ours } }: PinQuestion,
  { workspaceRoot, isGuarded, isForced }: DecideOptions & { readonly isGuarded: boolean },
): Promise<Comparison> {
  let warning: string | undefined;
  if (isGuarded) {
    const isComparable = ours.revision !== undefined && theirs.revision !== undefined;
    const commits = isComparable ? await compareCommits(workspaceRoot, ours.revision, theirs.revision) : 'unknown';
    const order = compareImages({ ours, theirs, commits, scope: 'latest' });
    if (!order.move) return { reason: order.reason };
    warning = order.warning;
  }
  const reason = isForced ? undefined : reasonForPlatform({ theirs: theirs.platforms, next: ours.platforms });
  return { ...(reason !== undefined && { reason }), ...(warning !== undefined && { warning }) };
}
