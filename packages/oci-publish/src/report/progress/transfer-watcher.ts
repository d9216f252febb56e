import { type CopiedContent, type CopyProgress } from '@nx-oci/model';

/** Watches the transfers of the images of this process. Its methods must not throw. */
export interface TransferWatcher {
  /** @param place `host/repository` that the bytes go to. */
  moved(place: string, event: CopyProgress): void;
  arrived(place: string, event: CopiedContent): void;
}
