import { OciError, parseManifest, shortDigest, type ContentSource, type Descriptor, type EncodedManifest } from '@nx-oci/model';

import { type LocalImage } from '../../engines/image/local-image';

/** The image of one platform. */
interface PlatformManifest {
  readonly platform: string;
  readonly manifest: EncodedManifest;
}

/**
 * The last source of the blobs of an image: it has none, and says where the blob should be, and how to make it again. Registries
 * may remove what has no tag.
 */
export function missingLayers(image: LocalImage, platforms: readonly PlatformManifest[]): ContentSource {
  return { fetch: (blob) => Promise.reject(missingLayer(image, platforms, blob)) };
}

function missingLayer(
  { record, folder, parts = [] }: LocalImage,
  platforms: readonly PlatformManifest[],
  { digest }: Descriptor,
): OciError {
  const { project, output } = record;
  const has = ({ layers }: { readonly layers: readonly Descriptor[] }): boolean => layers.some((layer) => layer.digest === digest);
  const repositories = [...(output.staged ?? []), ...(output.base ? [output.base] : [])].filter(has);
  const places = [folder, ...new Set(repositories.map(({ registry, repository }) => `${registry}/${repository}`))];
  const made = platforms.filter(({ manifest }) => has(parseManifest(manifest.bytes, manifest.descriptor.mediaType)));
  const names = made.map(({ platform }) => platform);
  const layer = `a layer of ${names.length === 0 ? 'it' : names.join(' and ')} (${shortDigest(digest)})`;
  const makers = parts.filter(({ platform }) => names.includes(platform));
  return new OciError('NOT_FOUND', `Cannot publish ${project}: ${layer} is in none of ${places.join(', ')}.`, {
    hint:
      makers.length === 0
        ? `Build it again: nx run ${project}:publish --skip-nx-cache`
        : [
            'Registries may remove what has no tag. Make the part again:',
            ...makers.map(({ platform, task }) => `  on ${platform}: nx run ${task} --skip-nx-cache`),
          ].join('\n'),
  });
}
