import { isOciError, type OciError } from '@nx-oci/model';
import { type Connection, type RegistryEntry, type RepositoryName } from '@nx-oci/publish';

import { describeAccount } from './account';
import { type RegistryDiagnosis, type RepositoryTry } from './diagnosis';
import { isAboutRegistry, diagnose } from './diagnose';

/** A registry, and the repositories there that images go to: at least one. */
export interface RegistryRepositories {
  readonly entry: RegistryEntry;
  readonly repositories: readonly [RepositoryName, ...RepositoryName[]];
}

export interface CheckContext {
  readonly connection: Connection;
  /** Whether uploads are opened and cancelled, to see who may push. */
  readonly isPushTried: boolean;
}

/**
 * Enters a registry as a publish does and tries what a publish needs there. Stores nothing.
 *
 * The first repository goes ahead: what is wrong with the registry itself is found once, not once for each image.
 */
export async function checkRegistry({ entry, repositories }: RegistryRepositories, context: CheckContext): Promise<RegistryDiagnosis> {
  const { name, host, namespace } = entry;
  const place = namespace === '' ? host : `${host}/${namespace}`;
  const [first, ...others] = repositories;
  const account = await findAccount(first, context);
  if (isOciError(account)) {
    const text = account.message;
    return { name, place, steps: [{ name: 'login', outcome: 'failed', text, ...(account.hint !== undefined && { hint: account.hint }) }] };
  }
  const tried = await tryRepository(first, context);
  const rest = isAboutRegistry(tried) ? [] : await Promise.all(others.map((other) => tryRepository(other, context)));
  return { name, place, steps: diagnose([tried, ...rest], account) };
}

async function findAccount({ registry, repository }: RepositoryName, { connection }: CheckContext) {
  try {
    return describeAccount(await connection.credentials.find(registry, repository));
  } catch (error) {
    return failureOf(error);
  }
}

async function tryRepository(name: RepositoryName, { connection: { client }, isPushTried }: CheckContext): Promise<RepositoryTry> {
  const place = `${name.registry}/${name.repository}`;
  // Opened twice: a token for both rights is refused as a whole by some services where one is missing.
  const pull = await failureIn(() => client.repository({ ...name, access: 'pull' }).resolve('latest'));
  if (!isPushTried) return { place, pull };
  return { place, pull, push: { failure: await failureIn(() => client.repository({ ...name, access: 'push' }).tryPush()) } };
}

async function failureIn(attempt: () => Promise<unknown>): Promise<OciError | undefined> {
  try {
    await attempt();
    return undefined;
  } catch (error) {
    return failureOf(error);
  }
}

/** What a registry or a user did; bugs of ours stay loud. */
function failureOf(error: unknown): OciError {
  if (isOciError(error)) return error;
  throw error;
}
