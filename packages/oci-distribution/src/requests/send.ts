import { Readable } from 'node:stream';

import { isOciError, OciError } from '@nx-oci/model';

import { type ProbeAnswer, mayHideContent } from '../auth/support-probe';
import { isRegistryChallenge, type Authorization } from '../auth/authorize';
import { formatScopes } from '../host/scope';
import { supportUrl } from '../host/endpoints';
import { describeRegistryFailure } from '../failures/registry-failure';
import { type RegistryHost } from './registry-host';
import { describeCertificateRequest, describeConnectionFailure, describePlainHttpRefusal } from '../attempts/connection-failure';
import { BOUNDS } from '../transport/bounds';
import { describeRedirectedFailure } from './redirected-failure';
import { FailedAttempt } from '../attempts/failed-attempt';
import { exchangeHttp } from '../transport/http-exchange';
import { speaksTls, wantsClientCertificate } from '../transport/probe-tls';
import { followLocation, isOwnOrigin, isRedirect, MAX_REDIRECTS } from '../transport/redirect';
import { isTransientStatus } from '../attempts/retry-policy';
import { dropBody, headerOf, type RegistryAnswer, type RegistryRequest, type RequestBody } from '../transport/request';
import { delayAbort } from '../attempts/delay-abort';

// Without a token, with one from the cache, with a fresh one.
const MAX_ROUNDS = 3;

/**
 * The only function that sends a request to a registry: with authorization, through the request limiter, and following
 * redirects itself. It does not retry after a failure; the operation around it does.
 *
 * @returns the answer, with any status.
 * @throws FailedAttempt if there was no answer; OciError `REALM_REFUSED`, `REDIRECT_REFUSED`, and the error of the body's source.
 */
export async function send(host: RegistryHost, request: RegistryRequest): Promise<RegistryAnswer> {
  // Another server that the registry names for an upload gets no credentials, and its 401 is not a challenge of the registry.
  if (!isOwnOrigin(request.url, host.rules)) return sendOnce(host, request, undefined);
  for (let round = 1; ; round++) {
    const authorization = await host.authorizer.authorize(request);
    let status: number | undefined;
    try {
      if (authorization.hasInsufficientScope) throw insufficientScope(host, request);
      const answer = await sendOnce(host, request, authorization.header);
      status = answer.status;
      if (isOwnOrigin(answer.url, host.rules)) observeHost(host, answer);
      if (round === MAX_ROUNDS || !(await shouldRepeat(host, request, { answer, authorization }))) return answer;
      await dropBody(answer);
    } finally {
      authorization.complete(status);
    }
  }
}

interface AuthorizedExchange {
  readonly answer: RegistryAnswer;
  readonly authorization: Authorization;
}

/** Whether the registry named its login method, in its answer or at `/v2/`. */
async function shouldRepeat(host: RegistryHost, request: RegistryRequest, { answer, authorization }: AuthorizedExchange): Promise<boolean> {
  const { authorizer, rules } = host;
  if (isRegistryChallenge(answer, rules)) return authorizer.handleChallenge(answer, request, authorization);
  if (authorization.header !== undefined || !mayHideContent(answer, rules.origin)) return false;
  if ((await authorizer.credentialOf(request.repository)) === undefined) return false;
  const probed = await host.supportProbe.run(() => probeSupport(host, request));
  return isRegistryChallenge(probed, rules) && authorizer.handleChallenge(probed, request, authorization);
}

async function probeSupport(host: RegistryHost, { repository, scopes, signal }: RegistryRequest): Promise<ProbeAnswer> {
  const url = supportUrl(host.origin);
  const answer = await sendOnce(host, { method: 'GET', url, repository, scopes, signal }, undefined);
  // An overloaded host has not said that it needs no login.
  if (isTransientStatus(answer.status))
    throw await describeRegistryFailure(answer, { login: await host.authorizer.loginStateFor(repository) });
  await dropBody(answer);
  return { status: answer.status, headers: answer.headers, url: answer.url };
}

/** The answer that the registry would give, without the request. */
function insufficientScope({ name }: RegistryHost, { scopes }: RegistryRequest): FailedAttempt {
  const happened = `no token of ${name} allows ${formatScopes(scopes).join(' and ')}`;
  return new FailedAttempt({ outcome: { kind: 'answer', status: 401, codes: ['UNAUTHORIZED'] }, code: 'UNAUTHORIZED', happened });
}

function observeHost({ capabilities, warnings }: RegistryHost, answer: RegistryAnswer): void {
  capabilities.observe(answer);
  warnings.collect(answer);
}

async function sendOnce(host: RegistryHost, request: RegistryRequest, authorization: string | undefined): Promise<RegistryAnswer> {
  let url = request.url;
  for (let hops = 0; ; hops++) {
    const answer = await exchange(host, { ...request, url }, isOwnOrigin(url, host.rules) ? authorization : undefined);
    const location = headerOf(answer, 'location');
    const isFollowed = isRedirect(answer.status) && location !== undefined && (request.method === 'GET' || request.method === 'HEAD');
    if (!isFollowed) return answer;
    await dropBody(answer);
    if (hops === MAX_REDIRECTS) throw new OciError('REDIRECT_REFUSED', `${host.name} redirected more than ${MAX_REDIRECTS} times.`);
    url = followLocation(url, location, host.rules);
  }
}

/** One request, one answer. */
async function exchange(host: RegistryHost, request: RegistryRequest, authorization: string | undefined): Promise<RegistryAnswer> {
  const { method, url, signal, answerTimeoutMs, opensUpload } = request;
  // Before the limiter: the content may come from the same host, and a request with a slot must not wait for another slot.
  const body = await openBody(request.body);
  const headers = {
    ...request.headers,
    'user-agent': host.userAgent,
    ...(request.body && { 'content-length': `${sizeOf(request.body)}` }),
    ...(authorization !== undefined && { authorization }),
  };
  const certificate = host.connections.currentCertificate();
  const { idleTimeoutMs, onRequestSent, reachability, waitNotices } = host;
  const ofFirst = reachability.hasAnswered ? undefined : host.firstAnswerMs;
  const pace = request.isTransfer === true ? { ...host.pace, onLife: () => waitNotices.recordActivity() } : undefined;
  const totalTimeoutMs = request.isTransfer === true ? undefined : host.callTimeoutMs;
  // After a time-out of a host that never answered, a probe takes another moment.
  const answerBoundMs = ofFirst === undefined ? Math.max(answerTimeoutMs ?? 0, host.callTimeoutMs) : ofFirst + BOUNDS.probeMs;
  try {
    const answer = await host.limiter.run(
      async () =>
        exchangeHttp(
          url,
          {
            method,
            headers,
            body,
            signal: opensUpload === true ? delayAbort(signal) : signal,
            answerTimeoutMs: ofFirst ?? answerTimeoutMs,
            pace,
            idleTimeoutMs,
            totalTimeoutMs,
            onConnection: () => waitNotices.recordTimeout(answerBoundMs),
            onRequestSent,
          },
          await host.connections.to(url),
        ),
      signal,
    );
    host.connections.recordAnswer(url);
    if (isOwnOrigin(url, host.rules)) reachability.recordAnswer();
    waitNotices.recordActivity();
    return {
      status: answer.status,
      headers: answer.headers,
      body: answer.body,
      url,
      wasTokenAccepted: authorization?.startsWith('Bearer ') ?? false,
    };
  } catch (error) {
    const failure = tryNextCertificate(certificate, await describeSendFailure(error, url, host), host);
    throw failure instanceof FailedAttempt && !isOwnOrigin(url, host.rules) ? describeRedirectedFailure(failure, url, host) : failure;
  } finally {
    // An early answer (413, 401) leaves the content partly unread.
    if (body instanceof Readable) body.destroy();
  }
}

async function openBody(body: RequestBody | undefined): Promise<Uint8Array | Readable | undefined> {
  return body?.kind === 'stream' ? body.open() : body?.bytes;
}

function sizeOf(body: RequestBody): number {
  return body.kind === 'stream' ? body.size : body.bytes.byteLength;
}

async function describeSendFailure(error: unknown, url: URL, host: RegistryHost): Promise<unknown> {
  // The content could not be read. If it comes from another registry, that download had its own retries: ours would only
  // multiply them.
  if (isOciError(error)) return error;
  const failure = describeConnectionFailure(error, url);
  const { outcome } = failure?.details ?? {};
  const isFirstContact = outcome?.kind === 'broken' && outcome.phase === 'transfer' && !host.connections.hasAnswered(url);
  if (!isFirstContact || !host.connections.isDirect(url)) return failure ?? error;
  return (await (url.protocol === 'http:' ? diagnosePlainHttp(error, url) : diagnoseTls(error, url))) ?? failure;
}

/** certs.d may contain several client certificates; only the registry knows which one it accepts. */
function tryNextCertificate(refused: number, failure: unknown, { connections }: RegistryHost): unknown {
  if (!(failure instanceof FailedAttempt && failure.details.isClientCertificateError)) return failure;
  if (!connections.useNextCertificate(refused)) return failure;
  return new FailedAttempt({ ...failure.details, outcome: { kind: 'broken', phase: 'transfer' } });
}

async function diagnosePlainHttp(error: unknown, url: URL): Promise<FailedAttempt | undefined> {
  return (await speaksTls(url)) ? describePlainHttpRefusal(url, error) : undefined;
}

async function diagnoseTls(error: unknown, url: URL): Promise<FailedAttempt | undefined> {
  return (await wantsClientCertificate(url)) ? describeCertificateRequest(url, error) : undefined;
}
