import { isDeepStrictEqual } from 'node:util';

import { type Tree } from '@nx/devkit';
import { type ParsedRegistries, parseRegistries, REGISTRIES_FILE } from '@nx-oci/publish';
import { isMap, parseDocument } from 'yaml';

import { findPackageManager } from '../../find-package-manager';
import { addRegistry, unnamedDefaults } from '../../registry/add-registry';
import { registriesHeader } from '../../registries-header';
import { type TranslatedTags } from '../metadata-action/translate-tags';
import { type PlannedRegistry } from '../plan/plan-registries';

/** What all images share. */
export interface SharedDefaults {
  readonly tags: readonly unknown[];
  readonly exactVersion: boolean;
  readonly env: readonly string[];
}

interface WantedDefaults {
  readonly shared: SharedDefaults | undefined;
  /** New entries that every publish goes to. */
  readonly defaults: readonly string[];
}

/** What registries.yaml has afterwards. */
export interface WrittenRegistries {
  readonly hasShared: boolean;
  /** Where a publish goes that names no registries. */
  readonly defaults: readonly string[];
}

/** The tags of the images, if all have the same. */
export function sharedDefaults(images: readonly TranslatedTags[]): SharedDefaults | undefined {
  const [first, ...others] = images;
  if (first === undefined || first.tags.length === 0 || others.some(({ tags }) => !isDeepStrictEqual(tags, first.tags))) return undefined;
  return { tags: first.tags, exactVersion: false, env: first.env };
}

/**
 * Adds entries and, where `publish` does not have them yet, what all images share.
 *
 */
export function writeRegistries(
  tree: Tree,
  registries: readonly PlannedRegistry[],
  { shared, defaults }: WantedDefaults,
): WrittenRegistries {
  const before = tree.read(REGISTRIES_FILE, 'utf8') ?? registriesHeader(findPackageManager(tree).exec);
  const unnamed = unnamedDefaults(before);
  const withEntries = registries.reduce(
    (text, { name, entry }) => addRegistry(text, { name, entry, isDefault: defaults.includes(name), isForced: false }, unnamed).text,
    before,
  );
  const document = parseDocument(withEntries);
  const section = document.get('publish');
  const isFree = shared !== undefined && !(isMap(section) && ['tags', 'exactVersion', 'env'].some((name) => section.has(name)));
  if (shared !== undefined && isFree) {
    const entries = { ...(shared.env.length > 0 && { env: shared.env }), tags: shared.tags, exactVersion: shared.exactVersion };
    for (const [name, value] of Object.entries(entries))
      document.setIn(['publish', name], document.createNode(value, { aliasDuplicateObjects: false }));
    for (const rule of shared.tags.keys()) setFlow(document.getIn(['publish', 'tags', rule]));
  }
  const after = isFree ? document.toString({ lineWidth: 0 }) : withEntries;
  if (after !== before) tree.write(REGISTRIES_FILE, after);
  const publish = parseRegistries(after).content.publish ?? {};
  return { hasShared: shared !== undefined && isSameAs(publish, shared), defaults: publish.registries ?? [] };
}

function isSameAs({ tags = [], exactVersion = true, env = [] }: RawPublish, shared: SharedDefaults): boolean {
  return isDeepStrictEqual({ tags, exactVersion, env }, { ...shared });
}

type RawPublish = NonNullable<ParsedRegistries['content']['publish']>;

/** A rule with options stands in one line. */
function setFlow(node: unknown): void {
  if (isMap(node)) node.flow = true;
}
