import { parseComplaint } from '../failures/registry-failure';
import { failureOf, type RepositoryContext } from './repository-context';
import { type FailedAttempt } from '../attempts/failed-attempt';
import { isOwnOrigin } from '../transport/redirect';
import { readBounded } from '../transport/read-bounded';
import { type RegistryAnswer } from '../transport/request';

const MAX_WORDS_BYTES = 65_536;

/** Why a 404 does not say that something is missing. */
export interface Doubt {
  readonly isElsewhere: boolean;
  readonly failure: FailedAttempt;
}

/**
 * Whether a 404 is the word of a registry, which has error codes. Without them it may be that of storage that has lost what the
 * registry sent us there for, or of a proxy that does not find the registry. Reads the body.
 *
 * @returns `undefined` where it is to be believed.
 * @see https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#error-codes
 */
export async function doubtAbsence(context: RepositoryContext, answer: RegistryAnswer): Promise<Doubt | undefined> {
  const words = await readBounded(answer.body, MAX_WORDS_BYTES);
  if (parseComplaint(words).codes.length > 0) return undefined;
  const failure = await failureOf(context, answer);
  return { isElsewhere: !isOwnOrigin(answer.url, context.host.rules), failure };
}
