import { Door } from '../auth/ask-at-door';
import { type Authorizer, createAuthorizer } from '../auth/authorize';
import { type AskTokenService } from '../auth/fetch-token';
import { publicLogin } from '../auth/public-logins';
import { type Scope } from '../host/scope';
import { DOCKER_HUB } from '../host/canonical-registry';
import { type CredentialSource } from '../credentials/credential';
import { type HostFacts, LearnedFacts } from '../auth/host-facts';
import { type HostSettings } from '../host/host-settings';
import { RegistryWarnings } from './registry-warnings';
import { describeConnectionFailure } from '../attempts/connection-failure';
import { type Connections, createConnections } from '../transport/connections';
import { FailedAttempt } from '../attempts/failed-attempt';
import { BOUNDS } from '../transport/bounds';
import { createHostGate, type HostGate } from '../attempts/host-gate';
import { HostReach } from '../attempts/host-reach';
import { HostWaits } from '../attempts/host-waits';
import { type Pace } from '../transport/pace-watch';
import { exchangeHttp } from '../transport/http-exchange';
import { isPlainHttp } from '../transport/is-plain-http';
import { type HostRules, isOwnOrigin } from '../transport/redirect';
import { type RetryPolicy } from '../attempts/retry-policy';

/** Everything that the requests of one run to one registry share. */
export interface RegistryHost {
  /** As in references: `docker.io`, `registry.example.com:5000`. */
  readonly name: string;
  /** Scheme, host and port on the network. */
  readonly origin: string;
  readonly rules: HostRules;
  readonly connections: Connections;
  readonly authorizer: Authorizer;
  readonly door: Door;
  readonly facts: LearnedFacts;
  readonly warnings: RegistryWarnings;
  /** By repository: rights that this run will need sooner or later, asked for with the first token that can push. */
  readonly wishes: Map<string, Scope>;
  readonly gate: HostGate;
  readonly reach: HostReach;
  readonly waits: HostWaits;
  readonly policy: RetryPolicy;
  readonly idleTimeoutMs: number;
  readonly callTimeoutMs: number;
  readonly firstAnswerMs: number;
  readonly commitTimeoutMs: number;
  readonly pace: Pace;
  readonly userAgent: string;
  /** Stops everything. */
  readonly signal: AbortSignal | undefined;
  /** Told of each request that has left. */
  readonly onDeparture: () => void;
}

export interface RegistryHostOptions {
  readonly settings: HostSettings;
  readonly facts: HostFacts | undefined;
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
  readonly onDeparture: () => void;
}

/** Connects to nothing yet. @param name canonical. */
export function createRegistryHost(name: string, options: RegistryHostOptions): RegistryHost {
  const { settings, credentials, concurrency, env, nowMs, ...rest } = options;
  const facts = new LearnedFacts(name, options.facts);
  // The name in references is that of a web site; the API has its own.
  const authority = name === DOCKER_HUB ? 'registry-1.docker.io' : name;
  const { origin } = new URL(`${isPlainHttp(authority, settings) ? 'http' : 'https'}://${authority}`);
  const rules: HostRules = { origin, trustedHosts: settings.trustedHosts ?? [] };
  const connections = createConnections(rules, settings, env);
  const watch = watchHost(name, options);
  const ask = createTokenRequester({ name, rules, connections, waits: watch.waits }, options);
  const authorizer = createAuthorizer({
    registry: name,
    rules,
    credentials,
    ask,
    nowMs,
    known: facts.all.login ?? publicLogin(origin),
    onLogin: (login) => facts.learn({ login }),
  });
  return {
    ...rest,
    name,
    origin,
    rules,
    connections,
    authorizer,
    door: new Door(),
    facts,
    warnings: new RegistryWarnings(),
    wishes: new Map(),
    gate: createHostGate(concurrency),
    ...watch,
  };
}

function watchHost(host: string, { policy, callTimeoutMs, firstAnswerMs, noticeMs, onWait }: RegistryHostOptions) {
  const tries = Math.min(policy.connectAttempts, policy.attempts);
  const reach = new HostReach({ tries, timeoutMs: Math.min(BOUNDS.connectMs, firstAnswerMs, callTimeoutMs) });
  // Pauses between tries are short beside a time-out. Without a connection there is no answer to wait for yet.
  const limitMs = (boundMs: number): number => tries * (boundMs === 0 ? BOUNDS.connectMs : boundMs);
  return { reach, waits: new HostWaits({ host, noticeMs, limitMs, onWait }) };
}

// A token is small and others wait for it: it does not queue with the transfers, and a total time-out is right for it.

function createTokenRequester(
  host: Pick<RegistryHost, 'name' | 'rules' | 'connections' | 'waits'>,
  { userAgent, signal, onDeparture }: RegistryHostOptions,
): AskTokenService {
  return async ({ method, url, headers, body }) => {
    host.waits.noteBound(BOUNDS.tokenMs);
    const timeout = AbortSignal.timeout(BOUNDS.tokenMs);
    const both = signal === undefined ? timeout : AbortSignal.any([signal, timeout]);
    try {
      const sent = { method, headers: { ...headers, 'user-agent': userAgent }, body, signal: both, onDeparture };
      return { ...(await exchangeHttp(url, sent, await host.connections.to(url))), url, wasTokenAccepted: false };
    } catch (error) {
      throw describeTokenFailure(error, url, host) ?? error;
    }
  };
}

/** Whoever named a registry may never have heard of its token service. */
function describeTokenFailure(error: unknown, url: URL, { name, rules }: Pick<RegistryHost, 'name' | 'rules'>): FailedAttempt | undefined {
  const failure = describeConnectionFailure(error, url);
  if (failure === undefined || isOwnOrigin(url, rules)) return failure;
  return new FailedAttempt({ ...failure.details, happened: `${failure.details.happened}; ${name} has its tokens made there` });
}
