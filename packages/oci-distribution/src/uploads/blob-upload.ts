import { type MountSource, type PushOutcome, shortDigest, type TransferOptions } from '@nx-oci/model';

import { canonicalRegistry } from '../host/canonical-registry';
import { isSameCredential } from '../credentials/credential';
import { operate, fullNameOf, type RepositoryContext } from '../requests/repository-context';
import { findOrMount } from './find-or-mount';
import { canSendInOneRequest, sendInOneRequest } from './send-in-one-request';
import { sendInSession } from './send-in-session';
import { type Upload } from './upload';
import { startUpload } from './upload-session';

/**
 * Uploads a blob: one POST, then one PUT with all of it. In one request if the host is known to support that; in chunks only if
 * it refused the whole blob, since ECR loses chunks, Google's registry does not support them, and GHCR refuses large ones.
 *
 * @throws OciError
 * @see https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#post-then-put
 */
export function pushBlob(context: RepositoryContext, upload: Upload, { signal }: TransferOptions = {}): Promise<PushOutcome> {
  const doing = `push ${shortDigest(upload.descriptor.digest)} to ${fullNameOf(context)}`;
  return operate(context, { doing, signal }, async (either) => {
    const outcome = await uploadOrMount(context, upload, either);
    context.assumed.recordUpload(upload.descriptor.digest);
    return outcome;
  });
}

async function uploadOrMount(context: RepositoryContext, upload: Upload, signal: AbortSignal | undefined): Promise<PushOutcome> {
  const sent = canSendInOneRequest(context, upload) ? await sendInOneRequest(context, upload, signal) : undefined;
  const found = sent ?? (await findOrMount(context, upload, signal));
  if (typeof found === 'string') return found;
  return sendInSession(context, upload, { session: found ?? (await startUpload(context, signal)), signal });
}

/** The repository to mount from, if possible: on the same host, with the same credential. */
export async function chooseMountSource(context: RepositoryContext, from: MountSource): Promise<string | undefined> {
  const { host, repository } = context;
  if (canonicalRegistry(from.registry) !== host.name) return undefined;
  if (from.repository === repository) return repository;
  // Mounts do not work across accounts: https://github.com/osscontainertools/kaniko/issues/1002
  const [own, other] = await Promise.all([host.authorizer.credentialOf(repository), host.authorizer.credentialOf(from.repository)]);
  return isSameCredential(own, other) ? from.repository : undefined;
}
