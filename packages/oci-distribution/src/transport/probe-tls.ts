import { connect } from 'node:tls';

import { BOUNDS } from './bounds';

/** The result of a TLS handshake; `asked`: the server requires a client certificate. */
type Handshake = 'none' | 'done' | 'asked';

const PROBE_TIMEOUT_MS = BOUNDS.probeMs;

// With TLS 1.3, our side of the handshake completes before the server has checked our certificate.
const CERTIFICATE_ALERT_MS = 500;

/**
 * Whether a server that closed a plain HTTP connection supports TLS: many just close the connection, which tells users
 * nothing. Only performs a handshake, with any certificate.
 */
export async function speaksTls(url: URL): Promise<boolean> {
  return (await attemptHandshake(url)) !== 'none';
}

/** Whether a server closed an HTTPS connection because it requires a client certificate: its alert is often lost with the connection. */
export async function wantsClientCertificate(url: URL): Promise<boolean> {
  return (await attemptHandshake(url)) === 'asked';
}

function attemptHandshake(url: URL): Promise<Handshake> {
  return new Promise((resolve) => {
    const host = url.hostname.replace(/^\[|\]$/g, '');
    const port = Number(url.port || (url.protocol === 'http:' ? 80 : 443));
    const socket = connect({ host, port, rejectUnauthorized: false, timeout: PROBE_TIMEOUT_MS });
    let reached: Handshake = 'none';
    socket.once('secureConnect', () => {
      reached = 'done';
      socket.setTimeout(CERTIFICATE_ALERT_MS);
    });
    socket.once('timeout', () => socket.destroy());
    socket.once('error', ({ code = '' }: NodeJS.ErrnoException) => {
      if (/^ERR_SSL_.*ALERT_(?:CERTIFICATE_REQUIRED|BAD_CERTIFICATE|HANDSHAKE_FAILURE)$/.test(code)) reached = 'asked';
    });
    socket.once('close', () => resolve(reached));
    // The alert is only processed while the socket is read.
    socket.resume();
  });
}
