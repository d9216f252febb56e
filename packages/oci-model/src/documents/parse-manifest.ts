import type { Descriptor } from '../names/descriptor';
import { isImageIndex, MAX_READ_MANIFEST_BYTES, type ImageIndex, type ImageManifest } from './manifest';
import { isIndexType, isManifestOrIndexType, isManifestType, MEDIA_TYPES } from './media-types';
import { OciError } from '../errors/oci-error';
import { parseDescriptor } from './parse-descriptor';
import { quote } from '../text/quote';
import { DocumentReader, withoutUndefined, type JsonObject } from './read-json';

const FIELDS = ['schemaVersion', 'mediaType', 'artifactType', 'config', 'layers', 'manifests', 'subject', 'annotations'];
const READER = new DocumentReader('the manifest', 'MANIFEST_INVALID');

/**
 * Parses an image manifest.
 *
 * @param mediaType from the descriptor or the Content-Type header; must agree with the document.
 * @throws OciError `MANIFEST_INVALID` with the field, `MEDIA_TYPE_UNSUPPORTED` for Docker's schema 1 and unknown types.
 * @see https://github.com/opencontainers/image-spec/blob/v1.1.1/manifest.md
 */
export function parseManifest(bytes: Uint8Array, mediaType?: string): ImageManifest {
  const document = parseManifestOrIndex(bytes, mediaType);
  if (!isImageIndex(document)) return document;
  throw READER.refuse('it is an image index (several platforms) where the manifest of one image was expected');
}

/**
 * Parses an image index or Docker's manifest list; parameters and errors are those of `parseManifest`.
 *
 * @see https://github.com/opencontainers/image-spec/blob/v1.1.1/image-index.md
 */
export function parseIndex(bytes: Uint8Array, mediaType?: string): ImageIndex {
  const document = parseManifestOrIndex(bytes, mediaType);
  if (isImageIndex(document)) return document;
  throw READER.refuse('it is the manifest of one image where an image index was expected');
}

/**
 * Parses a manifest or an index; distinguish them with `isImageIndex`.
 *
 * Refuses a document that could be read as both, and one whose media type differs from the announced one:
 * otherwise a signer and a runtime could see different images (CVE-2021-41190).
 */
export function parseManifestOrIndex(bytes: Uint8Array, mediaType?: string): ImageManifest | ImageIndex {
  const object = READER.parse(bytes, MAX_READ_MANIFEST_BYTES);
  refuseOldSchema(object);
  refuseLookalikes(object);
  const agreed = agreeOnMediaType(object, mediaType);
  const isIndex = isPresent(object, 'manifests');
  if (isIndex && (isPresent(object, 'config') || isPresent(object, 'layers'))) {
    throw READER.refuse('it is an image manifest and an image index at once');
  }
  if (agreed !== undefined && isIndexType(agreed) !== isIndex && (isIndex || isPresent(object, 'config'))) {
    throw READER.refuse(`it has the fields of ${isIndex ? 'an image index' : 'an image manifest'}, but its media type is ${agreed}`);
  }
  return isIndexType(agreed ?? '') || isIndex ? readIndex(object, agreed) : readManifest(object, agreed);
}

function readManifest(object: JsonObject, mediaType: string = MEDIA_TYPES.ociManifest): ImageManifest {
  return withoutUndefined<ImageManifest>({
    schemaVersion: 2,
    mediaType,
    artifactType: READER.optional('artifactType', object['artifactType'], (field, value) => READER.string(field, value)),
    config: parseDescriptor(READER, 'config', object['config']),
    layers: readDescriptors('layers', object['layers']),
    ...readTail(object),
  });
}

function readIndex(object: JsonObject, mediaType: string = MEDIA_TYPES.ociIndex): ImageIndex {
  return withoutUndefined<ImageIndex>({
    schemaVersion: 2,
    mediaType,
    artifactType: READER.optional('artifactType', object['artifactType'], (field, value) => READER.string(field, value)),
    manifests: readDescriptors('manifests', object['manifests']),
    ...readTail(object),
  });
}

function readTail(object: JsonObject): Pick<ImageManifest, 'subject' | 'annotations'> {
  return {
    subject: READER.optional('subject', object['subject'], (field, value) => parseDescriptor(READER, field, value)),
    annotations: READER.optional('annotations', object['annotations'], (field, value) =>
      READER.map(field, value, (name, item) => READER.string(name, item)),
    ),
  };
}

// Go writes an empty list as null; artifacts without layers exist.
function readDescriptors(field: string, value: unknown): readonly Descriptor[] {
  return READER.list(field, value === null ? [] : value, (name, item) => parseDescriptor(READER, name, item));
}

/** The media type in the document, else the announced one, else `undefined`. */
function agreeOnMediaType(object: JsonObject, announced: string | undefined): string | undefined {
  const own = READER.optional('mediaType', object['mediaType'], (field, value) => READER.word(field, value));
  const expected = announced === undefined ? undefined : withoutParameters(announced);
  if (own !== undefined && expected !== undefined && own !== expected) {
    throw READER.refuse(`its mediaType is ${quote(own)}, but it was announced as ${quote(expected)}`);
  }
  const agreed = own ?? expected;
  if (agreed === undefined || isManifestOrIndexType(agreed)) return agreed;
  throw new OciError('MEDIA_TYPE_UNSUPPORTED', `Cannot read the manifest: its media type ${quote(agreed)} is unknown.`, {
    hint: `Supported media types: ${[...KNOWN_TYPES].join(', ')}.`,
  });
}

const KNOWN_TYPES = Object.values(MEDIA_TYPES).filter((type) => isManifestType(type) || isIndexType(type));

/** A Content-Type header may carry a charset. */
function withoutParameters(mediaType: string): string {
  return (mediaType.split(';', 1)[0] ?? '').trim();
}

function refuseOldSchema(object: JsonObject): void {
  if (object['schemaVersion'] === 2) return;
  if (object['schemaVersion'] !== 1) throw READER.refuse('schemaVersion must be 2');
  throw new OciError('MEDIA_TYPE_UNSUPPORTED', 'Cannot read the manifest: it uses the obsolete Docker schema 1.', {
    hint: 'Push the image again with Docker 1.10 or later, and use the new image.',
  });
}

/** Go reads "Layers" as "layers": unless field names match exactly, readers disagree about the document. */
function refuseLookalikes(object: JsonObject): void {
  const lookalike = Object.keys(object).find(
    (key) => !FIELDS.includes(key) && FIELDS.some((field) => field.toLowerCase() === key.toLowerCase()),
  );
  if (lookalike !== undefined) throw READER.refuse(`the field ${quote(lookalike)} differs from a known field only in letter case`);
}

function isPresent(object: JsonObject, field: string): boolean {
  return object[field] !== undefined && object[field] !== null;
}
