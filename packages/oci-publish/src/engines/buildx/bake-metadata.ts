import { isDigest, isOciError, parseReference, type Descriptor, type Digest, type ImageReference } from '@nx-oci/model';
import { z } from 'zod';

import { matchSchema } from '../../text/match-schema';

/** The images that a build took from registries, with the digests of that moment. */
export type Materials = readonly { readonly reference: ImageReference; readonly digest: Digest }[];

const PROVENANCE = 'buildx.build.provenance';

const provenanceSchema = z.looseObject({
  materials: z.array(z.looseObject({ uri: z.string(), digest: z.record(z.string(), z.string()).optional() })),
});

const metadataSchema = z.record(z.string(), z.record(z.string(), z.unknown()));

/**
 * Reads the materials of a target from what `--metadata-file` wrote. None for a builder that does not tell.
 *
 * @param text of the file; `undefined` if there is none, as after a failure.
 */
export function readMaterials(text: string | undefined, target: string): Materials {
  const metadata = text === undefined ? undefined : matchSchema(metadataSchema, JSON.parse(text)).data?.[target];
  // One for each platform, where there are several: `buildx.build.provenance/linux/arm64`.
  const parts = Object.entries(metadata ?? {}).filter(([name]) => name === PROVENANCE || name.startsWith(`${PROVENANCE}/`));
  const materials = parts.flatMap(([, value]) => matchSchema(provenanceSchema, value).data?.materials ?? []);
  return materials.flatMap(({ uri, digest }) => {
    const reference = parsePackageUrl(uri);
    const value = `sha256:${digest?.['sha256'] ?? ''}`;
    return reference === undefined || !isDigest(value) ? [] : [{ reference, digest: value }];
  });
}

/** The manifest or index of a target that the builder pushed; `undefined` if the metadata names none. */
export function readPushed(text: string | undefined, target: string): Descriptor | undefined {
  const metadata = text === undefined ? undefined : matchSchema(metadataSchema, JSON.parse(text)).data?.[target];
  const { mediaType, digest, size } = matchSchema(descriptorSchema, metadata?.['containerimage.descriptor']).data ?? {};
  return mediaType === undefined || size === undefined || !isDigest(digest) ? undefined : { mediaType, digest, size };
}

const descriptorSchema = z.looseObject({ mediaType: z.string(), digest: z.string(), size: z.int().min(0) });

/** The digest of an image as it is written in a Dockerfile; `undefined` if it is not among the materials. */
export function digestIn(materials: Materials, written: string): Digest | undefined {
  const wanted = parse(written);
  if (wanted === undefined) return undefined;
  const { registry, repository, tag = 'latest' } = wanted;
  return materials.find(
    ({ reference: one, digest }) =>
      one.registry === registry &&
      one.repository === repository &&
      (wanted.digest === undefined ? (one.tag ?? 'latest') === tag : digest === wanted.digest),
  )?.digest;
}

/** `pkg:docker/127.0.0.1%3A5000/base@1?platform=linux%2Famd64`, `pkg:docker/node@22-slim?digest=sha256:…` */
function parsePackageUrl(uri: string): ImageReference | undefined {
  const [, name, version] = /^pkg:docker\/([^@?#]+)(?:@([^?#]*))?/.exec(uri) ?? [];
  if (name === undefined) return undefined;
  return parse(`${decode(name)}${version === undefined || version === '' ? '' : `:${decode(version)}`}`);
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // Not encoded: as it is.
    return text;
  }
}

function parse(written: string): ImageReference | undefined {
  try {
    return parseReference(written);
  } catch (error) {
    if (isOciError(error)) return undefined;
    throw error;
  }
}
