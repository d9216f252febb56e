import { isDigest } from '@nx-oci/model';

import type { Answer } from '../http/answer';
import { withoutParameters } from '../http/without-parameters';
import { refuse } from '../http/protocol-error';
import { readTag } from '../repositories/tag-records';
import type { ProfileSettings, Quirk, TagPattern, Visit } from './registry-profile';

/** The refused tag, for the answer. */
export interface ImmutableTag {
  readonly repository: string;
  readonly tag: string;
}

/**
 * Refuses to write an immutable tag again, even with the same digest: ECR does that; for others it is unknown, and clients that
 * handle it also handle the milder behaviour.
 */
export function keepImmutableTags({ immutableTags }: ProfileSettings, answer: (kept: ImmutableTag) => Answer): Quirk {
  return async (visit, next) => {
    const { request, route } = visit;
    const isWrite = route.noun === 'manifest' && (request.method === 'PUT' || request.method === 'DELETE') && !isDigest(route.reference);
    const isKept = isWrite && immutableTags !== undefined && matches(immutableTags, route.reference) && (await isTagThere(visit));
    return isKept ? answer({ repository: route.repository, tag: route.reference }) : next();
  };
}

async function isTagThere({ state, route }: Visit): Promise<boolean> {
  return (await readTag(state.storage, route.repository, route.reference)) !== undefined;
}

function matches(pattern: TagPattern, text: string): boolean {
  // A pattern with the flag g or y remembers its last position.
  if (pattern.lastIndex !== undefined) pattern.lastIndex = 0;
  return pattern.test(text);
}

/** Does not support several tags per push: stores the manifest, sets no tag, and echoes none. */
export const ignoreTagParameters: Quirk = ({ request, route }, next) =>
  next(route.noun === 'manifest' ? withoutParameters(request, 'tag') : request);

/** Deletes manifests by digest only. */
export const deleteByDigestOnly: Quirk = ({ request, route }, next) => {
  const isTagDelete = route.noun === 'manifest' && request.method === 'DELETE' && !isDigest(route.reference);
  return isTagDelete ? Promise.resolve(refuse('UNSUPPORTED', 'The operation is unsupported.')) : next();
};
