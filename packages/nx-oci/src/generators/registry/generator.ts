import { type GeneratorCallback, type Tree } from '@nx/devkit';
import { printable, REGISTRIES_FILE } from '@nx-oci/publish';

import { formatFiles } from '../../nx/format-files';
import { logger } from '../../nx/devkit';
import { findPackageManager } from '../find-package-manager';
import { registriesHeader } from '../registries-header';
import { readTypedPartly } from '../typed-options';
import { withHints } from '../with-hints';
import { addRegistry, type AddedRegistry } from './add-registry';
import { normalizeOptions, type NormalizedRegistryOptions, registryOptionsSchema, type RegistryOptions } from './normalize-options';
import { REGISTRY_KINDS } from './registry-kinds';

/** Adds a registry to registries.yaml, and says how to get its credential. A second run changes nothing. */
export function registryGenerator(
  tree: Tree,
  written: RegistryOptions,
  argv: readonly string[] = process.argv,
): Promise<GeneratorCallback> {
  return withHints(async () => {
    const normalized = normalizeOptions(tree, readTypedPartly(written, registryOptionsSchema, argv));
    const added = addRegistry(tree.read(REGISTRIES_FILE, 'utf8') ?? registriesHeader(findPackageManager(tree).exec), normalized);
    if (added.isEntryChanged || added.isDefaultChanged) {
      tree.write(REGISTRIES_FILE, added.text);
      await formatFiles(tree);
    }
    return () => logger.info(printable(describeResult(normalized, added)));
  });
}

export default registryGenerator;

/** What was done, and the next steps. */
export function describeResult({ kind, name, entry, facts, isDefault }: NormalizedRegistryOptions, added: AddedRegistry): string {
  const place = [entry.host, entry.namespace].filter((part) => part !== undefined).join('/');
  const done = added.isEntryChanged ? `wrote \`${name}\` (${place})` : `\`${name}\` (${place}) already exists; nothing changed`;
  const further = !added.isDefaultChanged && added.isEntryChanged && isDefault === undefined;
  return [
    `${REGISTRIES_FILE}: ${done}.`,
    ...(added.isDefaultChanged ? [`Every publish goes to it by default (\`publish.registries\`).`] : []),
    ...(further ? [`Not a default: use --registries=${name}, or run this again with --default to publish to it always.`] : []),
    '',
    ...REGISTRY_KINDS[kind].advise(entry, facts),
    '',
  ].join('\n');
}
