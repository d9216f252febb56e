import { SupportProbe } from '../auth/support-probe';
import { type Authorizer, createAuthorizer } from '../auth/authorize';
import { type AskTokenService } from '../auth/fetch-token';
import { publicLogin } from '../auth/public-logins';
import { type Scope } from '../host/scope';
import { DOCKER_HUB, DOCKER_HUB_SERVER } from '../host/canonical-registry';
import { type CredentialSource } from '../credentials/credential';
import { type RegistryCapabilities, ObservedCapabilities } from '../host/registry-capabilities';
import { type HostSettings } from '../host/host-settings';
import { RegistryWarnings } from './registry-warnings';
import { describeConnectionFailure } from '../attempts/connection-failure';
import { type Connections, createConnections } from '../transport/connections';
import { FailedAttempt } from '../attempts/failed-attempt';
import { BOUNDS } from '../transport/bounds';
import { createRequestLimiter, type RequestLimiter } from '../attempts/request-limiter';
import { HostReachability } from '../attempts/host-reachability';
import { WaitNotices } from '../attempts/wait-notices';
import { type Pace } from '../transport/pace-watch';
import { exchangeHttp } from '../transport/http-exchange';
import { isPlainHttp } from '../transport/is-plain-http';
import { type HostRules, isOwnOrigin } from '../transport/redirect';
import { type RetryPolicy } from '../attempts/retry-policy';

/** The state that all requests of one run to one registry share. */
export interface RegistryHost {
  /** As in references: `docker.io`, `registry.example.com:5000`. */
  readonly name: string;
  /** Scheme, host and port on the network. */
  readonly origin: string;
  readonly rules: HostRules;
  readonly connections: Connections;
  readonly authorizer: Authorizer;
  readonly supportProbe: SupportProbe;
  readonly capabilities: ObservedCapabilities;
  readonly warnings: RegistryWarnings;
  /** By repository: scopes that this run will need later, requested with the first token that can push. */
  readonly extraScopes: Map<string, Scope>;
  readonly limiter: RequestLimiter;
  readonly reachability: HostReachability;
  readonly waitNotices: WaitNotices;
  readonly policy: RetryPolicy;
  readonly idleTimeoutMs: number;
  readonly callTimeoutMs: number;
  readonly firstAnswerMs: number;
  readonly commitTimeoutMs: number;
  readonly pace: Pace;
  readonly userAgent: string;
  /** Stops everything. */
  readonly signal: AbortSignal | undefined;
  /** Where users write the settings of a registry, for hints. */
  readonly settingsFile: string | undefined;
  /** Called for each request that was sent completely. */
  readonly onRequestSent: () => void;
}

export interface RegistryHostOptions {
  readonly settings: HostSettings;
  readonly facts: RegistryCapabilities | undefined;
  readonly credentials: CredentialSource;
  readonly concurrency: number;
  readonly policy: RetryPolicy;
  readonly idleTimeoutMs: number;
  readonly callTimeoutMs: number;
  readonly firstAnswerMs: number;
  readonly commitTimeoutMs: number;
  readonly noticeMs: number;
  readonly pace: Pace;
  readonly onWait: ((line: string) => void) | undefined;
  readonly nowMs: () => number;
  readonly userAgent: string;
  readonly env: NodeJS.ProcessEnv;
  readonly signal: AbortSignal | undefined;
  readonly onRequestSent: () => void;
  readonly settingsFile: string | undefined;
}

/** Connects to nothing yet. @param name canonical. */
export function createRegistryHost(name: string, options: RegistryHostOptions): RegistryHost {
  const { settings, credentials, concurrency, env, nowMs, ...rest } = options;
  const capabilities = new ObservedCapabilities(name, options.facts);
  // References use the name of the web site; the API has its own.
  const authority = name === DOCKER_HUB ? DOCKER_HUB_SERVER : name;
  const { origin } = new URL(`${isPlainHttp(authority, settings) ? 'http' : 'https'}://${authority}`);
  const rules: HostRules = { origin, trustedHosts: settings.trustedHosts ?? [] };
  const connections = createConnections(rules, settings, env);
  const monitors = createHostMonitors(name, options);
  const ask = createTokenRequester({ name, rules, connections, waitNotices: monitors.waitNotices }, options);
  const authorizer = createAuthorizer({
    registry: name,
    rules,
    credentials,
    ask,
    nowMs,
    known: capabilities.all.login ?? publicLogin(origin),
    onLogin: (login) => capabilities.learn({ login }),
  });
  return {
    ...rest,
    name,
    origin,
    rules,
    connections,
    authorizer,
    supportProbe: new SupportProbe(),
    capabilities,
    warnings: new RegistryWarnings(),
    extraScopes: new Map(),
    limiter: createRequestLimiter(concurrency),
    ...monitors,
  };
}

function createHostMonitors(host: string, { policy, callTimeoutMs, firstAnswerMs, noticeMs, onWait }: RegistryHostOptions) {
  const tries = Math.min(policy.connectAttempts, policy.attempts);
  const reachability = new HostReachability({ tries, timeoutMs: Math.min(BOUNDS.connectMs, firstAnswerMs, callTimeoutMs) });
  // Pauses between attempts are short compared with a time-out. Without a connection, there is no answer to wait for yet.
  const limitMs = (boundMs: number): number => tries * (boundMs === 0 ? BOUNDS.connectMs : boundMs);
  return { reachability, waitNotices: new WaitNotices({ host, noticeMs, limitMs, onWait }) };
}

// A token is small and other requests wait for it: it does not queue with the transfers, and has a total time-out.

function createTokenRequester(
  host: Pick<RegistryHost, 'name' | 'rules' | 'connections' | 'waitNotices'>,
  { userAgent, signal, onRequestSent }: RegistryHostOptions,
): AskTokenService {
  return async ({ method, url, headers, body }) => {
    host.waitNotices.recordTimeout(BOUNDS.tokenMs);
    const timeout = AbortSignal.timeout(BOUNDS.tokenMs);
    const both = signal === undefined ? timeout : AbortSignal.any([signal, timeout]);
    try {
      const sent = { method, headers: { ...headers, 'user-agent': userAgent }, body, signal: both, onRequestSent };
      return { ...(await exchangeHttp(url, sent, await host.connections.to(url))), url, wasTokenAccepted: false };
    } catch (error) {
      throw describeTokenFailure(error, url, host) ?? error;
    }
  };
}

/** Names the registry too, since users may not know its token service. */
function describeTokenFailure(error: unknown, url: URL, { name, rules }: Pick<RegistryHost, 'name' | 'rules'>): FailedAttempt | undefined {
  const failure = describeConnectionFailure(error, url);
  if (failure === undefined || isOwnOrigin(url, rules)) return failure;
  return new FailedAttempt({ ...failure.details, happened: `${failure.details.happened}; ${name} uses that token service` });
}
