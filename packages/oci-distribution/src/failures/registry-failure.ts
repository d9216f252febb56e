import { isDigest, type OciErrorCode } from '@nx-oci/model';

import { hintForWords } from './denial-words';
import { hintForPlace } from './place-refusal';
import { describePlainHttpRefusal } from '../attempts/connection-failure';
import { FailedAttempt } from '../attempts/failed-attempt';
import { speaksTls } from '../transport/probe-tls';
import { readBounded } from '../transport/read-bounded';
import { sanitizeText } from '../transport/redact';
import { findRetryAfterInText, parseRetryAfter } from '../attempts/retry-after';
import { type RegistryAnswer } from '../transport/request';

/** An error body longer than this is cut, not refused: the status is what counts. */
const MAX_ERROR_BODY_BYTES = 65_536;

// distribution names each missing blob in `detail`, some registries in the message; nothing but a digest looks like one.
const DIGESTS = /\bsha(?:256:[0-9a-f]{64}|384:[0-9a-f]{96}|512:[0-9a-f]{128})\b/g;

/** What a failed answer said for itself. Codes and texts are the registry's: sanitised, but not to be trusted. */
export interface RegistryComplaint {
  readonly codes: readonly string[];
  readonly text: string;
}

/** What else is known when a request fails, for the hint. */
export interface FailureContext {
  /** How logging in went so far: which places were looked at, whether something was found. */
  readonly login: LoginFacts;
  /** Whose answers are never quoted, for there is a token in them, or the login that it was asked with. */
  readonly isTokenService?: boolean;
  /** The answer is of a server that the registry sent us to. */
  readonly isElsewhere?: boolean;
}

export interface LoginFacts {
  readonly registry: string;
  readonly hasCredential: boolean;
  readonly looked: readonly string[];
  /** The token service that the credentials were withheld from, since it is a stranger. */
  readonly withheldFrom?: string;
}

/** Reads a failed answer to its (bounded) end and says what it means. */
export async function describeRegistryFailure(
  answer: RegistryAnswer,
  { login, isTokenService = false, isElsewhere = false }: FailureContext,
): Promise<FailedAttempt> {
  const body = await readBounded(answer.body, MAX_ERROR_BODY_BYTES);
  const complaint = parseComplaint(body);
  const { status } = answer;
  const rawText = body.toString('utf8');
  // Go's and nginx' way to say that they want TLS; a HEAD carries no text, so the server itself is asked.
  if (status === 400 && answer.url.protocol === 'http:' && (await speaksTls(answer.url))) return describePlainHttpRefusal(answer.url);
  const isRateLimit = status === 429 || (status === 403 && /secondary rate limit|abuse detection/i.test(rawText));
  const header = answer.headers['retry-after'];
  const retryAfterMs = parseRetryAfter(typeof header === 'string' ? header : undefined, Date.now()) ?? findRetryAfterInText(rawText);
  const said = isRateLimit ? 'RATE_LIMITED' : isBodyTooLarge(status, complaint.text) ? 'BODY_TOO_LARGE' : codeFor(status, complaint.codes);
  // Nobody shows a login there, so it was not refused.
  const code = isElsewhere && (said === 'UNAUTHORIZED' || said === 'DENIED') ? 'REGISTRY_FAILED' : said;
  return new FailedAttempt({
    outcome: { kind: 'answer', status, codes: complaint.codes, retryAfterMs, isRateLimit },
    code,
    happened:
      code === 'UNAUTHORIZED'
        ? describeLogin(login)
        : `${answer.url.host} answered ${status}${isTokenService ? '' : describeComplaint(complaint)}`,
    hint: hintFor(code, login, complaint),
    digests: [...new Set(rawText.match(DIGESTS) ?? [])].filter(isDigest),
  });
}

/**
 * Reads `{"errors":[{"code","message","detail"}]}`, or whatever else came as plain text.
 *
 * @see https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#error-codes
 */
export function parseComplaint(body: Buffer): RegistryComplaint {
  const text = body.toString('utf8');
  const errors = parseErrors(text);
  if (errors.length > 0) {
    const codes = errors.map(({ code }) => code).filter((code) => code !== '');
    return {
      codes,
      text: sanitizeText([...new Set(errors.map(({ code, message }) => [code, message].filter(Boolean).join(': ')))].join('; ')),
    };
  }
  // A proxy's error page says nothing that its status does not.
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
    // Not JSON: some other program's error page.
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

const CODE_OF_WORD: Readonly<Record<string, OciErrorCode>> = {
  // Quay says so with 405, while it takes no writes.
  DENIED: 'DENIED',
  TAG_INVALID: 'TAG_INVALID',
  NAME_INVALID: 'REFERENCE_INVALID',
  MANIFEST_INVALID: 'MANIFEST_INVALID',
  MANIFEST_BLOB_UNKNOWN: 'NOT_FOUND',
  DIGEST_INVALID: 'DIGEST_MISMATCH',
  SIZE_INVALID: 'SIZE_MISMATCH',
};

function codeFor(status: number, words: readonly string[]): OciErrorCode {
  const ofWord = words.map((word) => CODE_OF_WORD[word]).find((code) => code !== undefined);
  return CODE_OF_STATUS[status] ?? (status < 500 ? ofWord : undefined) ?? 'REGISTRY_FAILED';
}

/** Some say so with another status than 413. */
function isBodyTooLarge(status: number, text: string): boolean {
  return (
    [400, 416, 422].includes(status) &&
    /\b(?:body|request|entity|content|blob|layer|chunk|part|upload)\b.{0,40}\btoo (?:large|big|long)\b/i.test(text)
  );
}

function describeComplaint({ text }: RegistryComplaint): string {
  return text === '' ? '' : ` (${text})`;
}

function describeLogin({ registry, hasCredential, withheldFrom }: LoginFacts): string {
  if (withheldFrom !== undefined) return `the credentials for ${registry} were not shown to its token service at ${withheldFrom}`;
  return hasCredential ? `${registry} did not accept the credentials` : `no credentials for ${registry} were found`;
}

/** What to do when logging in failed, and where credentials were looked for. */
export function hintForLogin({ registry, hasCredential, looked, withheldFrom }: LoginFacts): string {
  const places = looked.length === 0 ? '' : ` Looked in: ${looked.join(', ')}.`;
  if (withheldFrom !== undefined) {
    return `If ${withheldFrom} does belong to ${registry}, name it in \`trustedHosts\` of this registry.`;
  }
  const source = looked.at(-1);
  if (hasCredential && source !== undefined) {
    return `They came from ${source}: correct them there (\`docker login ${registry}\` rewrites Docker’s own config.json); a token may have ended.`;
  }
  return `Run \`docker login ${registry}\`, or set \`auth\` for it in registries.yaml.${places}`;
}

function hintFor(code: OciErrorCode, login: LoginFacts, complaint: RegistryComplaint): string | undefined {
  if (code === 'UNAUTHORIZED') return hintForLogin(login);
  // Google calls the number of requests a quota, too.
  if (code === 'RATE_LIMITED') return 'Wait, log in (anonymous limits are lower), or lower the number of parallel requests.';
  const ofPlace = hintForPlace(complaint.text);
  if (ofPlace !== undefined) return ofPlace;
  if (complaint.codes.includes('PROJECTPOLICYVIOLATION'))
    return 'Have the image scanned or signed as the project demands, or change its policy.';
  if (code === 'DENIED') return hintForWords(complaint.text) ?? hintForDenial(login);
  if (code === 'NOT_FOUND' && complaint.codes.includes('NAME_UNKNOWN')) {
    return 'Create the repository first (ECR and Artifact Registry do not do so on a push), or check its name.';
  }
  if (code === 'BODY_TOO_LARGE') return 'Raise the limit of the registry or of the proxy in front of it (nginx: client_max_body_size).';
  return undefined;
}

function hintForDenial(login: LoginFacts): string {
  if (login.withheldFrom !== undefined || !login.hasCredential) return hintForLogin(login);
  if (login.registry !== 'ghcr.io') return 'The account is known but may not do this: give it the right to push (or pull) here.';
  return (
    'In GitHub Actions the job needs `permissions: packages: write`, and the package must be linked to this repository ' +
    '(package settings, "Manage Actions access"). Elsewhere the token needs `write:packages`.'
  );
}
