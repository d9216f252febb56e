import { finished } from 'node:stream/promises';

import { openLayout, type Layout } from '@nx-oci/layout';
import { childrenOf, isManifestOrIndexType, isOciError, parseManifestOrIndex, type Descriptor, type Digest } from '@nx-oci/model';

import { readImageRecord, type BaseRecord } from '../image/image-record';
import type { ExportedImage } from './export-image';

/** An image that was exported before, and is complete in its folder. */
export interface FormerExport extends ExportedImage {
  readonly engine: string;
  readonly imageId: Digest | undefined;
}

/** @returns `undefined` if it is missing, from another version, or broken: then it is exported again. */
export async function recallExport(folder: string): Promise<FormerExport | undefined> {
  try {
    const { engine, platforms, output } = await readImageRecord(folder);
    await verify(output.manifest, await openLayout(folder), output.base);
    const { manifest, base, isAsBuilt, imageId } = output;
    return { engine, platforms, imageId, manifest, ...(base && { base }), ...(isAsBuilt && { isAsBuilt }) };
  } catch (error) {
    if (isOciError(error)) return undefined;
    throw error;
  }
}

/** Reads all that is stored: otherwise a damaged file would survive every build. */
async function verify(blob: Descriptor, layout: Layout, base: BaseRecord | undefined): Promise<void> {
  if (base?.layers.some(({ digest }) => digest === blob.digest)) return;
  if (!isManifestOrIndexType(blob.mediaType)) return finished((await layout.fetch(blob)).resume());
  const document = parseManifestOrIndex(await layout.readDocument(blob), blob.mediaType);
  for (const child of childrenOf(document)) await verify(child, layout, base);
}
