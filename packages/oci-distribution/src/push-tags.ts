import { type EncodedManifest, type TransferOptions } from '@nx-oci/model';

import { taggedManifestUrl } from './host/endpoints';
import { pushManifest } from './manifest-push';
import { nameOf } from './manifests/manifests';
import { putManifest } from './manifests/put-manifest';
import { linkToSubject } from './referrers/link-referrers';
import { operate, type RepositoryContext } from './requests/repository-context';
import { assertPushable } from './manifests/store-manifest';
import { FailedAttempt } from './attempts/failed-attempt';

// Every registry with this endpoint accepts as many.
// See https://github.com/opencontainers/distribution-spec/pull/600
const MAX_TAGS_PER_REQUEST = 10;

/**
 * Points tags at a manifest in as few requests as the registry allows: one for all if it supports that, else one each.
 *
 * @param groups the tags of a group are set in parallel, after those of the groups before it; one request may set them all.
 * @throws OciError as `pushManifest`
 */
export async function pushTags(
  context: RepositoryContext,
  manifest: EncodedManifest,
  groups: readonly (readonly string[])[],
  options: TransferOptions = {},
): Promise<void> {
  const set = new Set(await setInOneRequest(context, manifest, groups.flat(), options));
  for (const group of groups) {
    await Promise.all(group.filter((tag) => !set.has(tag)).map((tag) => pushManifest(context, manifest, tag, options)));
  }
}

/** @returns the tags that the registry confirmed. */
async function setInOneRequest(
  context: RepositoryContext,
  manifest: EncodedManifest,
  tags: readonly string[],
  { signal }: TransferOptions,
): Promise<readonly string[]> {
  const { capabilities, origin } = context.host;
  const part = tags.slice(0, MAX_TAGS_PER_REQUEST);
  if (part.length < 2 || !capabilities.maySupportTagParameter) return [];
  const { digest } = manifest.descriptor;
  assertPushable(context, manifest, digest);
  const stored = await operate(context, { doing: `push ${nameOf(context, part.join(', '))}`, signal }, async (either) => {
    try {
      const url = taggedManifestUrl(origin, context.repository, digest, part);
      return await putManifest(context, { manifest, url, signal: either });
    } catch (error) {
      // Set one by one, each tag gets its own error.
      if (error instanceof FailedAttempt && isRefusal(error)) return undefined;
      throw error;
    }
  });
  if (stored === undefined) return [];
  capabilities.learn({ tagParameter: stored.tags.length > 0 });
  await linkToSubject(context, manifest, { isListed: stored.isListed, signal });
  const set = stored.tags.filter((tag) => part.includes(tag));
  return set.length === part.length ? [...set, ...(await setInOneRequest(context, manifest, tags.slice(part.length), { signal }))] : set;
}

function isRefusal({ details: { outcome } }: FailedAttempt): boolean {
  return outcome.kind === 'answer' && !outcome.isRateLimit && [400, 403, 404, 405, 409, 412, 413, 414, 431].includes(outcome.status);
}
