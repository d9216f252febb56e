import { type EncodedManifest, type TransferOptions } from '@nx-oci/model';

import { taggedManifestUrl } from './host/endpoints';
import { pushManifest } from './manifest-push';
import { nameOf } from './manifests/manifests';
import { putManifest } from './manifests/put-manifest';
import { linkToSubject } from './referrers/link-referrers';
import { operate, type RepositoryContext } from './requests/repository-context';
import { refuseUnfit } from './manifests/store-manifest';
import { FailedAttempt } from './attempts/failed-attempt';

// Every registry with this endpoint takes as many.
// See https://github.com/opencontainers/distribution-spec/pull/600
const MAX_TAGS_PER_REQUEST = 10;

/**
 * Points tags at a manifest, in as few requests as the registry allows: all in one where it echoes them, else one each.
 *
 * @param groups a group is set at once, and only when those before it are; one request may set them all.
 * @throws OciError as `pushManifest`
 */
export async function pushTags(
  context: RepositoryContext,
  manifest: EncodedManifest,
  groups: readonly (readonly string[])[],
  options: TransferOptions = {},
): Promise<void> {
  const set = new Set(await setTogether(context, manifest, groups.flat(), options));
  for (const group of groups) {
    await Promise.all(group.filter((tag) => !set.has(tag)).map((tag) => pushManifest(context, manifest, tag, options)));
  }
}

/** @returns the tags that the registry says it has set. */
async function setTogether(
  context: RepositoryContext,
  manifest: EncodedManifest,
  tags: readonly string[],
  { signal }: TransferOptions,
): Promise<readonly string[]> {
  const { facts, origin } = context.host;
  const part = tags.slice(0, MAX_TAGS_PER_REQUEST);
  if (part.length < 2 || !facts.mayTakeTags) return [];
  const { digest } = manifest.descriptor;
  refuseUnfit(context, manifest, digest);
  const stored = await operate(context, { doing: `push ${nameOf(context, part.join(', '))}`, signal }, async (either) => {
    try {
      const url = taggedManifestUrl(origin, context.repository, digest, part);
      return await putManifest(context, { manifest, url, signal: either });
    } catch (error) {
      // One by one each tag hears why it was refused, if it is.
      if (error instanceof FailedAttempt && isRefusal(error)) return undefined;
      throw error;
    }
  });
  if (stored === undefined) return [];
  facts.learn({ tagParameter: stored.tags.length > 0 });
  await linkToSubject(context, manifest, { isListed: stored.isListed, signal });
  const set = stored.tags.filter((tag) => part.includes(tag));
  return set.length === part.length ? [...set, ...(await setTogether(context, manifest, tags.slice(part.length), { signal }))] : set;
}

function isRefusal({ details: { outcome } }: FailedAttempt): boolean {
  return outcome.kind === 'answer' && !outcome.isRateLimit && [400, 403, 404, 405, 409, 412, 413, 414, 431].includes(outcome.status);
}
