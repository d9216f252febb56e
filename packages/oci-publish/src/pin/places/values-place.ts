import { type Document, type Scalar, type YAMLMap } from 'yaml';

import { findEntry, pairOf } from '../yaml/read-map';
import { type YamlSource } from '../yaml/parse-yaml';
import { rewriteScalar, textOf } from '../yaml/scalar-slot';
import { beforeTemplate, readReference, type WrittenReference } from './image-name';
import { allEdits, type PinnedName, type Place, placeId, splitTag, type Unplaced } from './place';
import { referencePlace } from './reference-place';

const REPOSITORY_KEYS = ['repository', 'imageRepository', 'imageName'];
// Also keys of much that is no image: they count only beside a tag, a digest or a registry.
const NAME_KEYS = ['image', 'name'];
const REGISTRY_KEYS = ['registry', 'imageRegistry'];
const TAG_KEYS = ['tag', 'imageTag'];
const DIGEST_KEYS = ['digest', 'imageDigest'];

export interface ValuesContext {
  readonly source: YamlSource;
  readonly document: Document;
  /** `global.imageRegistry` of Helm values: where images without a registry of their own come from. */
  readonly globalRegistry?: string;
  readonly isOurs: (name: string) => boolean;
}

/** A map of the values of a chart, and its document. */
export interface DefaultValues {
  readonly map: YAMLMap;
  readonly document: Document;
}

/** What a map of Helm values says of an image in several keys, and the scalars that say it. */
export interface ValuesImage {
  readonly found: { readonly place: Place } | { readonly unplaced: Unplaced };
  readonly scalars: readonly Scalar[];
}

/**
 * Reads `{ registry, repository, tag, digest }`, in the spellings that charts have; undefined if it is no image of ours.
 *
 * @param defaults what the values of the chart itself have there: a file that overrides some of them often has the tag alone
 */
export function readValues(map: YAMLMap, context: ValuesContext, defaults?: DefaultValues): ValuesImage | undefined {
  const { document, source } = context;
  const tag = findEntry(map, TAG_KEYS, document)?.value;
  const digest = findEntry(map, DIGEST_KEYS, document)?.value;
  const own = findEntry(map, REGISTRY_KEYS, document)?.value;
  const isImage = [tag, digest, own].some((part) => part !== undefined);
  const keys = isImage ? [...REPOSITORY_KEYS, ...NAME_KEYS] : REPOSITORY_KEYS;
  const written = findEntry(map, keys, document)?.value;
  const inDefaults = (names: readonly string[]): Scalar | undefined => defaults && findEntry(defaults.map, names, defaults.document)?.value;
  if (written === undefined && tag === undefined && digest === undefined) return undefined;
  const repository = written ?? inDefaults(keys);
  const registry = own ?? inDefaults(REGISTRY_KEYS);
  if (repository === undefined) return undefined;
  const reference = findReference(textOf(repository), registry && textOf(registry), context);
  if (reference === undefined) return undefined;
  const scalars = [written, tag, digest, own].filter((part) => part !== undefined);
  const { name } = reference;
  const offset = (tag ?? digest ?? repository).range?.[0] ?? 0;
  const unplaced = (reason: string): ValuesImage => ({ found: { unplaced: { offset, name, reason } }, scalars });
  if (reference.tag !== undefined || reference.digest !== undefined) {
    if (written === undefined) return undefined;
    const before = { ...reference, written: readReference(textOf(repository))?.written ?? reference.written };
    return { found: { place: referencePlace(source, repository, before) }, scalars };
  }
  if (tag === undefined && digest === undefined) {
    return unplaced('there is no `tag` and no `digest` beside its repository: add one of them here, even if it is empty');
  }
  if ([tag, digest].some((part) => part !== undefined && beforeTemplate(textOf(part)) !== undefined)) {
    return unplaced('its tag comes from a variable or a template: write the tag or digest itself');
  }
  const other = digest === undefined ? inDefaults(DIGEST_KEYS) : undefined;
  return { found: { place: valuesPlace({ source, name, id: placeId(scalars), offset, tag, digest, other }) }, scalars };
}

/**
 * The tag and digest that a map takes from one that it merges, under a name of its own: `{ <<: *api, repository: postgres }`. They
 * belong to that name as well.
 */
export function borrowedParts(map: YAMLMap, document: Document): readonly Scalar[] {
  const isOwn = (key: string): boolean => pairOf(map, key) !== undefined;
  if (![...REPOSITORY_KEYS, ...NAME_KEYS, ...REGISTRY_KEYS].some(isOwn)) return [];
  return [...TAG_KEYS, ...DIGEST_KEYS].flatMap((key) => (isOwn(key) ? [] : (findEntry(map, [key], document)?.value ?? [])));
}

function findReference(repository: string, registry: string | undefined, context: ValuesContext): WrittenReference | undefined {
  const hosts = registry === undefined || registry === '' ? [undefined, context.globalRegistry] : [registry];
  const texts = hosts.map((host) => (host === undefined ? repository : `${host}/${repository}`));
  return texts.map(readReference).find((reference) => reference !== undefined && context.isOurs(reference.name));
}

interface ValuesSlots {
  readonly source: YamlSource;
  readonly name: string;
  readonly id: string;
  readonly offset: number;
  readonly tag: Scalar | undefined;
  readonly digest: Scalar | undefined;
  /** The digest in the values of the chart, which is pinned there. */
  readonly other: Scalar | undefined;
}

function valuesPlace({ source, name, id, offset, tag, digest, other }: ValuesSlots): Place {
  const inTag = splitTag(textOf(tag));
  const alone = textOf(digest ?? other);
  const hex = DIGEST.exec(alone)?.[3];
  const current = hex === undefined ? inTag.digest : `sha256:${hex}`;
  return {
    id,
    offset,
    name,
    ...(inTag.tag !== undefined && { tag: inTag.tag }),
    ...(current !== undefined && { digest: current }),
    write: (pin) => {
      if (digest === undefined && other === undefined) return writeTogether({ source, tag }, pin);
      const set = (scalar: Scalar | undefined, text: string | undefined) =>
        scalar === undefined || text === undefined || text === textOf(scalar) ? [] : [rewriteScalar(source, scalar, text)];
      return allEdits([...set(tag, pin.tag), ...set(digest, writtenLike(alone, pin.digest))], true);
    },
  };
}

const DIGEST = /^(@?)(sha256:)?([0-9a-f]{64})$/;

/** A digest as the one before was written: charts that add `sha256:` or `@` themselves have it without. */
function writtenLike(before: string, digest: string): string {
  const [isDigest, sign = '', algorithm] = DIGEST.exec(before) ?? [];
  return isDigest !== undefined && algorithm === undefined ? sign + digest.replace(/^sha256:/, '') : sign + digest;
}

/** A chart without a key for the digest writes `repository:tag`, where the tag may bring its digest. */
function writeTogether({ source, tag }: Pick<ValuesSlots, 'source' | 'tag'>, pin: PinnedName): ReturnType<Place['write']> {
  if (tag === undefined) return [];
  if (pin.tag === undefined) return 'no tag names the published image, and there is no `digest` to write it to: add `digest: ""`';
  const text = `${pin.tag}@${pin.digest}`;
  return text === textOf(tag) ? [] : allEdits([rewriteScalar(source, tag, text)], true);
}
