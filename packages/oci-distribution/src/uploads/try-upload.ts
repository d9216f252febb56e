import { type TransferOptions } from '@nx-oci/model';

import { operate, placeOf, type RepositoryContext } from '../requests/repository-context';
import { cancelUpload, startUpload } from './upload-session';

/**
 * Opens an upload and cancels it at once. Nothing else tells for sure who may push: not every token says what it is good
 * for, and a registry need not keep to it.
 *
 * Nothing is stored; a registry that does not cancel (GHCR) drops the session by itself.
 *
 * @throws OciError
 */
export function tryUpload(context: RepositoryContext, { signal }: TransferOptions = {}): Promise<void> {
  return operate(context, { doing: `open an upload to ${placeOf(context)}`, signal }, async (either) => {
    await cancelUpload(context, await startUpload(context, either));
  });
}
