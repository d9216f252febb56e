import type { Descriptor, Digest } from '@nx-oci/model';

import type { RegistryStorage } from '../storage/storage';
import { eachOf } from '../storage/each-of';

/** Records a referrer of a subject, which need not exist. */
export async function addReferrer(storage: RegistryStorage, repository: string, subject: Digest, referrer: Descriptor): Promise<void> {
  await storage.records.write({ repository, kind: `referrers/${subject}`, key: referrer.digest }, JSON.stringify(referrer));
}

export async function removeReferrer(storage: RegistryStorage, repository: string, subject: Digest, referrer: Digest): Promise<void> {
  await storage.records.remove({ repository, kind: `referrers/${subject}`, key: referrer });
}

/** The descriptors of all referrers of a subject in this repository. */
export async function listReferrers(storage: RegistryStorage, repository: string, subject: Digest): Promise<readonly Descriptor[]> {
  const keys = await storage.records.list(repository, `referrers/${subject}`);
  const referrers = await eachOf(keys, (key) => readReferrer(storage, repository, subject, key));
  return referrers.filter((referrer) => referrer !== undefined);
}

// The entry is written before its manifest (see storeManifest) and only counts once that exists.
async function readReferrer(storage: RegistryStorage, repository: string, subject: Digest, key: string): Promise<Descriptor | undefined> {
  const manifest = await storage.records.read({ repository, kind: 'manifests', key });
  if (manifest === undefined) return undefined;
  const text = await storage.records.read({ repository, kind: `referrers/${subject}`, key });
  return text === undefined ? undefined : (JSON.parse(text) as Descriptor);
}
