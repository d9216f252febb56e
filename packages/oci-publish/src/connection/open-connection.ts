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

/** What speaks to registries in one process: one pool of connections, one token a host and scope, one limit a host. */
export interface Connection {
  readonly client: RegistryClient;
  /** For an engine that must log in itself. */
  readonly credentials: CredentialSource;
  readonly memory: RegistryMemory;
  /** Keeps what was learned of hosts; what is still under way fails. */
  close(): Promise<void>;
}

export interface ConnectOptions {
  readonly entries: readonly RegistryEntry[];
  readonly env: NodeJS.ProcessEnv;
  readonly signal?: AbortSignal;
  /** What is known of hosts; it learns more. Default: none, and nothing is kept. */
  readonly memory?: RegistryMemory;
  /** Whether a registry that fails for the moment is tried again until it is hopeless. Default true. */
  readonly isPatient?: boolean;
  /** Told in one line of each wait for a host that does not answer. Default: printed beside the output. */
  readonly onWait?: (line: string) => void;
  /** Default: those of Podman and Docker. */
  readonly certificateFolders?: readonly string[];
}

// Over all images of a run. Registries that mind say 429, which halves it for that host.
const REQUESTS_PER_HOST = 8;

// One more try, for the moment that a proxy takes to find its server; nobody waits for what a registry asks to wait.
const IMPATIENT = { ...DEFAULT_RETRY_POLICY, attempts: 2, connectAttempts: 1, budgetMs: 2000 };

/** Connects to the registries of registries.yaml, and to any other with the logins and certificates of Docker and Podman. */
export async function openConnection(options: ConnectOptions): Promise<Connection> {
  const {
    entries,
    env,
    signal,
    memory = await RegistryMemory.open([], {}),
    isPatient = true,
    onWait = printAside,
    certificateFolders = listCertificateFolders(homedir()),
  } = options;
  const credentials = credentialChain([entryCredentials(entries), dockerConfigCredentials({ env, homeFolder: homedir() })]);
  const hosts = await readHostSettings(entries, certificateFolders);
  const userAgent = `nx-oci/${ownVersion()}`;
  const retry = isPatient ? DEFAULT_RETRY_POLICY : IMPATIENT;
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
