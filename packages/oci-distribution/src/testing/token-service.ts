import { createHash, createPublicKey, generateKeyPairSync, randomUUID, sign } from 'node:crypto';
import { type IncomingMessage } from 'node:http';
import { createServer } from 'node:https';
import { type AddressInfo } from 'node:net';
import { TLSSocket } from 'node:tls';

import { closeAfterEach } from './close-after-each';
import { type MadeCertificate } from './make-certificate';

/** A token service with TLS, and the settings with which `distribution` accepts its tokens. */
export interface TokenServer {
  /** `127.0.0.1:41234` */
  readonly host: string;
  /** The section `auth.token` of distribution's configuration, without the key file. */
  readonly settings: { readonly realm: string; readonly service: string; readonly issuer: string };
  /** A JSON Web Key Set. */
  readonly keys: string;
  /** All requests, oldest first. */
  readonly seen: readonly SeenTokenRequest[];
  close(): Promise<void>;
}

export interface SeenTokenRequest {
  readonly authorization: string | undefined;
  /** Whether it had a client certificate of `clientAuthority`. */
  readonly hasCertificate: boolean;
}

export interface TokenServerOptions {
  readonly certificate: MadeCertificate;
  /** `Authorization` that gets a token; all others get 401. */
  readonly account: string;
  /** PEM; client certificates of this authority are requested, but optional. */
  readonly clientAuthority?: string;
}

const SERVICE = 'registry of a spec';
const ISSUER = 'token service of a spec';

/** Listens until the end of the spec. @see https://github.com/distribution/distribution/blob/v3.0.0/docs/content/spec/auth/jwt.md */
export async function startTokenServer({ certificate, account, clientAuthority }: TokenServerOptions): Promise<TokenServer> {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const jwk = createPublicKey(privateKey).export({ format: 'jwk' });
  const kid = createHash('sha256').update(JSON.stringify(jwk)).digest('hex');
  const issue = (scopes: readonly string[]): string => {
    const payload = makeClaims(scopes);
    const text = [{ typ: 'JWT', alg: 'ES256', kid }, payload]
      .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
      .join('.');
    const signature = sign('sha256', Buffer.from(text), { key: privateKey, dsaEncoding: 'ieee-p1363' });
    return `${text}.${signature.toString('base64url')}`;
  };
  const seen: SeenTokenRequest[] = [];
  const tls = {
    ...certificate,
    ...(clientAuthority !== undefined && { ca: clientAuthority, requestCert: true, rejectUnauthorized: false }),
  };
  const server = createServer(tls, (request: IncomingMessage, response) => {
    const { authorization } = request.headers;
    seen.push({ authorization, hasCertificate: request.socket instanceof TLSSocket && request.socket.authorized });
    const scopes = new URL(request.url ?? '/', 'https://x').searchParams.getAll('scope');
    if (authorization === account) response.end(JSON.stringify({ token: issue(scopes), expires_in: 300 }));
    else response.writeHead(401).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const close = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  const settings = { realm: `https://${host}/token`, service: SERVICE, issuer: ISSUER };
  return closeAfterEach({ host, settings, keys: JSON.stringify({ keys: [{ ...jwk, kid, use: 'sig', alg: 'ES256' }] }), seen, close });
}

/** Grants all requested scopes. */
function makeClaims(scopes: readonly string[]): object {
  const now = Math.floor(Date.now() / 1000);
  const access = scopes.map((scope) => {
    const [type, name, actions = ''] = scope.split(':');
    return { type, name, actions: actions.split(',') };
  });
  return { iss: ISSUER, sub: 'alice', aud: SERVICE, nbf: now - 60, iat: now, exp: now + 300, jti: randomUUID(), access };
}
