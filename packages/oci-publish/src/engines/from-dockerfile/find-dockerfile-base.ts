import { loadBase, type BaseImage } from '@nx-oci/layout';
import {
  formatReference,
  isOciError,
  OciError,
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
import type { FoundBase, OpenRepository } from '../base/load-base';
import type { WorkspaceBase } from './workspace-bases';

export interface BaseSearch {
  /** The text of the Dockerfile. */
  readonly dockerfile: string;
  readonly options: Pick<DockerfileOptions, 'stage' | 'buildArgs' | 'buildContexts'>;
  /** Of the image that uses the base. */
  readonly config: ImageConfig;
  readonly platform: Platform;
  readonly lookUp: (reference: string) => Promise<StoredBase> | undefined;
  readonly openRepository: OpenRepository;
  /** Images of the workspace that the Dockerfile names. */
  readonly bases?: readonly WorkspaceBase[];
  /** For the user. */
  readonly print: (line: string) => void;
  readonly signal: AbortSignal;
}

export interface DockerfileBase {
  readonly image: BaseImage;
  /** The registry with its layers; absent if they are all on this machine. */
  readonly record?: BaseRecord;
  /** Layers on this machine, which are stored with the image. */
  readonly stored?: FoundBase['stored'];
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
  const own = search.bases?.find(({ uses }) => uses.some((use) => use.reference === written));
  if (own !== undefined) return ownBase(own, search);
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

/** A builder that used another image of that name would put other bytes into ours. */
function ownBase({ project, images }: WorkspaceBase, { config, platform }: BaseSearch): DockerfileBase {
  const found = images.find(({ image }) => isFor(image, platform)) ?? images[0];
  if (found !== undefined && standsOn(config, found.image)) {
    const { image, record, stored } = found;
    return { image, ...(record && { record }), ...(stored && { stored }) };
  }
  throw new OciError(
    'WRONG_IMAGE',
    `Cannot use the image from the builder: it is not based on the image of ${project}, which its Dockerfile names.`,
    {
      hint: 'Check the builder: it must use the images that it is given, and must not squash layers.',
    },
  );
}

function isFor({ config }: BaseImage, { os, architecture, variant = '' }: Platform): boolean {
  return config.os === os && config.architecture === architecture && (config.variant ?? '') === variant;
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
