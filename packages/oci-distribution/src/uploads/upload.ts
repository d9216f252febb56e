import { type Descriptor, type OpenContent } from '@nx-oci/model';

/** A blob, where it is read from, and where the registry may already have it. */
export interface Upload {
  readonly descriptor: Descriptor;
  readonly open: OpenContent;
  /** A repository of the same host; the blob's own destination asks whether it is there and starts an upload in one request. */
  readonly from?: string;
}
