import { parseErrorBody } from '../failures/registry-failure';
import { failureOf, type RepositoryContext } from './repository-context';
import { type FailedAttempt } from '../attempts/failed-attempt';
import { isOwnOrigin } from '../transport/redirect';
import { readBounded } from '../transport/read-bounded';
import { type RegistryAnswer } from '../transport/request';

const MAX_ERROR_BYTES = 65_536;

/** Why a 404 does not prove that content is missing. */
export interface UncertainAbsence {
  readonly isOtherServer: boolean;
  readonly failure: FailedAttempt;
}

/**
 * Whether a 404 has a registry's error code. Without one it may come from storage that lost the content, or from a proxy that
 * does not find the registry. Reads the body.
 *
 * @returns `undefined` if the content is really missing.
 * @see https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#error-codes
 */
export async function findAbsenceDoubt(context: RepositoryContext, answer: RegistryAnswer): Promise<UncertainAbsence | undefined> {
  const body = await readBounded(answer.body, MAX_ERROR_BYTES);
  if (parseErrorBody(body).codes.length > 0) return undefined;
  const failure = await failureOf(context, answer);
  return { isOtherServer: !isOwnOrigin(answer.url, context.host.rules), failure };
}
