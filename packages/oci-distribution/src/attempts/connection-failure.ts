import { type OciErrorCode } from '@nx-oci/model';

import { displayHost } from '../host/canonical-registry';
import { type Hint } from '../host/hint';
import { FailedAttempt } from './failed-attempt';
import { BOUNDS } from '../transport/bounds';
import { isLoopbackName } from '../transport/is-plain-http';
import { INACTIVITY_CODE, TOO_SLOW_CODE } from '../transport/http-exchange';
import { sanitizeText } from '../transport/redact';
import { type Outcome } from './retry-policy';
import { WRONG_LENGTH_CODE } from '../transport/send-stream';

interface FailureKind {
  readonly phase: Extract<Outcome, { kind: 'broken' }>['phase'];
  readonly code: OciErrorCode;
  readonly happened: (host: string, error: unknown) => string;
  readonly hint?: Hint;
  readonly isClientCertificateError?: boolean;
  /** Found only by waiting for a whole time-out. */
  readonly isTimeout?: true;
}

const TLS_HINT: Hint = (inSettings) =>
  `Add the certificate of the authority that signed it: \`tls: { ca: path/to/ca.pem }\` for this registry${inSettings}, or NODE_EXTRA_CA_CERTS.`;

const CONNECTION_REFUSED: FailureKind = {
  phase: 'permanent',
  code: 'REGISTRY_UNREACHABLE',
  happened: (host) => `nothing listens at ${host}`,
  hint: 'Start the registry, or correct its host and port.',
};

const UNKNOWN_HOST: FailureKind = {
  phase: 'permanent',
  code: 'REGISTRY_UNREACHABLE',
  happened: (host) => `no host is named ${host}`,
  hint: 'Check the spelling of the host, and whether this machine needs a VPN or a proxy (HTTPS_PROXY) to reach it.',
};

const NO_CONNECTION: FailureKind = {
  phase: 'connect',
  code: 'REGISTRY_UNREACHABLE',
  happened: (host) => `${host} could not be reached`,
  hint: 'Check the network, and whether a proxy (HTTPS_PROXY) is needed.',
};

const INTERRUPTED: FailureKind = {
  phase: 'transfer',
  code: 'REGISTRY_UNREACHABLE',
  happened: (host) => `the connection to ${host} broke, also on retries`,
  hint: 'Try again; if it keeps failing, check the log of the registry and any proxies in between.',
};

const STALLED: FailureKind = { ...INTERRUPTED, isTimeout: true, happened: (host) => `${host} stopped answering, also on retries` };

const TOO_SLOW: FailureKind = {
  ...INTERRUPTED,
  isTimeout: true,
  happened: (host) => `${host} transferred less than ${BOUNDS.floorBytesPerSecond} bytes per second, also on retries`,
  hint: 'Check the load of the registry and any proxies in between; so slow a connection cannot transfer an image.',
};

const CONNECT_TIMEOUT: FailureKind = { ...NO_CONNECTION, isTimeout: true };

const UNTRUSTED: FailureKind = {
  phase: 'permanent',
  code: 'TLS_UNTRUSTED',
  happened: (host) => `the TLS certificate of ${host} was not accepted`,
  hint: TLS_HINT,
};

const UNKNOWN_AUTHORITY: FailureKind = {
  ...UNTRUSTED,
  happened: (host) => `${UNTRUSTED.happened(host, undefined)}: its authority is unknown`,
};

const EXPIRED: FailureKind = {
  ...UNTRUSTED,
  happened: (host) => `the TLS certificate of ${host} has expired`,
  hint: 'Ask the operator of the registry, or of the proxy that presents it, to renew it. If it should still be valid, correct the clock of this machine.',
};

const NOT_YET_VALID: FailureKind = {
  ...UNTRUSTED,
  happened: (host) => `the TLS certificate of ${host} is not valid yet`,
  hint: 'Correct the clock of this machine, or have the certificate reissued.',
};

const WRONG_HOST_NAME: FailureKind = {
  ...UNTRUSTED,
  happened: (host, error) => `the TLS certificate of ${host} is for another name${namesIn(error)}`,
  hint: 'Use the host name of the certificate, or have a certificate issued for this name too. Another server may be answering in its place.',
};

const TOO_MANY_HEADERS: FailureKind = {
  phase: 'permanent',
  code: 'REGISTRY_FAILED',
  happened: (host) => `the answer of ${host} has too many headers`,
  hint: 'The registry or a proxy in front of it adds them: have that checked. NODE_OPTIONS=--max-http-header-size=65536 raises the limit.',
};

const CLIENT_CERTIFICATE: FailureKind = {
  phase: 'permanent',
  code: 'TLS_UNTRUSTED',
  happened: (host) => `${host} rejected the TLS handshake`,
  hint: (inSettings) => `It probably requires a client certificate: set \`tls: { cert, key }\` for this registry${inSettings}.`,
  isClientCertificateError: true,
};

const NEEDS_PLAIN_HTTP: FailureKind = {
  phase: 'permanent',
  code: 'PROTOCOL_MISMATCH',
  happened: (host) => `${host} does not speak HTTPS`,
  hint: (inSettings) => `If it is meant to use plain HTTP, set \`plainHttp: true\` for this registry${inSettings}.`,
};

const NEEDS_TLS: FailureKind = {
  phase: 'permanent',
  code: 'PROTOCOL_MISMATCH',
  happened: (host) => `${host} does not speak plain HTTP`,
  hint: (inSettings) =>
    `If it uses TLS, set \`plainHttp: false\` for this registry${inSettings} (loopback hosts use plain HTTP by default).`,
};

const INVALID_HTTP: FailureKind = { ...INTERRUPTED, code: 'REGISTRY_FAILED', happened: (host) => `the answer of ${host} is not HTTP` };

const WRONG_LENGTH: FailureKind = {
  phase: 'permanent',
  code: 'SIZE_MISMATCH',
  happened: () => 'the content is longer or shorter than its descriptor says',
  hint: 'It changed after it was measured, or the cache is corrupt: build the image again.',
};

const WRONG_CERTIFICATE: FailureKind = {
  phase: 'permanent',
  code: 'CONFIGURATION_INVALID',
  happened: (host) => `the client certificate or key for ${host} cannot be read`,
  hint: '`tls.cert` and `tls.key` of this registry must be PEM and belong together.',
};

const KINDS: readonly (readonly [RegExp, FailureKind])[] = [
  [/^ECONNREFUSED$/, CONNECTION_REFUSED],
  [/^(?:ENOTFOUND|ENODATA)$/, UNKNOWN_HOST],
  [/^ETIMEDOUT$/, CONNECT_TIMEOUT],
  [/^(?:EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|EHOSTDOWN|ENETDOWN)$/, NO_CONNECTION],
  [new RegExp(`^(?:${INACTIVITY_CODE}|TimeoutError)$`), STALLED],
  [new RegExp(`^${TOO_SLOW_CODE}$`), TOO_SLOW],
  [new RegExp(`^${WRONG_LENGTH_CODE}$`), WRONG_LENGTH],
  [/^ERR_SSL_(?:.*_)?ALERT_(?:CERTIFICATE_REQUIRED|BAD_CERTIFICATE|UNKNOWN_CA|HANDSHAKE_FAILURE)$/, CLIENT_CERTIFICATE],
  [/^ERR_SSL_(?:WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|HTTP_REQUEST|UNSUPPORTED_PROTOCOL)$|^EPROTO$/, NEEDS_PLAIN_HTTP],
  [/^(?:ECONNRESET|ECONNABORTED|EPIPE|ERR_STREAM_PREMATURE_CLOSE)$/, INTERRUPTED],
  [/^ERR_OSSL_|^ERR_SSL_(?:NO_START_LINE|KEY_VALUES_MISMATCH|X509_)/, WRONG_CERTIFICATE],
  [/^CERT_HAS_EXPIRED$/, EXPIRED],
  [/^CERT_NOT_YET_VALID$/, NOT_YET_VALID],
  [/^ERR_TLS_CERT_ALTNAME_INVALID$/, WRONG_HOST_NAME],
  [/SELF_SIGNED|^UNABLE_TO_(?:GET_ISSUER|VERIFY_LEAF)/, UNKNOWN_AUTHORITY],
  [/CERT|SELF_SIGNED|UNABLE_TO_|^ERR_TLS_|^CRL_/, UNTRUSTED],
];

/**
 * Describes an error of the connection (not an answer); the foreign error stays as the cause.
 *
 * @returns `undefined` for an error that is not from the network: of the file being sent, or of this program.
 */
export function describeConnectionFailure(error: unknown, url: URL): FailedAttempt | undefined {
  const code = networkCodeOf(error);
  const kind = kindOf(code, url);
  if (kind === CONNECTION_REFUSED) return failedAttempt(refusedAt(url), url, { reason: ` (${code})`, cause: error });
  return kind && failedAttempt(kind, url, { reason: ` (${code})`, cause: error });
}

/** Where nothing listens on this machine, the registry of the workspace may not have been started yet. */
function refusedAt({ hostname, port }: URL): FailureKind {
  if (port === '' || !isLoopbackName(hostname)) return CONNECTION_REFUSED;
  const start = `The one that comes with nx-oci: npx oci-registry --port ${port} --folder tmp/registry`;
  return { ...CONNECTION_REFUSED, hint: `Start the registry, or correct its host and port. ${start}` };
}

/** The host names of a certificate, as Node reports them: `DNS:one, DNS:two`. */
function namesIn(error: unknown): string {
  const { cert } = error as { readonly cert?: { readonly subjectaltname?: unknown } };
  const names = cert?.subjectaltname;
  return typeof names === 'string' && names !== '' ? ` (${sanitizeText(names, 200)})` : '';
}

/** The server requires HTTPS but was sent HTTP. */
export function describePlainHttpRefusal(url: URL, cause?: unknown): FailedAttempt {
  return failedAttempt(NEEDS_TLS, url, { cause });
}

/** The server requires a client certificate. */
export function describeCertificateRequest(url: URL, cause: unknown): FailedAttempt {
  return failedAttempt(CLIENT_CERTIFICATE, url, { cause });
}

function failedAttempt(
  kind: FailureKind,
  url: URL,
  { reason = '', cause }: { readonly reason?: string; readonly cause: unknown },
): FailedAttempt {
  const { phase, code, happened, hint, isClientCertificateError, isTimeout } = kind;
  const outcome = { kind: 'broken', phase, ...(isTimeout && { isTimeout }) } as const;
  return new FailedAttempt({
    outcome,
    code,
    happened: `${happened(displayHost(url.host), cause)}${reason}`,
    hint,
    cause,
    isClientCertificateError,
  });
}

function kindOf(code: string, url: URL): FailureKind | undefined {
  if (code === 'HPE_HEADER_OVERFLOW') return TOO_MANY_HEADERS;
  // A TLS server answers a plain request with a TLS alert, which HTTP parsers reject.
  if (code.startsWith('HPE_')) return url.protocol === 'http:' ? NEEDS_TLS : INVALID_HTTP;
  return KINDS.find(([pattern]) => pattern.test(code))?.[1];
}

// Happy eyeballs wraps one error per address. Not checked by class: Node's own errors have another `Error` class in code that
// runs in a separate context.
function networkCodeOf(error: unknown): string {
  if (typeof error !== 'object' || error === null) return '';
  const { name, code, cause, errors } = error as Readonly<Record<'name' | 'code' | 'cause' | 'errors', unknown>>;
  // The error of `AbortSignal.timeout`; its code is a meaningless number.
  if (name === 'TimeoutError') return name;
  const outer = typeof code === 'string' ? code : '';
  if (outer !== '') return outer;
  const inner: unknown = Array.isArray(errors) ? errors[0] : cause;
  return networkCodeOf(inner) || outer;
}
