import { type RepositoryContext } from '../requests/repository-context';
import { type RegistryAnswer } from '../transport/request';

/**
 * Whether an answer of a push target only says that we may not read: Artifactory answers 403 for a missing manifest, GitLab
 * 401 for a token that may only push, others 405. If the login was accepted, that says nothing about what exists.
 */
export async function canPushButNotPull(context: RepositoryContext, { status, wasTokenAccepted }: RegistryAnswer): Promise<boolean> {
  if (!context.isPushTarget) return false;
  if (status === 405) return true;
  const { hasCredential } = await context.host.authorizer.loginStateFor(context.repository);
  return hasCredential && (status === 403 || (status === 401 && wasTokenAccepted));
}
