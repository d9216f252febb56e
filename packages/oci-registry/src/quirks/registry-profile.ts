import type { Answer } from '../http/answer';
import type { RegistryRequest } from '../http/registry-request';
import type { Route } from '../http/route';
import type { RegistryState } from '../routes/call';

/**
 * How a real registry differs: data for the login, and hooks around the routes. Based on documents and public threads, each
 * named beside the quirk; no registry was measured.
 */
export interface RegistryProfile {
  /** One word, for the command line: `docker-hub`. */
  readonly name: string;
  /** The product name: `Docker Hub`. */
  readonly title: string;
  readonly login: ProfileLogin;
  /** Its answers to excess requests, in turn. Empty if unknown. */
  readonly rateLimits: readonly RateLimitAnswer[];
  /** The supported settings; others are refused. */
  readonly settings: readonly (keyof ProfileSettings)[];
  /** Outermost first. Called once per started registry, so that a quirk may have state. */
  readonly makeQuirks: (settings: ProfileSettings) => readonly Quirk[];
  /** Answers on the second port, in addition to tokens; the second port exists if this or `login.isOnSecondServer` is set. */
  readonly answerSecondServer?: (request: RegistryRequest, state: RegistryState) => Promise<Answer>;
}

/** The login of a registry, if it has one. */
export interface ProfileLogin {
  readonly scheme: 'basic' | 'bearer';
  /** Bearer: the path of the token service. Default `/token`. */
  readonly tokenPath?: string;
  /** Bearer: the name of the service. Default `oci-registry`. */
  readonly service?: string;
  /** Bearer: the token service is another server, on the second port. */
  readonly isOnSecondServer?: boolean;
  /** Bearer: the scope in the challenge of a path that needs none. */
  readonly placeholderScope?: string;
  /** Bearer: of several `scope` parameters of a token request only the last counts. */
  readonly isLastScopeOnly?: boolean;
  /** Reading requires no login. */
  readonly isReadingFree?: boolean;
}

/** A regular expression, or another pattern for tags. */
export interface TagPattern {
  test(tag: string): boolean;
  /** The last position of a regular expression with the flag g or y. */
  lastIndex?: number;
}

/** Settings of the real registry, and failures that it has occasionally. */
export interface ProfileSettings {
  /** Immutable tags. Default: none. */
  readonly immutableTags?: TagPattern;
  /** Existing repositories, for registries where a push does not create them. Default: all. */
  readonly repositories?: readonly string[];
  /** More requests per minute exceed the rate limit. Default: no limit. */
  readonly requestsPerMinute?: number;
  /** The quota is exhausted. Default false. */
  readonly hasFullQuota?: boolean;
  /** Read-only during maintenance. Default false. */
  readonly isReadOnly?: boolean;
  /** Projects that cache another registry. Default: none. */
  readonly cacheProjects?: readonly string[];
  /** Tags of images that cannot be pulled before a vulnerability scan. Default: none. */
  readonly unscannedTags?: readonly string[];
  /** The account may push and not pull. Default false. */
  readonly isWriteOnly?: boolean;
  /** Anonymous requests are answered with "not found" instead of a challenge. Default false. */
  readonly hidesFromStrangers?: boolean;
  /** A failure rather than a setting: so many mounts are confirmed but do not happen. Default 0. */
  readonly lostMounts?: number;
}

/** @param waitMs until requests are accepted again. */
export type RateLimitAnswer = (waitMs: number) => Answer;

/** One authorised request, before a route answers it. */
export interface Visit {
  readonly request: RegistryRequest;
  readonly route: Route;
  readonly state: RegistryState;
  /** `http://127.0.0.1:41234`, the second port; empty if there is none. */
  readonly secondServerUrl: string;
  /** 401, with the challenge of the login. */
  readonly refuseAccess: () => Answer;
}

/** Answers itself, or lets the registry answer (possibly a changed request) and may change that answer. */
export type Quirk = (visit: Visit, next: (changed?: RegistryRequest) => Promise<Answer>) => Promise<Answer>;
