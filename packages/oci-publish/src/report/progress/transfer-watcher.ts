import { type CopiedContent, type CopyProgress } from '@nx-oci/model';

/** Is told how the images of this process travel. Nothing that it does may throw. */
export interface TransferWatcher {
  /** @param place `host/repository` that the bytes go to. */
  moved(place: string, event: CopyProgress): void;
  arrived(place: string, event: CopiedContent): void;
}
