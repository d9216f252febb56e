import { type Document, type Scalar, type YAMLMap } from 'yaml';

import { findEntry } from '../yaml/read-map';
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

/** What a map of Helm values says of an image in several keys, and the scalars that say it. */
export interface ValuesImage {
  readonly found: { readonly place: Place } | { readonly unplaced: Unplaced };
  readonly scalars: readonly Scalar[];
}

/** Reads `{ registry, repository, tag, digest }`, in the spellings that charts have; undefined if it is no image of ours. */
export function readValues(map: YAMLMap, context: ValuesContext): ValuesImage | undefined {
  const { document, source } = context;
  const tag = findEntry(map, TAG_KEYS, document)?.value;
  const digest = findEntry(map, DIGEST_KEYS, document)?.value;
  const registry = findEntry(map, REGISTRY_KEYS, document)?.value;
  const isImage = [tag, digest, registry].some((part) => part !== undefined);
  const repository = findEntry(map, isImage ? [...REPOSITORY_KEYS, ...NAME_KEYS] : REPOSITORY_KEYS, document)?.value;
  if (repository === undefined) return undefined;
  const reference = findReference(textOf(repository), registry && textOf(registry), context);
  if (reference === undefined) return undefined;
  const scalars = [repository, tag, digest, registry].filter((part) => part !== undefined);
  const { name } = reference;
  const offset = (tag ?? digest ?? repository).range?.[0] ?? 0;
  const unplaced = (reason: string): ValuesImage => ({ found: { unplaced: { offset, name, reason } }, scalars });
  if (reference.tag !== undefined || reference.digest !== undefined) {
    const before = { ...reference, written: readReference(textOf(repository))?.written ?? reference.written };
    return { found: { place: referencePlace(source, repository, before) }, scalars };
  }
  if (tag === undefined && digest === undefined) {
    return unplaced('there is no `tag` and no `digest` beside its repository: add one of them here, even if it is empty');
  }
  if ([tag, digest].some((part) => part !== undefined && beforeTemplate(textOf(part)) !== undefined)) {
    return unplaced('its tag comes from a variable or a template: write the tag or digest itself');
  }
  return { found: { place: valuesPlace({ source, name, id: placeId(scalars), offset, tag, digest }) }, scalars };
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
}

function valuesPlace({ source, name, id, offset, tag, digest }: ValuesSlots): Place {
  const inTag = splitTag(tag === undefined ? '' : textOf(tag));
  const alone = digest === undefined ? '' : textOf(digest);
  const hex = DIGEST.exec(alone)?.[3];
  const current = hex === undefined ? inTag.digest : `sha256:${hex}`;
  return {
    id,
    offset,
    name,
    ...(inTag.tag !== undefined && { tag: inTag.tag }),
    ...(current !== undefined && { digest: current }),
    write: (pin) => {
      if (digest === undefined) return writeTogether({ source, tag }, pin);
      const edits = [
        ...(tag !== undefined && pin.tag !== undefined && pin.tag !== textOf(tag) ? [rewriteScalar(source, tag, pin.tag)] : []),
        ...(writtenLike(alone, pin.digest) === alone ? [] : [rewriteScalar(source, digest, writtenLike(alone, pin.digest))]),
      ];
      return allEdits(edits, true);
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
