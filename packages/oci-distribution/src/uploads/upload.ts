import { type Descriptor, type OpenContent } from '@nx-oci/model';

/** A blob, its source, and where the registry may already have it. */
export interface Upload {
  readonly descriptor: Descriptor;
  readonly open: OpenContent;
  /** A repository of the same host; with the destination itself, one request checks for the blob and starts an upload. */
  readonly from?: string;
}
