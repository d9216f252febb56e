import { type TransferOptions } from '@nx-oci/model';

import { operate, fullNameOf, type RepositoryContext } from '../requests/repository-context';
import { cancelUpload, startUpload } from './upload-session';

/**
 * Opens an upload and cancels it at once. This is the only reliable test of push access: not every token names its scopes,
 * and a registry may ignore them.
 *
 * Nothing is stored; a registry that cannot cancel (GHCR) drops the session by itself.
 *
 * @throws OciError
 */
export function tryUpload(context: RepositoryContext, { signal }: TransferOptions = {}): Promise<void> {
  return operate(context, { doing: `open an upload to ${fullNameOf(context)}`, signal }, async (either) => {
    await cancelUpload(context, await startUpload(context, either));
  });
}
