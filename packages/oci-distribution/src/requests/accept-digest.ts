import { algorithmOf, type Descriptor, isDigest, OciError } from '@nx-oci/model';

import { dropBody, headerOf, type RegistryAnswer } from '../transport/request';

/**
 * Ends a push: compares the digest that the registry stored, if it names one, with the digest that was sent.
 *
 * @throws OciError `DIGEST_MISMATCH`
 */
export async function acceptDigest(answer: RegistryAnswer, { digest }: Descriptor): Promise<void> {
  const stored = headerOf(answer, 'docker-content-digest');
  await dropBody(answer);
  if (stored === undefined || stored === digest) return;
  // A registry may name its canonical sha256 for what we push by sha512.
  if (isDigest(stored) && algorithmOf(stored) !== algorithmOf(digest)) return;
  const said = isDigest(stored) ? stored : 'an invalid digest';
  throw new OciError('DIGEST_MISMATCH', `Cannot push ${digest} to ${answer.url.host}: the registry stored ${said}.`, {
    hint: 'A proxy in between changes the content: check the network path to the registry.',
  });
}
