import { type Repository } from '@nx-oci/distribution';
import { formatReference, isOciError, OciError, type Digest } from '@nx-oci/model';

import { type Destination } from '../../publish/destination/destination';
import { type CopyJob, type CopyRequest } from '../job/copy-job';
import { entryFor } from '../job/read-target';
import { type CopyContext } from './copy-context';
import { findReferrers, type Referrer } from './find-referrers';
import { selectPlatforms } from './select-platforms';
import { readImage, type SourceImage } from './read-image';

/** A source with its manifests. */
export interface ReadSource {
  readonly job: CopyJob;
  /** The full reference, as requested. */
  readonly name: string;
  readonly repository: Repository;
  readonly image: SourceImage;
  /** Digest at the source, if platforms are left out and `image` has another one. */
  readonly narrowedFrom?: Digest;
  readonly referrers: readonly Referrer[];
}

/** Reads all of a source except its blobs. @throws OciError `NOT_FOUND`, `PLATFORM_INVALID`, and errors of the client */
export async function readSource(job: CopyJob, hasReferrers: boolean, { client, signal }: CopyContext): Promise<ReadSource> {
  const name = formatReference(job.source);
  const { registry } = job.source;
  const pushTargets = job.targets.filter((target) => target.registry === registry).map((target) => target.repository);
  const repository = client.repository({ ...job.source, pushTargets });
  const manifest = await repository.fetchManifest(job.source.digest ?? job.source.tag ?? 'latest', { signal });
  if (manifest === undefined) throw missing(name);
  try {
    const root = await selectPlatforms(repository, manifest, job.platforms);
    const image = await readImage(repository, root, signal);
    const isNarrowed = root.descriptor.digest !== manifest.descriptor.digest;
    const referrers = hasReferrers ? await findReferrers(repository, image, signal) : [];
    return { job, name, repository, image, referrers, ...(isNarrowed && { narrowedFrom: manifest.descriptor.digest }) };
  } catch (error) {
    if (!isOciError(error, 'NOT_FOUND', 'PLATFORM_INVALID', 'MANIFEST_INVALID')) throw error;
    throw new OciError(error.code, `Cannot copy ${name}: ${error.message}`, { hint: error.hint, cause: error });
  }
}

/** Every repository that a request reads or writes. */
export function listRepositories({ jobs, entries }: CopyRequest, { client }: Pick<CopyContext, 'client'>): readonly Destination[] {
  const named = jobs.flatMap(({ source, targets }) => [{ ...source, entry: entryFor(source, entries) }, ...targets]);
  return named.map(({ entry, registry, repository }) => ({ entry, repository: client.repository({ registry, repository }) }));
}

function missing(name: string): OciError {
  return new OciError('NOT_FOUND', `Cannot copy ${name}: it does not exist.`, {
    hint: 'Check the repository and tag. For a private image, check the login too: registries also answer this way when it has no pull access.',
  });
}
