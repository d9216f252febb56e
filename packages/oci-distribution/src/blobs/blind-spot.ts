import { type RepositoryContext } from '../requests/repository-context';
import { type RegistryAnswer } from '../transport/request';

/**
 * Whether an answer only says that we may not look, at a place that we push to: Artifactory answers 403 for a missing
 * manifest, GitLab 401 to a token that may only push, others 405. With an accepted login that says nothing about what is
 * there.
 */
export async function isBlindSpot(context: RepositoryContext, { status, wasTokenAccepted }: RegistryAnswer): Promise<boolean> {
  if (!context.isPushTarget) return false;
  if (status === 405) return true;
  const { hasCredential } = await context.host.authorizer.factsFor(context.repository);
  return hasCredential && (status === 403 || (status === 401 && wasTokenAccepted));
}
