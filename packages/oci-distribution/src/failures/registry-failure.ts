import { isDigest, type OciErrorCode } from '@nx-oci/model';

import { hintForDenial, hintForRefusal } from './denial-hints';
import { describePlainHttpRefusal } from '../attempts/connection-failure';
import { FailedAttempt } from '../attempts/failed-attempt';
import { type Hint } from '../host/hint';
import { speaksTls } from '../transport/probe-tls';
import { readBounded } from '../transport/read-bounded';
import { sanitizeText } from '../transport/redact';
import { findRetryAfterInText, parseRetryAfter } from '../attempts/retry-after';
import { type RegistryAnswer } from '../transport/request';

/** A longer error body is truncated, not refused: the status is what counts. */
const MAX_ERROR_BODY_BYTES = 65_536;

// distribution names each missing blob in `detail`, other registries in the message; nothing else looks like a digest.
const DIGESTS = /\bsha(?:256:[0-9a-f]{64}|384:[0-9a-f]{96}|512:[0-9a-f]{128})\b/g;

/** The error codes and text of a failed answer: sanitised, but not trusted. */
export interface RegistryErrorBody {
  readonly codes: readonly string[];
  readonly text: string;
}

/** Other facts about a failed request, for the hint. */
export interface FailureContext {
  /** The login so far: which sources were searched, and whether credentials were found. */
  readonly login: LoginState;
  /** Its answers are never quoted, since they may contain a token or the login of the request. */
  readonly isTokenService?: boolean;
  /** The answer is from a server that the registry redirected to. */
  readonly isOtherServer?: boolean;
}

export interface LoginState {
  readonly registry: string;
  readonly hasCredential: boolean;
  readonly searched: readonly string[];
  /** Names of the environment variables that hold the credentials. */
  readonly variables?: readonly string[] | undefined;
  /** The untrusted token service that the credentials were not sent to. */
  readonly withheldFrom?: string;
}

/** Reads the body of a failed answer (up to a limit) and describes the failure. */
export async function describeRegistryFailure(
  answer: RegistryAnswer,
  { login, isTokenService = false, isOtherServer = false }: FailureContext,
): Promise<FailedAttempt> {
  const body = await readBounded(answer.body, MAX_ERROR_BODY_BYTES);
  const errorBody = parseErrorBody(body);
  const { status } = answer;
  const rawText = body.toString('utf8');
  // Go and nginx answer 400 if they require TLS; a HEAD has no text, so the server is probed.
  if (status === 400 && answer.url.protocol === 'http:' && (await speaksTls(answer.url))) return describePlainHttpRefusal(answer.url);
  const isRateLimit = status === 429 || (status === 403 && /secondary rate limit|abuse detection/i.test(rawText));
  const header = answer.headers['retry-after'];
  const retryAfterMs = parseRetryAfter(typeof header === 'string' ? header : undefined, Date.now()) ?? findRetryAfterInText(rawText);
  const reported = isRateLimit
    ? 'RATE_LIMITED'
    : isBodyTooLarge(status, errorBody.text)
      ? 'BODY_TOO_LARGE'
      : codeFor(status, errorBody.codes);
  // No login was sent there, so it was not refused.
  const code = isOtherServer && (reported === 'UNAUTHORIZED' || reported === 'DENIED') ? 'REGISTRY_FAILED' : reported;
  return new FailedAttempt({
    outcome: { kind: 'answer', status, codes: errorBody.codes, retryAfterMs, isRateLimit },
    code,
    happened:
      code === 'UNAUTHORIZED'
        ? describeLogin(login)
        : `${answer.url.host} answered ${status}${isTokenService ? '' : formatErrorText(errorBody)}`,
    hint: hintFor(code, login, errorBody) ?? hintForStatus(status, rawText),
    digests: [...new Set(rawText.match(DIGESTS) ?? [])].filter(isDigest),
  });
}

/**
 * Reads `{"errors":[{"code","message","detail"}]}`, or any other body as plain text.
 *
 * @see https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#error-codes
 */
export function parseErrorBody(body: Buffer): RegistryErrorBody {
  const text = body.toString('utf8');
  const errors = parseErrors(text);
  if (errors.length > 0) {
    const codes = errors.map(({ code }) => code).filter((code) => code !== '');
    return {
      codes,
      text: sanitizeText([...new Set(errors.map(({ code, message }) => [code, message].filter(Boolean).join(': ')))].join('; ')),
    };
  }
  // The error page of a proxy says no more than its status.
  return { codes: [], text: text.trimStart().startsWith('<') ? '' : sanitizeText(text) };
}

function parseErrors(text: string): readonly { readonly code: string; readonly message: string }[] {
  const errors = readErrorList(text);
  return errors.slice(0, 20).flatMap((error: unknown) => {
    if (typeof error !== 'object' || error === null) return [];
    const { code, message } = error as Readonly<Record<string, unknown>>;
    return [{ code: typeof code === 'string' ? sanitizeText(code, 60) : '', message: typeof message === 'string' ? message : '' }];
  });
}

function readErrorList(text: string): readonly unknown[] {
  try {
    const { errors } = (JSON.parse(text) ?? {}) as { readonly errors?: unknown };
    return Array.isArray(errors) ? errors : [];
  } catch {
    // Not JSON: the error page of another program.
    return [];
  }
}

const CODE_OF_STATUS: Readonly<Record<number, OciErrorCode>> = {
  401: 'UNAUTHORIZED',
  403: 'DENIED',
  404: 'NOT_FOUND',
  413: 'BODY_TOO_LARGE',
  415: 'MEDIA_TYPE_UNSUPPORTED',
  429: 'RATE_LIMITED',
};

const CODE_OF_REGISTRY_CODE: Readonly<Record<string, OciErrorCode>> = {
  // Quay answers this with 405 while it is read-only.
  DENIED: 'DENIED',
  TAG_INVALID: 'TAG_INVALID',
  NAME_INVALID: 'REFERENCE_INVALID',
  MANIFEST_INVALID: 'MANIFEST_INVALID',
  MANIFEST_BLOB_UNKNOWN: 'NOT_FOUND',
  DIGEST_INVALID: 'DIGEST_MISMATCH',
  SIZE_INVALID: 'SIZE_MISMATCH',
};

function codeFor(status: number, codes: readonly string[]): OciErrorCode {
  const known = codes.map((code) => CODE_OF_REGISTRY_CODE[code]).find((code) => code !== undefined);
  return CODE_OF_STATUS[status] ?? (status < 500 ? known : undefined) ?? 'REGISTRY_FAILED';
}

/** Some registries use another status than 413. */
function isBodyTooLarge(status: number, text: string): boolean {
  return (
    [400, 416, 422].includes(status) &&
    /\b(?:body|request|entity|content|blob|layer|chunk|part|upload)\b.{0,40}\btoo (?:large|big|long)\b/i.test(text)
  );
}

function formatErrorText({ text }: RegistryErrorBody): string {
  return text === '' ? '' : ` (${text})`;
}

function describeLogin({ registry, hasCredential, withheldFrom }: LoginState): string {
  if (withheldFrom !== undefined) return `the credentials for ${registry} were not sent to its token service at ${withheldFrom}`;
  return hasCredential ? `${registry} did not accept the credentials` : `no credentials for ${registry} were found`;
}

/** What to do about a failed login, and where credentials were searched for. */
export function hintForLogin({ registry, hasCredential, searched, variables = [], withheldFrom }: LoginState): Hint {
  const files = searched.length === 0 ? '' : ` Looked in: ${searched.join(', ')}.`;
  if (withheldFrom !== undefined) {
    return (inSettings) => `If ${withheldFrom} belongs to ${registry}, add it to \`trustedHosts\` of this registry${inSettings}.`;
  }
  const source = searched.at(-1);
  if (hasCredential && variables.length > 0) {
    const those = variables.length === 1 ? 'the variable' : 'the variables';
    return `They came from ${those} ${variables.join(' and ')}: set ${variables.length === 1 ? 'it' : 'them'} to a valid login; a token may have expired.`;
  }
  if (hasCredential && source !== undefined) {
    return `They came from ${source}: correct them there (\`docker login ${registry}\` rewrites Docker’s own config.json); a token may have expired.`;
  }
  return (inSettings) => `Run \`docker login ${registry}\`, or set \`auth\` for it${inSettings}, and the variables that it names.${files}`;
}

function hintFor(code: OciErrorCode, login: LoginState, errorBody: RegistryErrorBody): Hint | undefined {
  if (code === 'UNAUTHORIZED') return hintForLogin(login);
  // Google calls its rate limit a quota, too.
  if (code === 'RATE_LIMITED') return 'Wait, log in (anonymous limits are lower), or reduce the number of parallel requests.';
  const refusal = hintForRefusal(errorBody.text);
  if (refusal !== undefined) return refusal;
  if (errorBody.codes.includes('PROJECTPOLICYVIOLATION'))
    return 'Have the image scanned or signed as the project requires, or change its policy.';
  if (code === 'DENIED') return hintForDenial(errorBody.text) ?? hintForAccount(login);
  if (code === 'NOT_FOUND' && errorBody.codes.includes('NAME_UNKNOWN')) {
    return 'Create the repository first (ECR and Artifact Registry do not create it on a push), or check its name.';
  }
  if (code === 'BODY_TOO_LARGE') return 'Raise the limit of the registry or of the proxy in front of it (nginx: client_max_body_size).';
  return undefined;
}

/** For an answer that says nothing about its reason. */
function hintForStatus(status: number, text: string): Hint | undefined {
  if (status >= 500)
    return 'The registry failed, or a proxy in front of it, not this request: run again; if it stays, look into its log or status page.';
  if (status >= 400 && text.trimStart().startsWith('<'))
    return 'A web page came, not the answer of a registry: check the host, and any proxy in between.';
  return undefined;
}

function hintForAccount(login: LoginState): Hint {
  if (login.withheldFrom !== undefined || !login.hasCredential) return hintForLogin(login);
  if (login.registry !== 'ghcr.io') return 'The account lacks the permission: allow it to push to (or pull from) this repository.';
  return (
    'In GitHub Actions the job needs `permissions: packages: write`, and the package must be linked to this repository ' +
    '(package settings, "Manage Actions access"). Elsewhere the token needs `write:packages`.'
  );
}
