import { readFile } from 'node:fs/promises';

import { OciError } from '@nx-oci/model';
import { type HostSettings } from '@nx-oci/distribution';

import { type RegistryEntry } from '../configuration/registry-entry';

/**
 * How to speak to the hosts of these entries; hosts that no entry names get the defaults. Reads certificates once.
 *
 * @throws OciError `CONFIGURATION_INVALID` naming the file that can not be read.
 */
export async function readHostSettings(entries: readonly RegistryEntry[]): Promise<(registry: string) => HostSettings> {
  const settings = new Map<string, HostSettings>();
  for (const entry of entries) settings.set(entry.host, { ...settings.get(entry.host), ...(await settingsOf(entry)) });
  return (registry) => settings.get(registry) ?? {};
}

async function settingsOf({ name, plainHttp, tls, trustedHosts }: RegistryEntry): Promise<HostSettings> {
  const read = (what: string, file: string | undefined) => (file === undefined ? undefined : readPem(`${name}.tls.${what}`, file));
  return {
    trustedHosts,
    ...(plainHttp !== undefined && { plainHttp }),
    ...(tls !== undefined && {
      tls: { ca: await read('ca', tls.ca), cert: await read('cert', tls.cert), key: await read('key', tls.key), verify: tls.verify },
    }),
  };
}

async function readPem(key: string, file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    throw new OciError('CONFIGURATION_INVALID', `Cannot read ${file}, which registries.yaml names as ${key}.`, {
      hint: 'Paths in registries.yaml are relative to the workspace root. Check the path and who may read the file.',
      cause,
    });
  }
}
