import { isOciError, type OciError } from '@nx-oci/model';
import { type Connection, type RegistryEntry, type RepositoryName } from '@nx-oci/publish';

import { describeAccount } from './account';
import { type RegistryDiagnosis, type RepositoryTry } from './diagnosis';
import { isAboutRegistry, diagnose } from './diagnose';

/** A registry, and the repositories in it that receive images: at least one. */
export interface RegistryRepositories {
  readonly entry: RegistryEntry;
  readonly repositories: readonly [RepositoryName, ...RepositoryName[]];
}

export interface CheckContext {
  readonly connection: Connection;
  /** Whether to open and cancel uploads, as a test of push access. */
  readonly isPushTried: boolean;
}

/**
 * Logs in to a registry like a publish, and tries what a publish needs there. Stores nothing.
 *
 * The first repository is tried first: a problem of the registry itself is then found once, not once per image.
 */
export async function checkRegistry({ entry, repositories }: RegistryRepositories, context: CheckContext): Promise<RegistryDiagnosis> {
  const { name, host, namespace } = entry;
  const address = namespace === '' ? host : `${host}/${namespace}`;
  const [first, ...others] = repositories;
  const account = await findAccount(first, context);
  if (isOciError(account)) {
    const text = account.message;
    return {
      name,
      address,
      steps: [{ name: 'login', outcome: 'failed', text, ...(account.hint !== undefined && { hint: account.hint }) }],
    };
  }
  const tried = await tryRepository(first, context);
  const rest = isAboutRegistry(tried) ? [] : await Promise.all(others.map((other) => tryRepository(other, context)));
  return { name, address, steps: diagnose([tried, ...rest], account) };
}

async function findAccount({ registry, repository }: RepositoryName, { connection }: CheckContext) {
  try {
    return describeAccount(await connection.credentials.find(registry, repository));
  } catch (error) {
    return failureOf(error);
  }
}

async function tryRepository(name: RepositoryName, { connection: { client }, isPushTried }: CheckContext): Promise<RepositoryTry> {
  const address = `${name.registry}/${name.repository}`;
  // Opened twice: some services refuse a token for both permissions completely if one is missing.
  const pull = await failureIn(() => client.repository({ ...name, access: 'pull' }).resolve('latest'));
  if (!isPushTried) return { address, pull };
  return { address, pull, push: { failure: await failureIn(() => client.repository({ ...name, access: 'push' }).tryPush()) } };
}

async function failureIn(attempt: () => Promise<unknown>): Promise<OciError | undefined> {
  try {
    await attempt();
    return undefined;
  } catch (error) {
    return failureOf(error);
  }
}

/** Catches errors of registries and users, but not our bugs. */
function failureOf(error: unknown): OciError {
  if (isOciError(error)) return error;
  throw error;
}
