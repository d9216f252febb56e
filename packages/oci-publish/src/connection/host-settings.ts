import { knownSecrets, OciError, readTextFile } from '@nx-oci/model';
import { certificatesIn, findCertificates, type HostSettings } from '@nx-oci/distribution';

import { type RegistryEntry } from '../configuration/registry-entry';
import { type PemSource } from '../configuration/tls';

/**
 * The settings of the hosts of these entries; other hosts get the defaults. Reads certificates once.
 *
 * If no entry configures TLS for a host, the certificates that Docker and Podman have for it are used.
 *
 * @param certificateFolders folders named `certs.d`; the first one with certificates for a host decides.
 * @throws OciError `CONFIGURATION_INVALID` naming the file that cannot be read, at once or when a host is requested.
 */
export async function readHostSettings(
  entries: readonly RegistryEntry[],
  certificateFolders: readonly string[],
): Promise<(registry: string) => HostSettings> {
  const settings = new Map<string, HostSettings>();
  for (const entry of entries) settings.set(entry.host, { ...settings.get(entry.host), ...(await settingsOf(entry)) });
  return (registry) => withCertificates(registry, settings.get(registry) ?? {}, certificateFolders);
}

function withCertificates(registry: string, settings: HostSettings, folders: readonly string[]): HostSettings {
  if (settings.plainHttp === true) return settings;
  // Certificates mean that the registry uses TLS, even on this machine, where plain HTTP is the default.
  const tls = settings.tls ?? findCertificates(registry, folders, 'registries.yaml');
  return tls === undefined ? settings : { plainHttp: false, ...settings, tls };
}

async function settingsOf({ name, plainHttp, tls, trustedHosts }: RegistryEntry): Promise<HostSettings> {
  const read = (what: string, source: PemSource | undefined) => (source === undefined ? undefined : readPem(`${name}.tls.${what}`, source));
  const key = await read('key', tls?.key);
  knownSecrets().add(key);
  return {
    trustedHosts,
    ...(plainHttp !== undefined && { plainHttp }),
    ...(tls !== undefined && {
      tls: { ca: withCertificate(name, tls.ca, await read('ca', tls.ca)), cert: await read('cert', tls.cert), key, verify: tls.verify },
    }),
  };
}

/** TLS would accept a file without certificates, and silently trust no further authority. */
function withCertificate(name: string, source: PemSource | undefined, pem: string | undefined): string | undefined {
  if (source === undefined || pem === undefined || certificatesIn(pem).length > 0) return pem;
  const where = 'file' in source ? source.file : 'its value';
  throw new OciError('CONFIGURATION_INVALID', `Cannot use ${name}.tls.ca: ${where} contains no PEM certificate.`, {
    hint: 'Use the certificate of the authority (-----BEGIN CERTIFICATE-----); `openssl x509 -inform der` converts one from DER.',
  });
}

async function readPem(key: string, source: PemSource): Promise<string> {
  if ('pem' in source) return source.pem;
  const { file } = source;
  const unreadable = (cause?: unknown) =>
    new OciError('CONFIGURATION_INVALID', `Cannot read ${file}, which registries.yaml sets as ${key}.`, {
      hint: 'Paths in registries.yaml are relative to the workspace root. Check the path and the file permissions.',
      ...(cause !== undefined && { cause }),
    });
  try {
    const text = await readTextFile(file);
    if (text !== undefined) return text;
  } catch (cause) {
    throw unreadable(cause);
  }
  throw unreadable();
}
