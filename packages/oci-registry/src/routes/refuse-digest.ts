import type { Answer } from '../http/answer';
import { refuse } from '../http/protocol-error';

/** For an invalid digest, or an unsupported algorithm. */
export function refuseDigest(text: string): Answer {
  return refuse('DIGEST_INVALID', 'A digest is sha256 and 64, sha384 and 96, or sha512 and 128 lower-case hexadecimal characters.', {
    detail: { digest: text.slice(0, 150) },
  });
}
