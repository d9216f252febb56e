import { type EncodedManifest, type TransferOptions } from '@nx-oci/model';

import { linkToSubject } from './referrers/link-referrers';
import { type RepositoryContext } from './requests/repository-context';
import { storeManifest } from './manifests/store-manifest';

/**
 * Stores a manifest or index under a tag or its digest, and links it to its subject, if it has one.
 *
 * @throws OciError as `storeManifest`, and errors of the referrers list.
 */
export async function pushManifest(
  context: RepositoryContext,
  manifest: EncodedManifest,
  reference: string,
  { signal }: TransferOptions = {},
): Promise<void> {
  const stored = await storeManifest(context, manifest, reference, { signal });
  await linkToSubject(context, manifest, { isListed: stored?.isListed ?? false, signal });
}
