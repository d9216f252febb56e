import { describeConnectionFailure } from './connection-failure';
import { INACTIVITY_CODE, TOO_SLOW_CODE } from '../transport/http-exchange';
import { WRONG_LENGTH_CODE } from '../transport/send-stream';

const REGISTRY = new URL('https://registry.example.com/v2/');
const phaseOf = (error: unknown): unknown => describeConnectionFailure(error, REGISTRY)?.details.outcome;
const broken = (phase: string) => ({ kind: 'broken', phase });
const silent = (phase: string) => ({ ...broken(phase), isTimeout: true });

// Errors as Node makes them: most of these cannot be caused on one machine.
describe('a connection error', () => {
  it.each(['EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'EHOSTDOWN', 'ENETDOWN'])(
    'before a connection was made is retried a few times: %s',
    (code) => {
      expect(phaseOf(Object.assign(new Error('x'), { code }))).toEqual(broken('connect'));
    },
  );

  it.each(['ECONNRESET', 'ECONNABORTED', 'EPIPE', 'ERR_STREAM_PREMATURE_CLOSE'])('in the middle of a transfer is retried: %s', (code) => {
    expect(phaseOf(Object.assign(new Error('x'), { code }))).toEqual(broken('transfer'));
  });

  it('from our own time-out is retried a few times', () => {
    expect(phaseOf(new DOMException('x', 'TimeoutError'))).toEqual(silent('transfer'));
    for (const code of [INACTIVITY_CODE, TOO_SLOW_CODE])
      expect(phaseOf(Object.assign(new Error('x'), { code }))).toEqual(silent('transfer'));
    expect(phaseOf(Object.assign(new Error('x'), { code: 'ETIMEDOUT' }))).toEqual(silent('connect'));
  });

  it('names Docker Hub as references do, and the server that was asked', () => {
    const failure = (host: string) =>
      describeConnectionFailure(Object.assign(new Error('x'), { code: 'ENOTFOUND' }), new URL(`https://${host}/v2/`))?.details.happened;
    expect(failure('registry-1.docker.io')).toBe('no host is named docker.io (registry-1.docker.io) (ENOTFOUND)');
    expect(failure('registry.example.com')).toBe('no host is named registry.example.com (ENOTFOUND)');
  });

  it.each([
    ['ECONNREFUSED', 'REGISTRY_UNREACHABLE'],
    ['ENOTFOUND', 'REGISTRY_UNREACHABLE'],
    ['CERT_HAS_EXPIRED', 'TLS_UNTRUSTED'],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 'TLS_UNTRUSTED'],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'TLS_UNTRUSTED'],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'TLS_UNTRUSTED'],
    ['ERR_SSL_WRONG_VERSION_NUMBER', 'PROTOCOL_MISMATCH'],
    [WRONG_LENGTH_CODE, 'SIZE_MISMATCH'],
  ])('that would occur again is reported at once: %s (%s)', (code, expected) => {
    const { details } = describeConnectionFailure(Object.assign(new Error('x'), { code }), REGISTRY) ?? {};
    expect(details).toMatchObject({ outcome: broken('permanent'), code: expected });
  });

  it('names the command that starts a registry only if none listens on this machine', () => {
    const refused = (url: string) =>
      describeConnectionFailure(Object.assign(new Error('x'), { code: 'ECONNREFUSED' }), new URL(url))?.details.hint;
    const start = 'Start the registry, or correct its host and port.';
    expect(refused('http://localhost:5080/v2/')).toBe(
      `${start} The one that comes with nx-oci: npx oci-registry --port 5080 --folder tmp/registry`,
    );
    expect(refused('http://registry.example.com:5080/v2/')).toBe(start);
    expect(refused('http://localhost/v2/')).toBe(start);
  });

  it('is recognised by its cause', () => {
    const inner = Object.assign(new Error('x'), { code: 'ENOTFOUND' });
    expect(phaseOf(Object.assign(new Error('x'), { cause: inner }))).toEqual(broken('permanent'));
    expect(phaseOf(new AggregateError([inner]))).toEqual(broken('permanent'));
  });

  it('does not include unreadable files and our own bugs', () => {
    expect(describeConnectionFailure(Object.assign(new Error('x'), { code: 'ENOENT' }), REGISTRY)).toBeUndefined();
    expect(describeConnectionFailure(new TypeError('x'), REGISTRY)).toBeUndefined();
  });
});
