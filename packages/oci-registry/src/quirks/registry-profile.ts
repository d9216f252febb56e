import type { Answer } from '../http/answer';
import type { RegistryRequest } from '../http/registry-request';
import type { Route } from '../http/route';
import type { RegistryState } from '../routes/call';

/**
 * What a real registry does differently: data for the login, and hooks around the routes. It is played from documents and
 * public threads, each named beside the quirk; no registry was asked.
 */
export interface RegistryProfile {
  /** One word, as on the command line: `docker-hub`. */
  readonly name: string;
  /** As its maker writes it: `Docker Hub`. */
  readonly title: string;
  readonly login: ProfileLogin;
  /** What it answers to one request too many, in turn. Empty where nothing is known. */
  readonly rateLimits: readonly RateLimitAnswer[];
  /** Those that it heeds; the others make no sense here, and are refused. */
  readonly settings: readonly (keyof ProfileSettings)[];
  /** Outermost first. Called once for each registry that is started, so a quirk may remember. */
  readonly makeQuirks: (settings: ProfileSettings) => readonly Quirk[];
  /** Answers on the second port, beside tokens; there is a second port where this or `login.isElsewhere` is set. */
  readonly answerElsewhere?: (request: RegistryRequest, state: RegistryState) => Promise<Answer>;
}

/** How a registry asks for a login, when it was given one. */
export interface ProfileLogin {
  readonly scheme: 'basic' | 'bearer';
  /** Bearer: the path of the token service. Default `/token`. */
  readonly tokenPath?: string;
  /** Bearer: what it calls itself. Default `oci-registry`. */
  readonly service?: string;
  /** Bearer: the token service is another server, here one on a second port. */
  readonly isElsewhere?: boolean;
  /** Bearer: the scope in the challenge of a path that needs none. */
  readonly placeholderScope?: string;
  /** Bearer: of several `scope` parameters of a token request only the last counts. */
  readonly isLastScopeOnly?: boolean;
  /** Whoever only reads is not asked. */
  readonly isReadingFree?: boolean;
}

/** A regular expression, or whatever else tells tags apart. */
export interface TagPattern {
  test(tag: string): boolean;
  /** Of a regular expression with the flag g or y: where it stopped. */
  lastIndex?: number;
}

/** What an owner can set in the real registry, too, and what happens there only sometimes. */
export interface ProfileSettings {
  /** Tags that stay where they first pointed. Default: none. */
  readonly immutableTags?: TagPattern;
  /** Repositories that were made beforehand, for registries where a push does not make them. Default: all. */
  readonly repositories?: readonly string[];
  /** More requests than this in one minute get the answer of a rate limit. Default: no limit. */
  readonly requestsPerMinute?: number;
  /** Nothing more may be stored. Default false. */
  readonly hasFullQuota?: boolean;
  /** Nothing may be written for now, while the registry is maintained. Default false. */
  readonly isReadOnly?: boolean;
  /** Projects that are a cache of another registry. Default: none. */
  readonly cacheProjects?: readonly string[];
  /** Tags of images that were not looked at for weaknesses, and may not be pulled before they are. Default: none. */
  readonly unscannedTags?: readonly string[];
  /** The account may push and not pull. Default false. */
  readonly isWriteOnly?: boolean;
  /** Whoever is not logged in is told that there is nothing, not that a login is wanted. Default false. */
  readonly hidesFromStrangers?: boolean;
  /** Nobody's setting, but bad luck: so many mounts are confirmed and do not happen, where that was seen. Default 0. */
  readonly lostMounts?: number;
}

/** @param waitMs until requests are taken again. */
export type RateLimitAnswer = (waitMs: number) => Answer;

/** One request that was let in, before a route answers it. */
export interface Visit {
  readonly request: RegistryRequest;
  readonly route: Route;
  readonly state: RegistryState;
  /** `http://127.0.0.1:41234`, the second port; empty where there is none. */
  readonly elsewhereUrl: string;
  /** 401, with the challenge of the login in use. */
  readonly refuseAccess: () => Answer;
}

/** Answers itself, or lets the registry answer (perhaps a changed request) and may change that answer. */
export type Quirk = (visit: Visit, next: (changed?: RegistryRequest) => Promise<Answer>) => Promise<Answer>;
