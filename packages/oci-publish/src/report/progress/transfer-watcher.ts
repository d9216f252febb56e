import { type CopiedContent, type CopyProgress } from '@nx-oci/model';

/** Receives the events of transfers of this process. Its methods must not throw. */
export interface TransferWatcher {
  /** @param place `host/repository` that receives the bytes. */
  moved(place: string, event: CopyProgress): void;
  arrived(place: string, event: CopiedContent): void;
}
