import { isRegistryHost, OciError, parseRepository, quote } from '@nx-oci/model';

import { AssumedBlobs } from './requests/assumed-blobs';
import { type Scope } from './host/scope';
import { type CredentialSource } from './credentials/credential';
import { type RegistryCapabilities } from './host/registry-capabilities';
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
  /** The settings of a host; called once per host. Default: `{}` for all. */
  readonly hosts?: (registry: string) => HostSettings;
  /** What an earlier client learned about a host; called once per host, with its canonical name. */
  readonly recall?: (registry: string) => RegistryCapabilities | undefined;
  /** Registries throttle clients without a user agent. Default: `nx-oci`. */
  readonly userAgent?: string;
  /** Parallel requests to one host, over all its repositories. Default 6. */
  readonly concurrencyPerHost?: number;
  /** Stops all running operations. */
  readonly signal?: AbortSignal;
  readonly retry?: RetryPolicy;
  /** A transfer without a single byte for this long is aborted and retried. Default a minute. */
  readonly idleTimeoutMs?: number;
  /** A request that transfers no blob is aborted and retried after this long. Default a minute. */
  readonly callTimeoutMs?: number;
  /** How long to wait for the answer after a blob was sent. Default 5 min. */
  readonly commitTimeoutMs?: number;
  /** How long each attempt waits for a host that never answered. Default 20 s. */
  readonly firstAnswerTimeoutMs?: number;
  /** The minimum speed of blob transfers. Default 1 KiB per second, over a minute. */
  readonly pace?: Omit<Pace, 'onLife'>;
  /** Called with one line while a host does not answer: which host, since when, and until when we wait. */
  readonly onWait?: (line: string) => void;
  /** How long a host may be silent before `onWait` is called, and between two calls. Default 8 s. */
  readonly noticeMs?: number;
  /** A monotonic clock for the lifetime of tokens. Default `performance.now`. */
  readonly nowMs?: () => number;
  /** HTTP_PROXY, HTTPS_PROXY, NO_PROXY. Default: `process.env`. */
  readonly env?: NodeJS.ProcessEnv;
  /** Where users write the settings of a registry, for hints: `settings.yaml`. Default: hints name the setting alone. */
  readonly settingsFile?: string;
}

/** A repository, and what it will be used for. */
export interface RepositoryName {
  /** `host[:port]`; the three names of Docker Hub are equivalent. */
  readonly registry: string;
  readonly repository: string;
  /**
   * With `push`, the first token already allows to push, which saves a second one; registries may refuse such a token to
   * readers, so sources are opened with `pull`. Default `pull`.
   */
  readonly access?: 'pull' | 'push';
  /**
   * Repositories of the same host that blobs may be mounted from: the first token that can push covers them, too, and all
   * push targets of this host that were opened before.
   */
  readonly mountSources?: readonly string[];
  /**
   * Repositories of the same host to which content from here will be pushed: the first token covers them as well. Only for
   * `pull`; if push access is refused, reading continues without it.
   */
  readonly pushTargets?: readonly string[];
}

/** A warning of a registry to its users: that a token expires soon, that something is deprecated. */
export interface RegistryWarning {
  readonly registry: string;
  readonly text: string;
}

/** Access to all registries for one run, with one connection pool, one queue and one set of tokens per host. */
export interface RegistryClient {
  /** @throws OciError `REFERENCE_INVALID` */
  repository(name: RepositoryName): Repository;
  /** What this run learned about its hosts, by canonical name: for `recall` of a later client. Contains no secret. */
  learned(): ReadonlyMap<string, RegistryCapabilities>;
  /** Warnings of registries, each text once; limited in number, and safe for a terminal. */
  warnings(): readonly RegistryWarning[];
  /** Resolves when the first request has been sent. */
  readonly firstRequestSent: Promise<void>;
  /** Closes all connections; running operations fail. */
  close(): Promise<void>;
}

/** State of a repository for the whole run, shared by all its `Repository` objects. */
type RepositoryState = Pick<RepositoryContext, 'assumed' | 'links'>;

export function createRegistryClient(options: RegistryClientOptions): RegistryClient {
  const hosts = new Map<string, RegistryHost>();
  const states = new Map<string, RepositoryState>();
  let onRequestSent = (): void => undefined;
  const firstRequestSent = new Promise<void>((resolve) => {
    onRequestSent = resolve;
  });

  const hostFor = (name: string): RegistryHost => {
    const host = hosts.get(name) ?? createRegistryHost(name, { ...hostOptions(options, name), onRequestSent });
    hosts.set(name, host);
    return host;
  };

  // A tag may be set through another `Repository` object of the same name than the image was pushed through.
  const stateOf = (name: string): RepositoryState => {
    const memory = states.get(name) ?? { assumed: new AssumedBlobs(), links: new KnownLinks() };
    states.set(name, memory);
    return memory;
  };

  return {
    repository({ registry, repository, access = 'pull', mountSources = [], pushTargets = [] }) {
      const host = hostFor(canonicalRegistry(checkHost(registry)));
      const pushed = [...(access === 'push' ? [repository] : []), ...pushTargets];
      for (const target of pushed) addExtraScope(host, { repository: parseRepository(target), actions: ['pull', 'push'] });
      for (const source of mountSources) addExtraScope(host, { repository: parseRepository(source), actions: ['pull'] });
      return createRepository({
        host,
        // Only valid names get into a URL.
        repository: parseRepository(repository),
        isPushTarget: access === 'push',
        requestsExtraScopes: pushed.length > 0,
        ...stateOf(`${host.name}/${repository}`),
      });
    },
    learned: () => new Map([...hosts].map(([name, host]) => [name, host.capabilities.all])),
    firstRequestSent,
    warnings: () => [...hosts].flatMap(([registry, host]) => host.warnings.texts.map((text) => ({ registry, text }))),
    async close() {
      await Promise.all([...hosts.values()].map((host) => host.connections.close()));
    },
  };
}

/** A scope to push includes the one to pull. */
function addExtraScope({ extraScopes }: RegistryHost, scope: Scope): void {
  if (!extraScopes.has(scope.repository) || scope.actions.includes('push')) extraScopes.set(scope.repository, scope);
}

function checkHost(registry: string): string {
  if (isRegistryHost(registry)) return registry;
  throw new OciError('REFERENCE_INVALID', `${quote(registry)} is not a registry host.`, {
    hint: 'Write a registry as host name or address, with a port unless it is the default: registry.example.com:5000.',
  });
}

function hostOptions(options: RegistryClientOptions, name: string): Omit<RegistryHostOptions, 'onRequestSent'> {
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
    settingsFile: options.settingsFile,
  };
}
