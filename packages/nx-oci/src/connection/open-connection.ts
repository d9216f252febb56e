import { homedir } from 'node:os';

import {
  createRegistryClient,
  credentialChain,
  dockerConfigCredentials,
  listCertificateFolders,
  type CredentialSource,
  type HostFacts,
  type RegistryClient,
} from '@nx-oci/distribution';

import { type RegistryEntry } from '../configuration/registry-entry';
import { ownVersion } from '../own-version';
import { entryCredentials } from './entry-credentials';
import { readHostSettings } from './host-settings';

/** What speaks to registries in one process: one pool of connections, one token a host and scope, one limit a host. */
export interface Connection {
  readonly client: RegistryClient;
  /** For an engine that must log in itself. */
  readonly credentials: CredentialSource;
}

export interface ConnectOptions {
  readonly entries: readonly RegistryEntry[];
  readonly env: NodeJS.ProcessEnv;
  readonly signal?: AbortSignal;
  /** What an earlier run learned of a host. */
  readonly recall?: RecallFacts;
  /** Default: those of Podman and Docker. */
  readonly certificateFolders?: readonly string[];
}

// Over all images of a run. Registries that mind say 429, which halves it for that host.
const REQUESTS_PER_HOST = 8;

export type RecallFacts = (registry: string) => HostFacts | undefined;

/** Connects to the registries of registries.yaml, and to any other with the logins and certificates of Docker and Podman. */
export async function openConnection(options: ConnectOptions): Promise<Connection> {
  const { entries, env, signal, recall, certificateFolders = listCertificateFolders(homedir()) } = options;
  const credentials = credentialChain([entryCredentials(entries), dockerConfigCredentials({ env, homeFolder: homedir() })]);
  const hosts = await readHostSettings(entries, certificateFolders);
  const userAgent = `nx-oci/${ownVersion()}`;
  const client = createRegistryClient({ credentials, hosts, signal, env, recall, userAgent, concurrencyPerHost: REQUESTS_PER_HOST });
  return { credentials, client };
}
