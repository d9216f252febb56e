import { isDigest, type Digest } from '@nx-oci/model';

import { linkBlob, sizeOfBlob } from '../repositories/blob-records';
import { listManifests } from '../repositories/manifest-records';
import { readManifest } from '../repositories/manifest-document';
import type { RegistryState } from '../routes/call';
import type { Quirk } from './registry-profile';

/** Blobs of a sibling's manifests exist here, too, for HEAD and in manifests; blobs that were only uploaded there do not. */
export const shareNamedBlobs: Quirk = async ({ request, route: { noun, repository, reference }, state }, next) => {
  if (noun === 'blob' && isDigest(reference)) await takeOver(state, repository, (digest) => digest === reference);
  if (noun === 'manifest' && request.method === 'PUT') await takeOver(state, repository, () => true);
  return next();
};

function takeOver(state: RegistryState, repository: string, isWanted: (digest: Digest) => boolean): Promise<void> {
  const { storage, changes } = state;
  return changes.run(async () => {
    const siblings = (await storage.records.listRepositories()).filter((other) => other !== repository && areSiblings(other, repository));
    for (const sibling of siblings) {
      for (const digest of (await listNamedBlobs(state, sibling)).filter(isWanted)) {
        const isHere = (await sizeOfBlob(storage, repository, digest)) !== undefined;
        if (!isHere && (await sizeOfBlob(storage, sibling, digest)) !== undefined) await linkBlob(storage, repository, digest);
      }
    }
  });
}

/** The first part is the repository of Artifactory, the rest a path in it. */
function areSiblings(one: string, other: string): boolean {
  return one.split('/', 1)[0] === other.split('/', 1)[0];
}

async function listNamedBlobs({ storage }: RegistryState, repository: string): Promise<readonly Digest[]> {
  const named = await Promise.all(
    (await listManifests(storage, repository)).map(async ({ digest, mediaType }) => {
      const read = readManifest(Buffer.concat(await storage.content.read(digest).toArray()), mediaType);
      return 'facts' in read ? read.facts.children.map((child) => child.digest) : [];
    }),
  );
  return named.flat();
}
