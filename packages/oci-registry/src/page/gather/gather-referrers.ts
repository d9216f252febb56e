import { ANNOTATIONS, isImageIndex, type Descriptor, type Digest, type ImageIndex } from '@nx-oci/model';

import { listReferrers } from '../../repositories/referrer-records';
import { readTag } from '../../repositories/tag-records';
import { describeArtifactType, describeCosignTag } from './artifact-types';
import type { PageState } from './page-state';
import { readDocument } from './read-document';

/** Something that refers to an image: a signature, an SBOM, an attestation. */
export interface ShownReferrer {
  readonly digest: Digest;
  /** `Signature (cosign)` */
  readonly name: string;
  readonly created: string | undefined;
  /** Bytes of its content; `undefined` if unknown. */
  readonly sizeBytes: number | undefined;
  /** What it refers to: the whole index, or the image of one platform. */
  readonly subject: Digest;
}

// More are hardly looked at.
const MAX_SHOWN = 100;

/** The referrers of an index and of the image that is shown: by `subject`, by cosign's tags, and BuildKit's in the index itself. */
export async function gatherReferrers(
  state: PageState,
  repository: string,
  subjects: readonly Digest[],
  index: ImageIndex | undefined,
): Promise<readonly ShownReferrer[]> {
  const found: ShownReferrer[] = [];
  for (const subject of new Set(subjects)) {
    const listed = await listReferrers(state.storage, repository, subject);
    for (const descriptor of listed.slice(0, MAX_SHOWN)) found.push(await show(state, descriptor, subject));
    found.push(...(await findCosignTags(state, repository, subject)));
    found.push(...(index ? findAttestations(index, subject) : []));
  }
  return found;
}

async function show(state: PageState, descriptor: Descriptor, subject: Digest): Promise<ShownReferrer> {
  const { digest, artifactType, annotations } = descriptor;
  const document = await readDocument(state.storage, { digest });
  const sizeBytes = document && !isImageIndex(document) ? document.layers.reduce((sum, { size }) => sum + size, 0) : undefined;
  return { digest, name: describeArtifactType(artifactType), created: annotations?.[ANNOTATIONS.created], sizeBytes, subject };
}

async function findCosignTags(state: PageState, repository: string, subject: Digest): Promise<readonly ShownReferrer[]> {
  const tags = ['sig', 'att', 'sbom'].map((suffix) => `${subject.replace(':', '-')}.${suffix}`);
  const records = await Promise.all(tags.map((tag) => readTag(state.storage, repository, tag)));
  return records.flatMap((record, at) =>
    record
      ? [{ digest: record.digest, name: describeCosignTag(tags[at] ?? '') ?? '', created: record.setAt, sizeBytes: undefined, subject }]
      : [],
  );
}

/** @see https://github.com/moby/buildkit/blob/v0.24.0/docs/attestations/attestation-storage.md */
function findAttestations({ manifests }: ImageIndex, subject: Digest): readonly ShownReferrer[] {
  return manifests
    .filter(({ annotations }) => annotations?.['vnd.docker.reference.digest'] === subject)
    .map(({ digest }) => ({ digest, name: 'Attestation (BuildKit)', created: undefined, sizeBytes: undefined, subject }));
}
