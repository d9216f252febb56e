import { algorithmOf, type Descriptor, isDigest, OciError } from '@nx-oci/model';

import { dropBody, headerOf, type RegistryAnswer } from '../transport/request';

/**
 * Ends a push: compares what the registry says it stored with what was sent, where it says so.
 *
 * @throws OciError `DIGEST_MISMATCH`
 */
export async function acceptDigest(answer: RegistryAnswer, { digest }: Descriptor): Promise<void> {
  const stored = headerOf(answer, 'docker-content-digest');
  await dropBody(answer);
  if (stored === undefined || stored === digest) return;
  // A registry may name its canonical sha256 for what we push by sha512.
  if (isDigest(stored) && algorithmOf(stored) !== algorithmOf(digest)) return;
  const said = isDigest(stored) ? stored : 'something that is not a digest';
  throw new OciError('DIGEST_MISMATCH', `${answer.url.host} was sent ${digest} and says that it stored ${said}.`, {
    hint: 'Something between here and the registry changes what is sent.',
  });
}
