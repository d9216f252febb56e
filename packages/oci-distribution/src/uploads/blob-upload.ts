import { type MountSource, type PushOutcome, shortDigest, type TransferOptions } from '@nx-oci/model';

import { canonicalRegistry } from '../host/canonical-registry';
import { isSameCredential } from '../credentials/credential';
import { operate, placeOf, type RepositoryContext } from '../requests/repository-context';
import { findOrMount } from './find-or-mount';
import { mayGoInOneRequest, sendInOneRequest } from './send-in-one-request';
import { sendInSession } from './send-in-session';
import { type Upload } from './upload';
import { startUpload } from './upload-session';

/**
 * Uploads a blob: one POST, one PUT with all of it. In one request where the host is known to take that; in chunks only
 * where it refused the whole, for ECR loses them, Google's registry does not take them, GHCR refuses large ones.
 *
 * @throws OciError
 * @see https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#post-then-put
 */
export function pushBlob(context: RepositoryContext, upload: Upload, { signal }: TransferOptions = {}): Promise<PushOutcome> {
  const doing = `push ${shortDigest(upload.descriptor.digest)} to ${placeOf(context)}`;
  return operate(context, { doing, signal }, async (either) => {
    const outcome = await bringBlob(context, upload, either);
    context.assumed.noteArrival(upload.descriptor.digest);
    return outcome;
  });
}

async function bringBlob(context: RepositoryContext, upload: Upload, signal: AbortSignal | undefined): Promise<PushOutcome> {
  const sent = mayGoInOneRequest(context, upload) ? await sendInOneRequest(context, upload, signal) : undefined;
  const found = sent ?? (await findOrMount(context, upload, signal));
  if (typeof found === 'string') return found;
  return sendInSession(context, upload, { session: found ?? (await startUpload(context, signal)), signal });
}

/** Where a mount may come from, if anywhere: the same host, with the same credential. */
export async function chooseMountSource(context: RepositoryContext, from: MountSource): Promise<string | undefined> {
  const { host, repository } = context;
  if (canonicalRegistry(from.registry) !== host.name) return undefined;
  if (from.repository === repository) return repository;
  // Credentials per path and mounts do not mix: https://github.com/osscontainertools/kaniko/issues/1002
  const [own, other] = await Promise.all([host.authorizer.credentialOf(repository), host.authorizer.credentialOf(from.repository)]);
  return isSameCredential(own, other) ? from.repository : undefined;
}
