import { type Credential, type CredentialAnswer, type CredentialSource, credentialKey, hideCredential } from '../credentials/credential';
import { type KnownLogin } from './host-facts';
import { describeRegistryFailure, type LoginFacts } from '../failures/registry-failure';
import { FailedAttempt } from '../attempts/failed-attempt';
import { type HostRules } from '../transport/redirect';
import { headerOf, type RegistryAnswer, type RegistryRequest } from '../transport/request';
import { parseChallenge } from './challenge';
import { type AskTokenService, basicHeader, fetchToken } from './fetch-token';
import { type BearerMethod, type LoginMethod, nameService, recallMethod, toRemember } from './login-method';
import { leaveOutUngranted } from './granted-scopes';
import { judgeRealm } from './realm';
import { coversScopes, formatScopes, type Scope } from '../host/scope';
import { createTokenCache, type Token, type TokenCache } from './token-cache';

/** What a request may carry, and what came of it. */
export interface Pass {
  readonly header: string | undefined;
  /** The header was made for this very request: if it is refused, another one like it will be, too. */
  readonly isFresh: boolean;
  /** The token was asked for with more rights than this request needs, which not every service bears. */
  readonly wishKey?: string;
  /** No token of this host carries all rights of this request, as an earlier one for the same told. */
  readonly isShort?: boolean;
  /** To be called once the request has ended, whatever came of it. */
  readonly settle: (status: number | undefined) => void;
}

type Subject = Pick<RegistryRequest, 'repository' | 'scopes' | 'wishedScopes'>;

/** Knows how one registry host wants us to log in. For one run. */
export interface Authorizer {
  /** What this request is to carry; may wait for the first answer of the host, and for a token. */
  pass(subject: Subject): Promise<Pass>;
  /** Takes in a 401. Tells whether the request is worth sending again, with another pass. */
  learn(answer: Pick<RegistryAnswer, 'headers'>, subject: Subject, refused: Pass): Promise<boolean>;
  credentialOf(repository: string): Promise<Credential | undefined>;
  /** For error texts. */
  factsFor(repository: string): Promise<LoginFacts>;
}

export interface AuthorizerOptions {
  /** As in references; Docker Hub is `docker.io`. */
  readonly registry: string;
  readonly rules: HostRules;
  readonly credentials: CredentialSource;
  readonly ask: AskTokenService;
  /** Never goes back. */
  readonly nowMs: () => number;
  /** How the host was entered last time: saves the request that would only be refused. Forgotten at the first surprise. */
  readonly known?: KnownLogin;
  /** Told how the host is entered as soon as it says so, and `undefined` when what was known turns out wrong. */
  readonly onLogin?: (login: KnownLogin | undefined) => void;
}

const NOTHING: Pass = { header: undefined, isFresh: true, settle: () => undefined };

export function createAuthorizer(options: AuthorizerOptions): Authorizer {
  return new HostAuthorizer(options);
}

class HostAuthorizer implements Authorizer {
  readonly #found = new Map<string, Promise<CredentialAnswer>>();
  #tokens: TokenCache;
  readonly #refusedWishes = new Set<string>();
  #method: LoginMethod | undefined;
  /** The method is that of an earlier run, and the host has not spoken of it yet. */
  #isRemembered: boolean;
  /** The first request of this host, while nobody knows yet how to log in. */
  #firstAnswer: Promise<void> | undefined;

  constructor(private readonly options: AuthorizerOptions) {
    this.#tokens = createTokenCache(options.nowMs);
    this.#method = options.known === undefined ? undefined : recallMethod(options.known, options.rules);
    this.#isRemembered = this.#method !== undefined;
  }

  async pass(subject: Subject): Promise<Pass> {
    const credential = await this.credentialOf(subject.repository);
    if (credential?.kind === 'registry-token') return { ...NOTHING, header: `Bearer ${credential.token}` };
    // Without this every parallel request of a new host would be refused once: a storm of 401s.
    while (this.#method === undefined && this.#firstAnswer !== undefined) await this.#firstAnswer;
    if (this.#method === undefined) return this.#goFirst();
    if (this.#method.kind === 'basic') return { ...NOTHING, header: credential?.kind === 'basic' ? basicHeader(credential) : undefined };
    return this.#method.kind === 'bearer' ? this.#passWithToken(this.#method, subject, credential) : NOTHING;
  }

  async learn(answer: Pick<RegistryAnswer, 'headers'>, subject: Subject, refused: Pass): Promise<boolean> {
    const challenge = parseChallenge(answer.headers['www-authenticate']);
    const credential = await this.credentialOf(subject.repository);
    if (challenge === undefined || credential?.kind === 'registry-token') return false;
    if (challenge.scheme === 'basic') {
      this.#settleOn({ kind: 'basic' }, { kind: 'basic' });
      return credential?.kind === 'basic' && !(refused.header ?? '').startsWith('Basic ');
    }
    const { realm, service } = challenge;
    const isElsewhere = this.#settleOn({ kind: 'bearer', tokens: judgeRealm(realm, this.options.rules), service }, toRemember(challenge));
    const refusedToken = /^Bearer (.+)$/.exec(refused.header ?? '')?.[1];
    if (refusedToken === undefined || isElsewhere) return true;
    this.#tokens.forget(refusedToken);
    if (!refused.isFresh) return true;
    const key = refused.wishKey ?? keyOf(subject.scopes);
    const isNew = !this.#refusedWishes.has(key);
    this.#refusedWishes.add(key);
    return refused.wishKey !== undefined && isNew;
  }

  async credentialOf(repository: string): Promise<Credential | undefined> {
    return (await this.#find(repository)).credential;
  }

  async factsFor(repository: string): Promise<LoginFacts> {
    const { credential, looked } = await this.#find(repository);
    const stranger = this.#method?.kind === 'bearer' && !this.#method.tokens.isTrusted ? this.#method.tokens.url.host : undefined;
    const withheldFrom = credential === undefined ? undefined : stranger;
    return { registry: this.options.registry, hasCredential: credential !== undefined, looked, withheldFrom };
  }

  #find(repository: string): Promise<CredentialAnswer> {
    const found = this.#found.get(repository) ?? findAndHide(this.options, repository);
    this.#found.set(repository, found);
    return found;
  }

  /** @returns whether tokens come from another service than those that there are. */
  #settleOn(method: LoginMethod, login: KnownLogin | undefined): boolean {
    const before = this.#method;
    this.#method = method;
    this.#isRemembered = false;
    this.options.onLogin?.(login);
    const isElsewhere = before !== undefined && nameService(before) !== nameService(method);
    if (isElsewhere) this.#tokens = createTokenCache(this.options.nowMs);
    return isElsewhere;
  }

  #forgetRemembered(): void {
    this.#method = undefined;
    this.#isRemembered = false;
    this.options.onLogin?.(undefined);
  }

  #goFirst(): Pass {
    let announce = (): void => undefined;
    this.#firstAnswer = new Promise((resolve) => {
      announce = resolve;
    });
    const settle = (status: number | undefined): void => {
      // A failing server or proxy says nothing about who is let in.
      const isTelling = status !== undefined && status < 500 && status !== 401 && status !== 429;
      if (isTelling) this.#method ??= { kind: 'open' };
      this.#firstAnswer = undefined;
      announce();
    };
    return { ...NOTHING, settle };
  }

  async #passWithToken(method: BearerMethod, subject: Subject, credential: TokenCredential): Promise<Pass> {
    if (this.#isHopeless(subject)) return { ...NOTHING, isShort: true };
    const shown = method.tokens.isTrusted ? credential : undefined;
    let isFresh = false;
    const get = (scopes: readonly Scope[]): Promise<string> => {
      const obtain = (): Promise<Token> => {
        isFresh = true;
        return this.#obtain(method, { ...subject, scopes }, shown);
      };
      return this.#tokens.get(credentialKey(shown), subject.scopes, obtain, scopes);
    };
    try {
      const wishedScopes = await this.#ownWishes(subject, credential);
      const { token, wishKey } = await this.#tryWishes({ ...subject, wishedScopes }, get);
      return { ...NOTHING, header: `Bearer ${token}`, isFresh, wishKey, isShort: this.#isHopeless(subject) };
    } catch (error) {
      // The service may have moved since. The registry itself knows; parallel requests find it forgotten already.
      if (!(error instanceof FailedAttempt) || (this.#method === method && !this.#isRemembered)) throw error;
      if (this.#method === method) this.#forgetRemembered();
      return this.pass(subject);
    }
  }

  /** The wishes that the same account may have. */
  async #ownWishes({ wishedScopes = [] }: Subject, credential: Credential | undefined): Promise<readonly Scope[]> {
    const isOwn = await Promise.all(
      wishedScopes.map(async ({ repository }) => credentialKey(await this.credentialOf(repository)) === credentialKey(credential)),
    );
    return wishedScopes.filter((_, index) => isOwn[index]);
  }

  // One token for all is cheapest, but some services refuse all of it for one right too many.
  // See https://github.com/osscontainertools/kaniko/issues/1013
  async #tryWishes(
    { scopes, wishedScopes = [] }: Subject,
    get: (scopes: readonly Scope[]) => Promise<string>,
  ): Promise<{ readonly token: string; readonly wishKey?: string }> {
    const all = [...scopes, ...wishedScopes];
    const key = keyOf(all);
    if (coversScopes(scopes, wishedScopes) || this.#refusedWishes.has(key)) return { token: await this.#getFor(scopes, get) };
    try {
      const token = await get(all);
      // GitLab honoured only the last of several scopes: https://github.com/estesp/manifest-tool/issues/53
      if (!lacks(token, all, scopes)) return { token, wishKey: key };
      this.#refusedWishes.add(key);
    } catch (error) {
      if (!(error instanceof FailedAttempt && isRefusal(error))) throw error;
      this.#refusedWishes.add(key);
    }
    return { token: await this.#getFor(scopes, get) };
  }

  async #getFor(scopes: readonly Scope[], get: (scopes: readonly Scope[]) => Promise<string>): Promise<string> {
    const token = await get(scopes);
    if (scopes.length > 1 && lacks(token, scopes, scopes)) this.#refusedWishes.add(keyOf(scopes));
    return token;
  }

  /** Only of requests for which two repositories are needed: of a single one the registry itself is asked. */
  #isHopeless({ scopes }: Subject): boolean {
    return scopes.length > 1 && this.#refusedWishes.has(keyOf(scopes));
  }

  async #obtain(method: BearerMethod, subject: Subject, credential: TokenCredential): Promise<Token> {
    const request = { realm: method.tokens.url, service: method.service, scopes: subject.scopes, credential };
    const answer = await fetchToken(request, this.options.ask);
    if ('token' in answer) return answer.token;
    throw await describeRegistryFailure(answer.refusal, { login: await this.factsFor(subject.repository), isTokenService: true });
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

/** Whether a token says that it lacks a repository that is needed. */
function lacks(token: string, asked: readonly Scope[], needed: readonly Scope[]): boolean {
  return !coversScopes(leaveOutUngranted(token, asked), needed);
}

function isRefusal({ details: { outcome } }: FailedAttempt): boolean {
  return outcome.kind === 'answer' && outcome.status >= 400 && outcome.status < 500 && outcome.status !== 429;
}

/** Whether an answer is a challenge of the registry, and not of somebody whom it redirected us to. */
export function isChallenge(answer: Pick<RegistryAnswer, 'status' | 'headers' | 'url'>, rules: HostRules): boolean {
  return answer.status === 401 && answer.url.origin === rules.origin && headerOf(answer, 'www-authenticate') !== undefined;
}
