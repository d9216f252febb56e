import { homedir } from 'node:os';

import {
  createRegistryClient,
  credentialChain,
  DEFAULT_RETRY_POLICY,
  dockerConfigCredentials,
  listCertificateFolders,
  type CredentialSource,
  type RegistryClient,
} from '@nx-oci/distribution';

import { type RegistryEntry } from '../configuration/registry-entry';
import { printAside } from '../text/print';
import { ownVersion } from './own-version';
import { entryCredentials } from './entry-credentials';
import { RegistryMemory } from './memory/registry-memory';
import { readHostSettings } from './host-settings';

/** The connection of one process to registries: one connection pool, one token per host and scope, one request limit per host. */
export interface Connection {
  readonly client: RegistryClient;
  /** For engines that log in themselves. */
  readonly credentials: CredentialSource;
  readonly memory: RegistryMemory;
  /** Stores what was learned about hosts; running requests fail. */
  close(): Promise<void>;
}

export interface ConnectOptions {
  readonly entries: readonly RegistryEntry[];
  readonly env: NodeJS.ProcessEnv;
  readonly signal?: AbortSignal;
  /** What is known about hosts; it is updated. Default: none, and nothing is stored. */
  readonly memory?: RegistryMemory;
  /** Whether to retry temporary failures of a registry. Default true. */
  readonly hasRetries?: boolean;
  /** Called with one line for each wait for a host that does not answer. Default: printed to stderr. */
  readonly onWait?: (line: string) => void;
  /** Default: those of Podman and Docker. */
  readonly certificateFolders?: readonly string[];
}

// For all images of a run. A registry that answers 429 halves it for that host.
const REQUESTS_PER_HOST = 8;

// One retry, for a proxy that needs a moment to find its server; without the waits that a registry asks for.
const IMPATIENT = { ...DEFAULT_RETRY_POLICY, attempts: 2, connectAttempts: 1, budgetMs: 2000 };

/** Connects to the registries of registries.yaml, and to any other with the logins and certificates of Docker and Podman. */
export async function openConnection(options: ConnectOptions): Promise<Connection> {
  const {
    entries,
    env,
    signal,
    memory = await RegistryMemory.open([], {}),
    hasRetries = true,
    onWait = printAside,
    certificateFolders = listCertificateFolders(homedir()),
  } = options;
  const credentials = credentialChain([entryCredentials(entries), dockerConfigCredentials({ env, homeFolder: homedir() })]);
  const hosts = await readHostSettings(entries, certificateFolders);
  const userAgent = `nx-oci/${ownVersion()}`;
  const retry = hasRetries ? DEFAULT_RETRY_POLICY : IMPATIENT;
  const client = createRegistryClient({
    credentials,
    hosts,
    signal,
    env,
    recall: (registry) => memory.factsOf(registry),
    userAgent,
    settingsFile: 'registries.yaml',
    retry,
    onWait,
    concurrencyPerHost: REQUESTS_PER_HOST,
  });
  memory.learnFrom(client);
  return {
    credentials,
    client,
    memory,
    close: async () => {
      await Promise.all([memory.save(), client.close()]);
    },
  };
}
