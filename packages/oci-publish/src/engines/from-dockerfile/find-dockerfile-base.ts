import { loadBase, type BaseImage } from '@nx-oci/layout';
import {
  formatReference,
  isOciError,
  parseManifest,
  parseReference,
  type ImageConfig,
  type ImageReference,
  type Platform,
} from '@nx-oci/model';

import type { DockerfileOptions } from '../options/dockerfile-options';
import { readBaseReference } from '../dockerfile/read-dockerfile';
import type { StoredBase } from '../dockerfile/dockerfile-tool';
import type { BaseRecord } from '../image/image-record';
import type { OpenRepository } from '../base/load-base';

export interface BaseSearch {
  /** The text of the Dockerfile. */
  readonly dockerfile: string;
  readonly options: Pick<DockerfileOptions, 'stage' | 'buildArgs' | 'buildContexts'>;
  /** Of the image that uses the base. */
  readonly config: ImageConfig;
  readonly platform: Platform;
  readonly lookUp: (reference: string) => Promise<StoredBase> | undefined;
  readonly openRepository: OpenRepository;
  /** For the user. */
  readonly print: (line: string) => void;
  readonly signal: AbortSignal;
}

export interface DockerfileBase {
  readonly image: BaseImage;
  readonly record: BaseRecord;
}

/**
 * Finds the base image of a Dockerfile in its registry, so that its layers need not be stored.
 *
 * @returns `undefined` if there is none, if only the builder knows it, or if its registry does not
 *   answer: then the image is stored completely.
 */
export async function findDockerfileBase(search: BaseSearch): Promise<DockerfileBase | undefined> {
  const written = readBaseReference(search.dockerfile, search.options);
  if (written === undefined) return undefined;
  const reference = parse(written);
  const stored = reference && (await search.lookUp(written));
  if (reference === undefined || stored === 'local') return undefined;
  const { registry, repository } = reference;
  // The tag may have moved since the builder pulled it.
  for (const candidate of stored === undefined ? [reference] : [{ registry, repository, digest: stored }, reference]) {
    const image = await load(candidate, search);
    if (image !== undefined && standsOn(search.config, image)) return { image, record: recordOf(reference, image) };
  }
  return undefined;
}

/**
 * Whether a Dockerfile still names the base that was found for it. The same image in another repository is another base: the
 * first one may be deleted.
 */
export function namesBase({ reference }: BaseRecord, { dockerfile, options }: Pick<BaseSearch, 'dockerfile' | 'options'>): boolean {
  const written = readBaseReference(dockerfile, options);
  const named = written === undefined ? undefined : parse(written);
  return named !== undefined && formatReference(named) === reference;
}

/** A name that is not a valid reference is known to the builder only. */
function parse(written: string): ImageReference | undefined {
  try {
    return parseReference(written);
  } catch (error) {
    if (isOciError(error)) return undefined;
    throw error;
  }
}

async function load(reference: ImageReference, { openRepository, platform, print, signal }: BaseSearch): Promise<BaseImage | undefined> {
  try {
    const source = await openRepository(reference);
    return await loadBase(source, reference.digest ?? reference.tag ?? 'latest', platform, { signal });
  } catch (error) {
    if (!isOciError(error) || signal.aborted) throw error;
    print(`${formatReference(reference)} could not be read (${error.code}): its layers are stored with the image.`);
    return undefined;
  }
}

function standsOn({ rootfs }: ImageConfig, { config }: BaseImage): boolean {
  const below = config.rootfs.diff_ids;
  return below.length > 0 && below.every((diffId, index) => diffId === rootfs.diff_ids[index]);
}

function recordOf(reference: ImageReference, { manifest, root }: BaseImage): BaseRecord {
  const { registry, repository } = reference;
  const { layers } = parseManifest(manifest.bytes, manifest.descriptor.mediaType);
  return {
    reference: formatReference(reference),
    registry,
    repository,
    digests: [manifest.descriptor.digest],
    ...(root && { root }),
    layers,
  };
}
