import { connect } from 'node:tls';

import { BOUNDS } from './bounds';

/** What a TLS handshake with a server ended in; `asked`: it wants a certificate of ours. */
type Handshake = 'none' | 'done' | 'asked';

const PROBE_TIMEOUT_MS = BOUNDS.probeMs;

// With TLS 1.3 our side of the handshake is done before the server has looked at our certificate.
const SECOND_THOUGHTS_MS = 500;

/**
 * Whether a server that broke off plain HTTP speaks TLS: many just close the connection, which says nothing to a user.
 * Only a handshake, nothing is sent; the certificate does not matter for the question.
 */
export async function speaksTls(url: URL): Promise<boolean> {
  return (await shakeHands(url)) !== 'none';
}

/** Whether a server that broke off HTTPS did so for want of a client certificate: the alert that says so is often lost with the connection. */
export async function wantsClientCertificate(url: URL): Promise<boolean> {
  return (await shakeHands(url)) === 'asked';
}

function shakeHands(url: URL): Promise<Handshake> {
  return new Promise((resolve) => {
    const host = url.hostname.replace(/^\[|\]$/g, '');
    const port = Number(url.port || (url.protocol === 'http:' ? 80 : 443));
    const socket = connect({ host, port, rejectUnauthorized: false, timeout: PROBE_TIMEOUT_MS });
    let reached: Handshake = 'none';
    socket.once('secureConnect', () => {
      reached = 'done';
      socket.setTimeout(SECOND_THOUGHTS_MS);
    });
    socket.once('timeout', () => socket.destroy());
    socket.once('error', ({ code = '' }: NodeJS.ErrnoException) => {
      if (/^ERR_SSL_.*ALERT_(?:CERTIFICATE_REQUIRED|BAD_CERTIFICATE|HANDSHAKE_FAILURE)$/.test(code)) reached = 'asked';
    });
    socket.once('close', () => resolve(reached));
    // Without a reader the alert would not be looked at.
    socket.resume();
  });
}
