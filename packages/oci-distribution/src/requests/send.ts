import { Readable } from 'node:stream';

import { isOciError, OciError } from '@nx-oci/model';

import { type DoorAnswer, mayHide } from '../auth/ask-at-door';
import { isChallenge, type Pass } from '../auth/authorize';
import { formatScopes } from '../host/scope';
import { supportUrl } from '../host/endpoints';
import { describeRegistryFailure } from '../failures/registry-failure';
import { type RegistryHost } from './registry-host';
import { describeCertificateRequest, describeConnectionFailure, describePlainHttpRefusal } from '../attempts/connection-failure';
import { BOUNDS } from '../transport/bounds';
import { blameElsewhere } from './elsewhere';
import { FailedAttempt } from '../attempts/failed-attempt';
import { exchangeHttp } from '../transport/http-exchange';
import { speaksTls, wantsClientCertificate } from '../transport/probe-tls';
import { followLocation, isOwnOrigin, isRedirect, MAX_REDIRECTS } from '../transport/redirect';
import { isTransientStatus } from '../attempts/retry-policy';
import { dropBody, headerOf, type RegistryAnswer, type RegistryRequest, type RequestBody } from '../transport/request';
import { withGrace } from '../attempts/with-grace';

// Without a token, with one from the cache, with a fresh one.
const MAX_ROUNDS = 3;

/**
 * The only place from which a request to a registry leaves: authorised, through the host's gate, redirects followed by
 * hand. It does not try again after a failure; the operation around it does.
 *
 * @returns the answer, of whatever status.
 * @throws FailedAttempt when no answer came; OciError `REALM_REFUSED`, `REDIRECT_REFUSED`, and what the body's source failed with.
 */
export async function send(host: RegistryHost, request: RegistryRequest): Promise<RegistryAnswer> {
  // Whoever the registry sends us to for an upload gets no credentials, and its 401 is not a challenge of the registry.
  if (!isOwnOrigin(request.url, host.rules)) return sendOnce(host, request, undefined);
  for (let round = 1; ; round++) {
    const pass = await host.authorizer.pass(request);
    let status: number | undefined;
    try {
      if (pass.isShort) throw lacksRight(host, request);
      const answer = await sendOnce(host, request, pass.header);
      status = answer.status;
      if (isOwnOrigin(answer.url, host.rules)) noticeHost(host, answer);
      if (round === MAX_ROUNDS || !(await isWorthRepeating(host, request, { answer, pass }))) return answer;
      await dropBody(answer);
    } finally {
      pass.settle(status);
    }
  }
}

interface Exchanged {
  readonly answer: RegistryAnswer;
  readonly pass: Pass;
}

/** Whether the registry has told how to log in, in its answer or where it was asked for that. */
async function isWorthRepeating(host: RegistryHost, request: RegistryRequest, { answer, pass }: Exchanged): Promise<boolean> {
  const { authorizer, rules } = host;
  if (isChallenge(answer, rules)) return authorizer.learn(answer, request, pass);
  if (pass.header !== undefined || !mayHide(answer, rules.origin)) return false;
  if ((await authorizer.credentialOf(request.repository)) === undefined) return false;
  const atDoor = await host.door.ask(() => askAtDoor(host, request));
  return isChallenge(atDoor, rules) && authorizer.learn(atDoor, request, pass);
}

async function askAtDoor(host: RegistryHost, { repository, scopes, signal }: RegistryRequest): Promise<DoorAnswer> {
  const url = supportUrl(host.origin);
  const answer = await sendOnce(host, { method: 'GET', url, repository, scopes, signal }, undefined);
  // Who is busy has not said that no login is wanted.
  if (isTransientStatus(answer.status)) throw await describeRegistryFailure(answer, { login: await host.authorizer.factsFor(repository) });
  await dropBody(answer);
  return { status: answer.status, headers: answer.headers, url: answer.url };
}

/** As if the registry had said so, which would cost a request to hear. */
function lacksRight({ name }: RegistryHost, { scopes }: RegistryRequest): FailedAttempt {
  const happened = `no token of ${name} allows ${formatScopes(scopes).join(' and ')}`;
  return new FailedAttempt({ outcome: { kind: 'answer', status: 401, codes: ['UNAUTHORIZED'] }, code: 'UNAUTHORIZED', happened });
}

function noticeHost({ facts, warnings }: RegistryHost, answer: RegistryAnswer): void {
  facts.notice(answer);
  warnings.notice(answer);
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
  // Before the gate: the content may come from the same host, and whoever holds a place must not wait for another one.
  const body = await openBody(request.body);
  const headers = {
    ...request.headers,
    'user-agent': host.userAgent,
    ...(request.body && { 'content-length': `${sizeOf(request.body)}` }),
    ...(authorization !== undefined && { authorization }),
  };
  const certificate = host.connections.shownCertificate();
  const { idleTimeoutMs, onDeparture, reach, waits } = host;
  const ofFirst = reach.hasAnswered ? undefined : host.firstAnswerMs;
  const pace = request.isTransfer === true ? { ...host.pace, onLife: () => waits.noteLife() } : undefined;
  const totalTimeoutMs = request.isTransfer === true ? undefined : host.callTimeoutMs;
  // What a silence means is asked of a host that never answered, which takes a moment.
  const answerBoundMs = ofFirst === undefined ? Math.max(answerTimeoutMs ?? 0, host.callTimeoutMs) : ofFirst + BOUNDS.probeMs;
  try {
    const answer = await host.gate.pass(
      async () =>
        exchangeHttp(
          url,
          {
            method,
            headers,
            body,
            signal: opensUpload === true ? withGrace(signal) : signal,
            answerTimeoutMs: ofFirst ?? answerTimeoutMs,
            pace,
            idleTimeoutMs,
            totalTimeoutMs,
            onConnection: () => waits.noteBound(answerBoundMs),
            onDeparture,
          },
          await host.connections.to(url),
        ),
      signal,
    );
    host.connections.noteAnswer(url);
    if (isOwnOrigin(url, host.rules)) reach.noteAnswer();
    waits.noteLife();
    return {
      status: answer.status,
      headers: answer.headers,
      body: answer.body,
      url,
      wasTokenAccepted: authorization?.startsWith('Bearer ') ?? false,
    };
  } catch (error) {
    const failure = offerOther(certificate, await describeSendFailure(error, url, host), host);
    throw failure instanceof FailedAttempt && !isOwnOrigin(url, host.rules) ? blameElsewhere(failure, url, host) : failure;
  } finally {
    // An early answer (413, 401) leaves the content half read.
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
  // The content could not be read. Where it comes from another registry, that download has used up tries of its own: what
  // is left of ours would only multiply them.
  if (isOciError(error)) return error;
  const failure = describeConnectionFailure(error, url);
  const { outcome } = failure?.details ?? {};
  const isFirstContact = outcome?.kind === 'broken' && outcome.phase === 'transfer' && !host.connections.hasAnswered(url);
  if (!isFirstContact || !host.connections.isDirect(url)) return failure ?? error;
  return (await (url.protocol === 'http:' ? explainPlainHttp(error, url) : explainTls(error, url))) ?? failure;
}

/** certs.d may hold certificates of ours for several purposes; only the registry knows which one is for it. */
function offerOther(refused: number, failure: unknown, { connections }: RegistryHost): unknown {
  if (!(failure instanceof FailedAttempt && failure.details.isAboutOurCertificate)) return failure;
  if (!connections.changeCertificate(refused)) return failure;
  return new FailedAttempt({ ...failure.details, outcome: { kind: 'broken', phase: 'transfer' } });
}

async function explainPlainHttp(error: unknown, url: URL): Promise<FailedAttempt | undefined> {
  return (await speaksTls(url)) ? describePlainHttpRefusal(url, error) : undefined;
}

async function explainTls(error: unknown, url: URL): Promise<FailedAttempt | undefined> {
  return (await wantsClientCertificate(url)) ? describeCertificateRequest(url, error) : undefined;
}
