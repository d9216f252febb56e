import { type Credential, type CredentialAnswer, type CredentialSource, credentialKey, hideCredential } from '../credentials/credential';
import { type KnownLogin } from '../host/registry-capabilities';
import { describeRegistryFailure, type LoginState } from '../failures/registry-failure';
import { FailedAttempt } from '../attempts/failed-attempt';
import { type HostRules } from '../transport/redirect';
import { headerOf, type RegistryAnswer, type RegistryRequest } from '../transport/request';
import { parseChallenge } from './challenge';
import { type AskTokenService, basicHeader, fetchToken } from './fetch-token';
import { type BearerMethod, type LoginMethod, tokenServiceKey, restoreMethod, toStorableLogin } from './login-method';
import { removeUngranted } from './granted-scopes';
import { checkRealm } from './realm';
import { coversScopes, formatScopes, type Scope } from '../host/scope';
import { createTokenCache, type Token, type TokenCache } from './token-cache';

/** The authorization of one request. */
export interface Authorization {
  readonly header: string | undefined;
  /** The header was made for this request: if it is refused, another one like it would be, too. */
  readonly isFresh: boolean;
  /** The token was requested with more scopes than this request needs, which some services refuse. */
  readonly extraScopesKey?: string;
  /** No token of this host has all scopes of this request, as an earlier request showed. */
  readonly hasInsufficientScope?: boolean;
  /** Call it once the request has ended, with or without success. */
  readonly complete: (status: number | undefined) => void;
}

type AuthorizedRequest = Pick<RegistryRequest, 'repository' | 'scopes' | 'extraScopes'>;

/** Logs in to one registry host, for one run. */
export interface Authorizer {
  /** The authorization for this request; may wait for the first answer of the host, and for a token. */
  authorize(subject: AuthorizedRequest): Promise<Authorization>;
  /** Handles a 401. @returns whether to send the request again, with a new authorization. */
  handleChallenge(answer: Pick<RegistryAnswer, 'headers'>, subject: AuthorizedRequest, refused: Authorization): Promise<boolean>;
  credentialOf(repository: string): Promise<Credential | undefined>;
  /** For error texts. */
  loginStateFor(repository: string): Promise<LoginState>;
}

export interface AuthorizerOptions {
  /** As in references; Docker Hub is `docker.io`. */
  readonly registry: string;
  readonly rules: HostRules;
  readonly credentials: CredentialSource;
  readonly ask: AskTokenService;
  /** A monotonic clock. */
  readonly nowMs: () => number;
  /** How the host was logged in to last time: saves a request that would be refused. Dropped as soon as it turns out wrong. */
  readonly known?: KnownLogin;
  /** Called with the login method once the host names it, and with `undefined` when `known` turns out wrong. */
  readonly onLogin?: (login: KnownLogin | undefined) => void;
}

const NOTHING: Authorization = { header: undefined, isFresh: true, complete: () => undefined };

export function createAuthorizer(options: AuthorizerOptions): Authorizer {
  return new HostAuthorizer(options);
}

class HostAuthorizer implements Authorizer {
  readonly #found = new Map<string, Promise<CredentialAnswer>>();
  #tokens: TokenCache;
  readonly #refusedScopes = new Set<string>();
  #method: LoginMethod | undefined;
  /** The method is from an earlier run, and the host has not confirmed it yet. */
  #isRemembered: boolean;
  /** The first request to this host, while the login method is unknown. */
  #firstAnswer: Promise<void> | undefined;

  constructor(private readonly options: AuthorizerOptions) {
    this.#tokens = createTokenCache(options.nowMs);
    this.#method = options.known === undefined ? undefined : restoreMethod(options.known, options.rules);
    this.#isRemembered = this.#method !== undefined;
  }

  async authorize(subject: AuthorizedRequest): Promise<Authorization> {
    const credential = await this.credentialOf(subject.repository);
    if (credential?.kind === 'registry-token') return { ...NOTHING, header: `Bearer ${credential.token}` };
    // Otherwise every parallel request to a new host would be refused once: a storm of 401s.
    while (this.#method === undefined && this.#firstAnswer !== undefined) await this.#firstAnswer;
    if (this.#method === undefined) return this.#authorizeFirst();
    if (this.#method.kind === 'basic') return { ...NOTHING, header: credential?.kind === 'basic' ? basicHeader(credential) : undefined };
    return this.#method.kind === 'bearer' ? this.#authorizeWithToken(this.#method, subject, credential) : NOTHING;
  }

  async handleChallenge(answer: Pick<RegistryAnswer, 'headers'>, subject: AuthorizedRequest, refused: Authorization): Promise<boolean> {
    const challenge = parseChallenge(answer.headers['www-authenticate']);
    const credential = await this.credentialOf(subject.repository);
    if (challenge === undefined || credential?.kind === 'registry-token') return false;
    if (challenge.scheme === 'basic') {
      this.#adoptMethod({ kind: 'basic' }, { kind: 'basic' });
      return credential?.kind === 'basic' && !(refused.header ?? '').startsWith('Basic ');
    }
    const { realm, service } = challenge;
    const isOtherService = this.#adoptMethod(
      { kind: 'bearer', tokens: checkRealm(realm, this.options.rules), service },
      toStorableLogin(challenge),
    );
    const refusedToken = /^Bearer (.+)$/.exec(refused.header ?? '')?.[1];
    if (refusedToken === undefined || isOtherService) return true;
    this.#tokens.forget(refusedToken);
    if (!refused.isFresh) return true;
    const key = refused.extraScopesKey ?? keyOf(subject.scopes);
    const isNew = !this.#refusedScopes.has(key);
    this.#refusedScopes.add(key);
    return refused.extraScopesKey !== undefined && isNew;
  }

  async credentialOf(repository: string): Promise<Credential | undefined> {
    return (await this.#find(repository)).credential;
  }

  async loginStateFor(repository: string): Promise<LoginState> {
    const { credential, searched, variables } = await this.#find(repository);
    const untrusted = this.#method?.kind === 'bearer' && !this.#method.tokens.isTrusted ? this.#method.tokens.url.host : undefined;
    const withheldFrom = credential === undefined ? undefined : untrusted;
    return { registry: this.options.registry, hasCredential: credential !== undefined, searched, variables, withheldFrom };
  }

  #find(repository: string): Promise<CredentialAnswer> {
    const found = this.#found.get(repository) ?? findAndHide(this.options, repository);
    this.#found.set(repository, found);
    return found;
  }

  /** @returns whether tokens now come from another service. */
  #adoptMethod(method: LoginMethod, login: KnownLogin | undefined): boolean {
    const before = this.#method;
    this.#method = method;
    this.#isRemembered = false;
    this.options.onLogin?.(login);
    const isOtherService = before !== undefined && tokenServiceKey(before) !== tokenServiceKey(method);
    if (isOtherService) this.#tokens = createTokenCache(this.options.nowMs);
    return isOtherService;
  }

  #forgetRememberedMethod(): void {
    this.#method = undefined;
    this.#isRemembered = false;
    this.options.onLogin?.(undefined);
  }

  #authorizeFirst(): Authorization {
    let announce = (): void => undefined;
    this.#firstAnswer = new Promise((resolve) => {
      announce = resolve;
    });
    const complete = (status: number | undefined): void => {
      // The failure of a server or proxy says nothing about access.
      const isConclusive = status !== undefined && status < 500 && status !== 401 && status !== 429;
      if (isConclusive) this.#method ??= { kind: 'open' };
      this.#firstAnswer = undefined;
      announce();
    };
    return { ...NOTHING, complete };
  }

  async #authorizeWithToken(method: BearerMethod, subject: AuthorizedRequest, credential: TokenCredential): Promise<Authorization> {
    if (this.#hasInsufficientScope(subject)) return { ...NOTHING, hasInsufficientScope: true };
    const credentialToSend = method.tokens.isTrusted ? credential : undefined;
    let isFresh = false;
    const get = (scopes: readonly Scope[]): Promise<string> => {
      const obtain = (): Promise<Token> => {
        isFresh = true;
        return this.#obtain(method, { ...subject, scopes }, credentialToSend);
      };
      return this.#tokens.get(credentialKey(credentialToSend), subject.scopes, obtain, scopes);
    };
    try {
      const extraScopes = await this.#selectSameAccount(subject, credential);
      const { token, extraScopesKey } = await this.#getWithExtraScopes({ ...subject, extraScopes }, get);
      return { ...NOTHING, header: `Bearer ${token}`, isFresh, extraScopesKey, hasInsufficientScope: this.#hasInsufficientScope(subject) };
    } catch (error) {
      // The service may have moved. The registry itself knows; parallel requests have already dropped the old method.
      if (!(error instanceof FailedAttempt) || (this.#method === method && !this.#isRemembered)) throw error;
      if (this.#method === method) this.#forgetRememberedMethod();
      return this.authorize(subject);
    }
  }

  /** The extra scopes that belong to the same account. */
  async #selectSameAccount({ extraScopes = [] }: AuthorizedRequest, credential: Credential | undefined): Promise<readonly Scope[]> {
    const isOwn = await Promise.all(
      extraScopes.map(async ({ repository }) => credentialKey(await this.credentialOf(repository)) === credentialKey(credential)),
    );
    return extraScopes.filter((_, index) => isOwn[index]);
  }

  // One token for everything is cheapest, but some services refuse it because of a single scope.
  // See https://github.com/osscontainertools/kaniko/issues/1013
  async #getWithExtraScopes(
    { scopes, extraScopes = [] }: AuthorizedRequest,
    get: (scopes: readonly Scope[]) => Promise<string>,
  ): Promise<{ readonly token: string; readonly extraScopesKey?: string }> {
    const all = [...scopes, ...extraScopes];
    const key = keyOf(all);
    if (coversScopes(scopes, extraScopes) || this.#refusedScopes.has(key)) return { token: await this.#getFor(scopes, get) };
    try {
      const token = await get(all);
      // GitLab honoured only the last of several scopes: https://github.com/estesp/manifest-tool/issues/53
      if (!lacksScopes(token, all, scopes)) return { token, extraScopesKey: key };
      this.#refusedScopes.add(key);
    } catch (error) {
      if (!(error instanceof FailedAttempt && isRefusal(error))) throw error;
      this.#refusedScopes.add(key);
    }
    return { token: await this.#getFor(scopes, get) };
  }

  async #getFor(scopes: readonly Scope[], get: (scopes: readonly Scope[]) => Promise<string>): Promise<string> {
    const token = await get(scopes);
    if (scopes.length > 1 && lacksScopes(token, scopes, scopes)) this.#refusedScopes.add(keyOf(scopes));
    return token;
  }

  /** Only for requests that need two repositories: for a single one, the registry decides. */
  #hasInsufficientScope({ scopes }: AuthorizedRequest): boolean {
    return scopes.length > 1 && this.#refusedScopes.has(keyOf(scopes));
  }

  async #obtain(method: BearerMethod, subject: AuthorizedRequest, credential: TokenCredential): Promise<Token> {
    const request = { realm: method.tokens.url, service: method.service, scopes: subject.scopes, credential };
    const answer = await fetchToken(request, this.options.ask);
    if ('token' in answer) return answer.token;
    throw await describeRegistryFailure(answer.refusal, { login: await this.loginStateFor(subject.repository), isTokenService: true });
  }
}

async function findAndHide({ credentials, registry }: AuthorizerOptions, repository: string): Promise<CredentialAnswer> {
  const answer = await credentials.find(registry, repository);
  if (answer.credential !== undefined) hideCredential(answer.credential);
  return answer;
}

type TokenCredential = Exclude<Credential, { readonly kind: 'registry-token' }> | undefined;

function keyOf(scopes: readonly Scope[]): string {
  return formatScopes(scopes).join(' ');
}

/** Whether a token says that it lacks a needed repository. */
function lacksScopes(token: string, asked: readonly Scope[], needed: readonly Scope[]): boolean {
  return !coversScopes(removeUngranted(token, asked), needed);
}

function isRefusal({ details: { outcome } }: FailedAttempt): boolean {
  return outcome.kind === 'answer' && outcome.status >= 400 && outcome.status < 500 && outcome.status !== 429;
}

/** Whether an answer is a challenge of the registry, and not of a server that it redirected to. */
export function isRegistryChallenge(answer: Pick<RegistryAnswer, 'status' | 'headers' | 'url'>, rules: HostRules): boolean {
  return answer.status === 401 && answer.url.origin === rules.origin && headerOf(answer, 'www-authenticate') !== undefined;
}
