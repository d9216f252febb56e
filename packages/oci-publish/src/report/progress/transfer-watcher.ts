import { type CopiedContent, type CopyProgress } from '@nx-oci/model';

/** Receives the events of transfers of this process. Its methods must not throw. */
export interface TransferWatcher {
  /** @param repository `host/repository` that receives the bytes. */
  moved(repository: string, event: CopyProgress): void;
  arrived(repository: string, event: CopiedContent): void;
}
