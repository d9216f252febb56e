import { dockerPurpose } from './docker-call';
import { explainRegistryFailure } from './explain-registry-failure';

const explain = (stderr: string) =>
  explainRegistryFailure({
    call: { program: 'docker', args: ['push'], env: {} },
    outcome: { exitCode: 1, stdout: '', stderr },
    purpose: dockerPurpose('push registry.lan:5000/a:1'),
    host: 'registry.lan:5000',
  });

describe('explainRegistryFailure', () => {
  it.each([
    ['Get "https://registry.lan:5000/v2/": http: server gave HTTP response to HTTPS client', 'PROTOCOL_MISMATCH', /insecure-registries/],
    ['Get "https://registry.lan:5000/v2/": x509: certificate signed by unknown authority', 'TLS_UNTRUSTED', /certs\.d\/registry\.lan:5000/],
    ['tls: failed to verify certificate: x509: certificate has expired', 'TLS_UNTRUSTED', /ca\.crt/],
    ['no basic auth credentials', 'UNAUTHORIZED', /registries\.yaml/],
    ['unauthorized: authentication required', 'UNAUTHORIZED', /docker login/],
    ['denied: requested access to the resource is denied', 'DENIED', /rights/],
    ['toomanyrequests: You have reached your rate limit', 'RATE_LIMITED', /later/],
    ['dial tcp 127.0.0.1:1: connect: connection refused', 'REGISTRY_UNREACHABLE', /reach registry\.lan:5000/],
    ['something else', 'ENGINE_FAILED', /docker push/],
  ])('reads %j as %s', (stderr, code, hint) => {
    const error = explain(stderr);
    expect(error.code).toBe(code);
    expect(error.hint).toMatch(hint);
    expect(error.message).toContain(stderr);
  });
});
