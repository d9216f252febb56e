import { isOciError } from '@nx-oci/model';

import { type Registries } from '../configuration/registries';
import { type RegistryEntry } from '../configuration/registry-entry';
import { usableEntries } from '../configuration/usable-entries';
import { readHostSettings } from './host-settings';

/**
 * The other entries of registries.yaml, for what images are on: a base may be in a registry that nothing is published to.
 *
 * They change nothing for the selected ones: none applies to the namespace of a selected one, or to the connection to its host. An
 * entry that cannot be used here is left out, since perhaps nothing needs it.
 */
export async function furtherEntries(registries: Registries, selected: readonly RegistryEntry[]): Promise<readonly RegistryEntry[]> {
  const others = usableEntries(registries).filter((entry) => !selected.some((one) => contains(one, entry)));
  const found = await Promise.all(others.map(async (entry) => ((await isReadable(entry)) ? [entry] : [])));
  return found.flat().map((entry) => (selected.some(({ host }) => host === entry.host) ? loginOf(entry) : entry));
}

function contains(one: RegistryEntry, { host, namespace }: RegistryEntry): boolean {
  return one.host === host && (one.namespace === '' || `${namespace}/`.startsWith(`${one.namespace}/`));
}

async function isReadable(entry: RegistryEntry): Promise<boolean> {
  try {
    await readHostSettings([entry], []);
    return true;
  } catch (error) {
    if (isOciError(error, 'CONFIGURATION_INVALID')) return false;
    throw error;
  }
}

function loginOf({ plainHttp: _plainHttp, tls: _tls, ...login }: RegistryEntry): RegistryEntry {
  return login;
}
