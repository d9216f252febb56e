import { isRegistryHost, OciError, parseRepository, quote } from '@nx-oci/model';

import { AssumedBlobs } from './requests/assumed-blobs';
import { type Scope } from './host/scope';
import { type CredentialSource } from './credentials/credential';
import { type HostFacts } from './auth/host-facts';
import { type HostSettings } from './host/host-settings';
import { canonicalRegistry } from './host/canonical-registry';
import { KnownLinks } from './requests/known-links';
import { createRegistryHost, type RegistryHost, type RegistryHostOptions } from './requests/registry-host';
import { createRepository, type Repository } from './repository';
import { type RepositoryContext } from './requests/repository-context';
import { BOUNDS } from './transport/bounds';
import { type Pace } from './transport/pace-watch';
import { DEFAULT_RETRY_POLICY, type RetryPolicy } from './attempts/retry-policy';

export interface RegistryClientOptions {
  readonly credentials: CredentialSource;
  /** How a registry is spoken to; asked once per host. Default: `{}` for all. */
  readonly hosts?: (registry: string) => HostSettings;
  /** What an earlier client learned of a host; asked once per host, by canonical name. */
  readonly recall?: (registry: string) => HostFacts | undefined;
  /** Registries throttle clients without a name. Default: `nx-oci`. */
  readonly userAgent?: string;
  /** Requests to one host at the same time, over all its repositories. Default 6. */
  readonly concurrencyPerHost?: number;
  /** Stops everything that is under way. */
  readonly signal?: AbortSignal;
  readonly retry?: RetryPolicy;
  /** A transfer at which no byte moves for so long is ended, and tried again. Default a minute. */
  readonly idleTimeoutMs?: number;
  /** A request that moves no blob is ended after so long, whatever moves, and tried again. Default a minute. */
  readonly callTimeoutMs?: number;
  /** How long to wait for the answer to a blob that was sent. Default 5 min. */
  readonly commitTimeoutMs?: number;
  /** How long a host that never answered is waited for, each try. Default 20 s. */
  readonly firstAnswerTimeoutMs?: number;
  /** How fast blobs have to move. Default 1 KiB a second, over a minute. */
  readonly pace?: Omit<Pace, 'onLife'>;
  /** Told in one line that a host does not answer: for whom we wait, for how long by now, and until when. */
  readonly onWait?: (line: string) => void;
  /** How long a host may be silent until `onWait` is told, and told again. Default 8 s. */
  readonly noticeMs?: number;
  /** For the lifetime of tokens; never goes back. Default `performance.now`. */
  readonly nowMs?: () => number;
  /** HTTP_PROXY, HTTPS_PROXY, NO_PROXY. Default: `process.env`. */
  readonly env?: NodeJS.ProcessEnv;
}

/** A repository to work with, and what will be done with it. */
export interface RepositoryName {
  /** `host[:port]`; the three names of Docker Hub are one. */
  readonly registry: string;
  readonly repository: string;
  /**
   * What it is opened for. With `push` the first token carries the right to push, which saves a second one; registries
   * may refuse such a token to readers, so sources are opened with `pull`. Default `pull`.
   */
  readonly access?: 'pull' | 'push';
  /**
   * Repositories of the same host that blobs may be mounted from: the first token that can push covers them, too, and
   * everything else of this host that was opened to be pushed to until then.
   */
  readonly mountSources?: readonly string[];
  /**
   * Repositories of the same host that what is read here will be pushed to: the first token covers them as well. Only for
   * `pull`; where the right to push is refused, reading goes on without it.
   */
  readonly pushTargets?: readonly string[];
}

/** A text of a registry for whoever uses it: that a token ends soon, that something is deprecated. */
export interface RegistryWarning {
  readonly registry: string;
  readonly text: string;
}

/** All registries, for one run: one connection pool, one queue, one set of tokens per host. */
export interface RegistryClient {
  /** @throws OciError `REFERENCE_INVALID` */
  repository(name: RepositoryName): Repository;
  /** What the hosts of this run were seen to do, by canonical name: for `recall` of a later client. Holds no secret. */
  learned(): ReadonlyMap<string, HostFacts>;
  /** What registries want their users to know, each text once; bounded, and fit for a terminal. */
  warnings(): readonly RegistryWarning[];
  /** Settles when the first request has left. */
  readonly departed: Promise<void>;
  /** Closes all connections; what is still under way fails. */
  close(): Promise<void>;
}

/** What lasts for the run, whoever holds the repository. */
type RepositoryMemory = Pick<RepositoryContext, 'assumed' | 'links'>;

export function createRegistryClient(options: RegistryClientOptions): RegistryClient {
  const hosts = new Map<string, RegistryHost>();
  const memories = new Map<string, RepositoryMemory>();
  let onDeparture = (): void => undefined;
  const departed = new Promise<void>((resolve) => {
    onDeparture = resolve;
  });

  const hostNamed = (name: string): RegistryHost => {
    const host = hosts.get(name) ?? createRegistryHost(name, { ...hostOptions(options, name), onDeparture });
    hosts.set(name, host);
    return host;
  };

  // Whoever sets a tag may hold another `Repository` of the same name than whoever sent the image.
  const memoryOf = (place: string): RepositoryMemory => {
    const memory = memories.get(place) ?? { assumed: new AssumedBlobs(), links: new KnownLinks() };
    memories.set(place, memory);
    return memory;
  };

  return {
    repository({ registry, repository, access = 'pull', mountSources = [], pushTargets = [] }) {
      const host = hostNamed(canonicalRegistry(checkHost(registry)));
      const pushed = [...(access === 'push' ? [repository] : []), ...pushTargets];
      for (const target of pushed) wish(host, { repository: parseRepository(target), actions: ['pull', 'push'] });
      for (const source of mountSources) wish(host, { repository: parseRepository(source), actions: ['pull'] });
      return createRepository({
        host,
        // Nothing but what the grammar allows gets into a URL.
        repository: parseRepository(repository),
        isPushTarget: access === 'push',
        isWishful: pushed.length > 0,
        ...memoryOf(`${host.name}/${repository}`),
      });
    },
    learned: () => new Map([...hosts].map(([name, host]) => [name, host.facts.all])),
    departed,
    warnings: () => [...hosts].flatMap(([registry, host]) => host.warnings.texts.map((text) => ({ registry, text }))),
    async close() {
      await Promise.all([...hosts.values()].map((host) => host.connections.close()));
    },
  };
}

/** A right to push stands for the one to pull. */
function wish({ wishes }: RegistryHost, scope: Scope): void {
  if (!wishes.has(scope.repository) || scope.actions.includes('push')) wishes.set(scope.repository, scope);
}

function checkHost(registry: string): string {
  if (isRegistryHost(registry)) return registry;
  throw new OciError('REFERENCE_INVALID', `${quote(registry)} is not a registry host.`, {
    hint: 'A registry is a host name or address, with a port if it is not the usual one: registry.example.com:5000.',
  });
}

function hostOptions(options: RegistryClientOptions, name: string): Omit<RegistryHostOptions, 'onDeparture'> {
  return {
    settings: options.hosts?.(name) ?? {},
    facts: options.recall?.(name),
    credentials: options.credentials,
    concurrency: options.concurrencyPerHost ?? 6,
    policy: options.retry ?? DEFAULT_RETRY_POLICY,
    idleTimeoutMs: options.idleTimeoutMs ?? BOUNDS.idleMs,
    callTimeoutMs: options.callTimeoutMs ?? BOUNDS.callMs,
    commitTimeoutMs: options.commitTimeoutMs ?? BOUNDS.commitMs,
    firstAnswerMs: Math.min(options.firstAnswerTimeoutMs ?? BOUNDS.firstAnswerMs, options.callTimeoutMs ?? BOUNDS.callMs),
    noticeMs: options.noticeMs ?? BOUNDS.noticeMs,
    pace: options.pace ?? { bytesPerSecond: BOUNDS.floorBytesPerSecond, windowMs: BOUNDS.floorWindowMs },
    onWait: options.onWait,
    nowMs: options.nowMs ?? (() => performance.now()),
    userAgent: options.userAgent ?? 'nx-oci',
    env: options.env ?? process.env,
    signal: options.signal,
  };
}
