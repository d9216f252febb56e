import { type OciErrorCode } from '@nx-oci/model';

import { FailedAttempt } from './failed-attempt';
import { BOUNDS } from '../transport/bounds';
import { SILENCE_CODE, TOO_SLOW_CODE } from '../transport/http-exchange';
import { sanitizeText } from '../transport/redact';
import { type Outcome } from './retry-policy';
import { WRONG_LENGTH_CODE } from '../transport/send-stream';

interface Kind {
  readonly phase: Extract<Outcome, { kind: 'broken' }>['phase'];
  readonly code: OciErrorCode;
  readonly happened: (host: string, error: unknown) => string;
  readonly hint?: string;
  readonly isAboutOurCertificate?: boolean;
  /** It is over only when a time-out is. */
  readonly isSilence?: true;
}

const TLS_HINT =
  'Give the certificate of the authority that signed it: `tls: { ca: path/to/ca.pem }` for this registry in registries.yaml, or NODE_EXTRA_CA_CERTS.';

const NOT_REACHED: Kind = {
  phase: 'hopeless',
  code: 'REGISTRY_UNREACHABLE',
  happened: (host) => `nothing listens at ${host}`,
  hint: 'Start the registry, or correct its host and port.',
};

const UNKNOWN_NAME: Kind = {
  phase: 'hopeless',
  code: 'REGISTRY_UNREACHABLE',
  happened: (host) => `there is no host named ${host}`,
  hint: 'Check the spelling of the host, and whether this machine must be in a VPN or use a proxy (HTTPS_PROXY) to see it.',
};

const NO_CONNECTION: Kind = {
  phase: 'connect',
  code: 'REGISTRY_UNREACHABLE',
  happened: (host) => `${host} could not be reached`,
  hint: 'Check the network, and whether a proxy (HTTPS_PROXY) is needed.',
};

const BROKEN: Kind = {
  phase: 'transfer',
  code: 'REGISTRY_UNREACHABLE',
  happened: (host) => `the connection to ${host} broke, also when tried again`,
  hint: 'Try again; if it stays like this, look at the registry’s own log and at proxies in between.',
};

const SILENT: Kind = { ...BROKEN, isSilence: true, happened: (host) => `${host} stopped answering, also when tried again` };

const TOO_SLOW: Kind = {
  ...BROKEN,
  isSilence: true,
  happened: (host) => `${host} moved less than ${BOUNDS.floorBytesPerSecond} bytes a second, also when tried again`,
  hint: 'Look at the load of the registry and at proxies in between; a line that is that slow cannot move an image.',
};

const NO_ANSWER: Kind = { ...NO_CONNECTION, isSilence: true };

const UNTRUSTED: Kind = {
  phase: 'hopeless',
  code: 'TLS_UNTRUSTED',
  happened: (host) => `the TLS certificate of ${host} was not accepted`,
  hint: TLS_HINT,
};

const UNKNOWN_AUTHORITY: Kind = {
  ...UNTRUSTED,
  happened: (host) => `${UNTRUSTED.happened(host, undefined)}: its authority is not known here`,
};

const EXPIRED: Kind = {
  ...UNTRUSTED,
  happened: (host) => `the TLS certificate of ${host} has expired`,
  hint: 'Have it renewed by who runs the registry, or the proxy that shows it. If it should still be valid, correct the clock of this machine.',
};

const NOT_YET_VALID: Kind = {
  ...UNTRUSTED,
  happened: (host) => `the TLS certificate of ${host} is not valid yet`,
  hint: 'Correct the clock of this machine, or have the certificate made anew.',
};

const OTHER_NAME: Kind = {
  ...UNTRUSTED,
  happened: (host, error) => `the TLS certificate of ${host} is for another name${namesIn(error)}`,
  hint: 'Use the host under the name that its certificate has, or have one made for this name, too. Something else may answer in its place.',
};

const HEADER_OVERFLOW: Kind = {
  phase: 'hopeless',
  code: 'REGISTRY_FAILED',
  happened: (host) => `the answer of ${host} has more headers than are read`,
  hint: 'Something at the registry or in front of it adds them: have that looked at. NODE_OPTIONS=--max-http-header-size=65536 reads more.',
};

const CLIENT_CERTIFICATE: Kind = {
  phase: 'hopeless',
  code: 'TLS_UNTRUSTED',
  happened: (host) => `${host} did not accept our side of TLS`,
  hint: 'It seems to want a client certificate: set `tls: { cert, key }` for this registry in registries.yaml.',
  isAboutOurCertificate: true,
};

const SPEAKS_HTTP: Kind = {
  phase: 'hopeless',
  code: 'PROTOCOL_MISMATCH',
  happened: (host) => `${host} does not speak HTTPS`,
  hint: 'If it is meant to be without TLS, set `plainHttp: true` for this registry in registries.yaml.',
};

const SPEAKS_HTTPS: Kind = {
  phase: 'hopeless',
  code: 'PROTOCOL_MISMATCH',
  happened: (host) => `${host} does not speak plain HTTP`,
  hint: 'If it uses TLS, set `plainHttp: false` for this registry in registries.yaml (loopback hosts are plain HTTP by default).',
};

const UNSOUND: Kind = { ...BROKEN, code: 'REGISTRY_FAILED', happened: (host) => `the answer of ${host} is not HTTP` };

const WRONG_LENGTH: Kind = {
  phase: 'hopeless',
  code: 'SIZE_MISMATCH',
  happened: () => 'the content is longer or shorter than its descriptor says',
  hint: 'It changed after it was measured, or the cache holds damaged content: build the image again.',
};

const WRONG_CERTIFICATE: Kind = {
  phase: 'hopeless',
  code: 'CONFIGURATION_INVALID',
  happened: (host) => `our own certificate or key for ${host} can not be read`,
  hint: '`tls.cert` and `tls.key` of this registry must be PEM, and belong together.',
};

const KINDS: readonly (readonly [RegExp, Kind])[] = [
  [/^ECONNREFUSED$/, NOT_REACHED],
  [/^(?:ENOTFOUND|ENODATA)$/, UNKNOWN_NAME],
  [/^ETIMEDOUT$/, NO_ANSWER],
  [/^(?:EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|EHOSTDOWN|ENETDOWN)$/, NO_CONNECTION],
  [new RegExp(`^(?:${SILENCE_CODE}|TimeoutError)$`), SILENT],
  [new RegExp(`^${TOO_SLOW_CODE}$`), TOO_SLOW],
  [new RegExp(`^${WRONG_LENGTH_CODE}$`), WRONG_LENGTH],
  [/^ERR_SSL_(?:.*_)?ALERT_(?:CERTIFICATE_REQUIRED|BAD_CERTIFICATE|UNKNOWN_CA|HANDSHAKE_FAILURE)$/, CLIENT_CERTIFICATE],
  [/^ERR_SSL_(?:WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|HTTP_REQUEST|UNSUPPORTED_PROTOCOL)$|^EPROTO$/, SPEAKS_HTTP],
  [/^(?:ECONNRESET|ECONNABORTED|EPIPE|ERR_STREAM_PREMATURE_CLOSE)$/, BROKEN],
  [/^ERR_OSSL_|^ERR_SSL_(?:NO_START_LINE|KEY_VALUES_MISMATCH|X509_)/, WRONG_CERTIFICATE],
  [/^CERT_HAS_EXPIRED$/, EXPIRED],
  [/^CERT_NOT_YET_VALID$/, NOT_YET_VALID],
  [/^ERR_TLS_CERT_ALTNAME_INVALID$/, OTHER_NAME],
  [/SELF_SIGNED|^UNABLE_TO_(?:GET_ISSUER|VERIFY_LEAF)/, UNKNOWN_AUTHORITY],
  [/CERT|SELF_SIGNED|UNABLE_TO_|^ERR_TLS_|^CRL_/, UNTRUSTED],
];

/**
 * Puts an error of the connection (not an answer) into our words; the foreign error stays as the cause.
 *
 * @returns `undefined` for an error that is not the network's: of the file being sent, or of this program.
 */
export function describeConnectionFailure(error: unknown, url: URL): FailedAttempt | undefined {
  const code = networkCodeOf(error);
  const kind = kindOf(code, url);
  return kind && failedAttempt(kind, url, { reason: ` (${code})`, cause: error });
}

/** The names that a certificate is for, as Node hands them over: `DNS:one, DNS:two`. */
function namesIn(error: unknown): string {
  const { cert } = error as { readonly cert?: { readonly subjectaltname?: unknown } };
  const names = cert?.subjectaltname;
  return typeof names === 'string' && names !== '' ? ` (${sanitizeText(names, 200)})` : '';
}

/** HTTP was spoken to a server that wants HTTPS. */
export function describePlainHttpRefusal(url: URL, cause?: unknown): FailedAttempt {
  return failedAttempt(SPEAKS_HTTPS, url, { cause });
}

/** The server does not go on without a certificate of ours. */
export function describeCertificateRequest(url: URL, cause: unknown): FailedAttempt {
  return failedAttempt(CLIENT_CERTIFICATE, url, { cause });
}

function failedAttempt(kind: Kind, url: URL, { reason = '', cause }: { readonly reason?: string; readonly cause: unknown }): FailedAttempt {
  const { phase, code, happened, hint, isAboutOurCertificate, isSilence } = kind;
  const outcome = { kind: 'broken', phase, ...(isSilence && { isSilence }) } as const;
  return new FailedAttempt({ outcome, code, happened: `${happened(url.host, cause)}${reason}`, hint, cause, isAboutOurCertificate });
}

function kindOf(code: string, url: URL): Kind | undefined {
  if (code === 'HPE_HEADER_OVERFLOW') return HEADER_OVERFLOW;
  // A TLS server answers a plain request with a TLS alert, which no HTTP parser takes.
  if (code.startsWith('HPE_')) return url.protocol === 'http:' ? SPEAKS_HTTPS : UNSOUND;
  return KINDS.find(([pattern]) => pattern.test(code))?.[1];
}

// Happy eyeballs wraps one error per address. Not told by class: errors of Node itself are of another `Error` where code
// runs in a context of its own.
function networkCodeOf(error: unknown): string {
  if (typeof error !== 'object' || error === null) return '';
  const { name, code, cause, errors } = error as Readonly<Record<'name' | 'code' | 'cause' | 'errors', unknown>>;
  // What `AbortSignal.timeout` fails with; its code is a number of no use.
  if (name === 'TimeoutError') return name;
  const outer = typeof code === 'string' ? code : '';
  if (outer !== '') return outer;
  const inner: unknown = Array.isArray(errors) ? errors[0] : cause;
  return networkCodeOf(inner) || outer;
}
