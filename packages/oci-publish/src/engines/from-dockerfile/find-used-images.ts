import { formatReference, isOciError, parseReference, type Digest, type ImageReference } from '@nx-oci/model';

import type { DockerfileOptions } from '../options/dockerfile-options';
import { readBaseReference, readDockerfile } from '../dockerfile/read-dockerfile';
import type { StoredBase } from '../dockerfile/dockerfile-tool';
import type { BaseRecord, ImageOutput, UsedImage } from '../image/image-record';
import type { WorkspaceBase } from './workspace-bases';
import type { ImageLookups } from './look-up-images';

export interface DockerfileToRead {
  readonly dockerfile: string;
  readonly options: Pick<DockerfileOptions, 'stage' | 'buildArgs' | 'buildContexts'>;
  /** For build arguments whose value the environment sets. */
  readonly env: NodeJS.ProcessEnv;
  /** Images of the workspace, which are looked up nowhere. */
  readonly bases?: readonly WorkspaceBase[];
}

export interface UsedImages {
  /** What to record, when the builder is done. */
  whenBuilt(found: FoundByBuilder): Promise<Pick<ImageOutput, 'images' | 'hasUnknownImage'>>;
}

interface FoundByBuilder {
  /** The base whose layers the image has. */
  readonly base: BaseRecord | undefined;
  readonly lookUp: (reference: string) => Promise<StoredBase> | undefined;
}

/**
 * Finds the images in registries that the image of a Dockerfile is made of, so that the plan knows when one of them moves: the
 * bases of all stages that it needs, and the images that these copy from.
 *
 * Call it before the build. The store of the builder knows best which digest was used, since it may have an old image of that
 * name; but builders need not keep a base in a store. Then it is the digest that the tag had before the build: if the tag moves
 * during the build, the plan asks for one build too many, not for one too few.
 */
export function findUsedImages({ dockerfile, options, env, bases = [] }: DockerfileToRead, lookups: ImageLookups): UsedImages {
  const reading = { ...options, buildArgs: withEnvironment(options.buildArgs, env) };
  const { images, hasUnknownImage } = readDockerfile(dockerfile, reading);
  const base = readBaseReference(dockerfile, reading);
  const used = images.flatMap((written): readonly NamedImage[] => {
    const reference = parse(written);
    if (reference === undefined) return [];
    const role: UsedImage['role'] = written === base ? 'base' : 'source';
    const own = bases.find(({ uses }) => uses.some((use) => use.reference === written));
    if (own !== undefined) return [{ written, reference, role, own }];
    // An image that is named by its digest never moves.
    if (reference.digest !== undefined) return role === 'base' ? [{ written, reference, role }] : [];
    return [{ written, reference, role, before: lookups.find(reference) }];
  });
  return {
    async whenBuilt(found) {
      const recorded = await Promise.all(used.map((one) => record(one, found)));
      return {
        ...(recorded.length > 0 && { images: recorded.flatMap((one) => one ?? []) }),
        ...(hasUnknownImage && { hasUnknownImage }),
      };
    },
  };
}

interface NamedImage {
  readonly written: string;
  readonly reference: ImageReference;
  readonly role: UsedImage['role'];
  readonly before?: Promise<Digest | undefined>;
  readonly own?: WorkspaceBase;
}

/** @returns `undefined` for an image that comes from no registry. */
async function record(
  { written, reference, role, before, own }: NamedImage,
  { base, lookUp }: FoundByBuilder,
): Promise<UsedImage | undefined> {
  const named = { reference: formatReference(reference), role };
  if (own !== undefined)
    return { ...named, digests: own.images.map(({ image }) => image.manifest.descriptor.digest), project: own.project };
  if (reference.digest !== undefined) return { ...named, digests: [reference.digest] };
  if (role === 'base' && base?.reference === named.reference) return { ...named, digests: base.digests };
  const stored = await lookUp(written);
  if (stored === 'local') return undefined;
  const digest = stored ?? (await before);
  return { ...named, digests: digest === undefined ? [] : [digest] };
}

function withEnvironment(buildArgs: DockerfileOptions['buildArgs'], env: NodeJS.ProcessEnv): DockerfileOptions['buildArgs'] {
  return Object.fromEntries(Object.entries(buildArgs).map(([name, value]) => [name, value ?? env[name]]));
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
