import { type CopiedContent, type CopyProgress, type Descriptor } from '@nx-oci/model';

/** Receives the events of transfers of this process. Its methods must not throw. */
export interface TransferWatcher {
  /**
   * A blob will be sent, unless it turns out to exist.
   *
   * @param repository `host/repository` that receives the bytes.
   */
  queued(repository: string, descriptor: Descriptor): void;
  moved(repository: string, event: CopyProgress): void;
  arrived(repository: string, event: CopiedContent): void;
}
