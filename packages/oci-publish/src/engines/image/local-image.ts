import { openLayout } from '@nx-oci/layout';
import { type ContentSource, type Descriptor } from '@nx-oci/model';

import { type ExpectedPart } from '../names/expected-part';
import { type ImageRecord } from './image-record';

/** A built image on this machine: in one layout, or in one for each part. */
export interface LocalImage {
  readonly record: Pick<ImageRecord, 'project' | 'build' | 'platforms' | 'output'>;
  /** Of the project. */
  readonly folder: string;
  /** Its manifests, indexes and configs. @throws OciError `NOT_FOUND`, and those of a damaged layout. */
  readonly readDocument: (descriptor: Descriptor) => Promise<Buffer>;
  /** Those that it is merged from. */
  readonly parts?: readonly ExpectedPart[];
  /** Has all its blobs except those of its base. */
  readonly content: ContentSource;
}

/** Opens the layout in the folder of a project. @throws OciError `LAYOUT_INVALID` */
export async function openLocalImage(record: ImageRecord, folder: string): Promise<LocalImage> {
  const layout = await openLayout(folder);
  return { record, folder, readDocument: (one) => layout.readDocument(one), content: layout };
}
