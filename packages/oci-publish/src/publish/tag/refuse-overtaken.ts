import { OciError, shortDigest } from '@nx-oci/model';
import { type RegistryClient } from '@nx-oci/distribution';

import { type NotedPlace } from '../stage/staged-note';
import { refuseUnknown } from '../unknown-tags';

/**
 * Looks once more at the tags that an engine has pushed by. It asks nobody whether one is there by now: of two runs that
 * build the same commit, the one that pushed last has it, and the other takes that image over.
 *
 * @throws OciError `TAG_IMMUTABLE` when another image has one of them.
 */
export async function refuseOvertaken(places: readonly NotedPlace[], client: RegistryClient, signal?: AbortSignal): Promise<void> {
  const taken = await Promise.all(places.map((place) => findOther(place, client, signal)));
  const list = taken.filter((other) => other !== undefined);
  if (list.length === 0) return;
  throw new OciError('TAG_IMMUTABLE', `Another run published under the same name in the meantime (${list.join('; ')}).`, {
    hint: 'No floating tag was moved. Run the publish again: if it is the same build, it is taken over.',
  });
}

async function findOther(
  { registry, repository, pushedAs, manifest }: NotedPlace,
  client: RegistryClient,
  signal?: AbortSignal,
): Promise<string | undefined> {
  if (pushedAs === undefined) return undefined;
  const found = await client.repository({ registry, repository, access: 'push' }).resolve(pushedAs, { signal });
  if (found === 'unknown') throw refuseUnknown(`${registry}/${repository}`, [pushedAs]);
  if (found === undefined || found.digest === manifest.descriptor.digest) return undefined;
  return `${registry}/${repository}:${pushedAs} is ${shortDigest(found.digest)}`;
}
