import { isImage } from '@nx-oci/layout';
import { childrenOf, isIndexType, parseImageConfig, parseManifest, type Descriptor, type Digest, type ImageConfig } from '@nx-oci/model';

import { hasImageRecord, imageFolder, readImageRecord } from './image-record';
import { openLocalImage } from './local-image';

/** The documents of an image for one platform. */
export interface BuiltDocuments {
  readonly digest: Digest;
  readonly layers: readonly Descriptor[];
  readonly config: ImageConfig;
}

/**
 * Reads the image of a project as it was built on this machine, for each platform; none if it was not.
 *
 * @throws OciError `LAYOUT_INVALID` and others if it is damaged.
 */
export async function readBuiltDocuments(workspaceRoot: string, project: string): Promise<readonly BuiltDocuments[]> {
  const folder = imageFolder(workspaceRoot, project);
  if (!(await hasImageRecord(folder))) return [];
  const record = await readImageRecord(folder);
  const { readDocument } = await openLocalImage(record, folder);
  const root = record.output.manifest;
  const images = isIndexType(root.mediaType) ? childrenOf({ descriptor: root, bytes: await readDocument(root) }).filter(isImage) : [root];
  return Promise.all(
    images.map(async (image) => {
      const { layers, config } = parseManifest(await readDocument(image), image.mediaType);
      return { digest: image.digest, layers, config: parseImageConfig(await readDocument(config)) };
    }),
  );
}
