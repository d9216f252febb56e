import { generateKeyPairSync, sign, X509Certificate } from 'node:crypto';

/** PEM, both. */
export interface MadeCertificate {
  readonly cert: string;
  readonly key: string;
}

export interface CertificateOptions {
  /** Its only host. Default: 127.0.0.1 and localhost. */
  readonly host?: string;
  /** Default: in half a day. */
  readonly endsAtMs?: number;
}

/**
 * Makes a certificate for 127.0.0.1 and localhost, valid for half a day before and after now. Without an issuer it is
 * self-signed, and may sign others.
 *
 * Node can read certificates but not create them, and specs must run without openssl.
 * @see https://www.rfc-editor.org/rfc/rfc5280#section-4.1
 */
export function makeCertificate(
  commonName: string,
  issuer?: MadeCertificate,
  { host, endsAtMs }: CertificateOptions = {},
): MadeCertificate {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const name = nameOf(commonName);
  const alternativeNames =
    host === undefined
      ? sequence(der(0x87, Buffer.from([127, 0, 0, 1])), der(0x82, Buffer.from('localhost')))
      : sequence(der(0x82, Buffer.from(host)));
  const extensions = [
    sequence(objectId('551d11'), der(0x04, alternativeNames)),
    ...(issuer === undefined ? [sequence(objectId('551d13'), TRUE, der(0x04, sequence(TRUE)))] : []),
  ];
  const body = sequence(
    der(0xa0, integer(2)),
    integer(issuer === undefined ? 1 : 2),
    ECDSA_WITH_SHA256,
    issuer === undefined ? name : nameOf(commonNameOf(issuer)),
    sequence(utcTime(Date.now() - HALF_A_DAY_MS), utcTime(endsAtMs ?? Date.now() + HALF_A_DAY_MS)),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, sequence(...extensions)),
  );
  const certificate = sequence(
    body,
    ECDSA_WITH_SHA256,
    der(0x03, Buffer.concat([Buffer.from([0]), sign('sha256', body, issuer?.key ?? privateKey)])),
  );
  const base64 = certificate.toString('base64').replace(/.{64}/g, '$&\n');
  return {
    cert: `-----BEGIN CERTIFICATE-----\n${base64}\n-----END CERTIFICATE-----\n`,
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
}

const HALF_A_DAY_MS = 43_200_000;
const TRUE = der(0x01, Buffer.from([0xff]));
const ECDSA_WITH_SHA256 = sequence(objectId('2a8648ce3d040302'));

function nameOf(commonName: string): Buffer {
  return sequence(set(sequence(objectId('550403'), der(0x0c, Buffer.from(commonName)))));
}

function commonNameOf({ cert }: MadeCertificate): string {
  return new X509Certificate(cert).subject.replace(/^CN=/, '');
}

function der(tag: number, content: Buffer): Buffer {
  const { length } = content;
  const long = length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...(length < 0x80 ? [length] : long)]), content]);
}

function sequence(...parts: readonly Buffer[]): Buffer {
  return der(0x30, Buffer.concat(parts));
}

function set(part: Buffer): Buffer {
  return der(0x31, part);
}

function integer(value: number): Buffer {
  return der(0x02, Buffer.from([value]));
}

function objectId(hex: string): Buffer {
  return der(0x06, Buffer.from(hex, 'hex'));
}

// 20261122171500Z without the century
function utcTime(ms: number): Buffer {
  return der(0x17, Buffer.from(`${new Date(ms).toISOString().slice(2, 19).replace(/[-:T]/g, '')}Z`));
}
