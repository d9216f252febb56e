import { isDigest, isIndexType, isManifestOrIndexType, isManifestType, type Descriptor, type Digest } from '@nx-oci/model';

/** What a registry has to know of a manifest; the rest of the document is the client's business. */
export interface ManifestFacts {
  readonly mediaType: string;
  readonly subject?: Digest;
  /** What a referrers list calls the artefact; an index may have none. */
  readonly artifactType?: string;
  readonly annotations?: Readonly<Record<string, string>>;
  /** Content that must be in the repository before this document may be. */
  readonly children: readonly Descriptor[];
}

/** The facts, or everything that is wrong with the document. */
export type ReadManifest = { readonly facts: ManifestFacts } | { readonly problems: readonly string[] };

type Fields = Readonly<Record<string, unknown>>;

/**
 * Reads a manifest or an index of OCI or Docker. Fields that we do not know are none of our business.
 *
 * @param contentType as the client sent it, with or without parameters; without one the document's own field counts.
 * @see https://github.com/opencontainers/image-spec/blob/v1.1.1/manifest.md
 */
export function readManifest(bytes: Uint8Array, contentType: string | undefined): ReadManifest {
  const fields = parseObject(bytes);
  if (!fields) return { problems: ['The body is not a JSON object.'] };
  const mediaType = contentType?.split(';')[0]?.trim() || textOf(fields['mediaType']) || '';
  const problems = [...findHeadProblems(fields, mediaType), ...findDescriptorProblems(fields, mediaType)];
  return problems.length > 0 ? { problems } : { facts: gatherFacts(fields, mediaType) };
}

function findHeadProblems(fields: Fields, mediaType: string): readonly string[] {
  const ownType = fields['mediaType'];
  return [
    ...(isManifestOrIndexType(mediaType) ? [] : [`The media type ${JSON.stringify(mediaType)} is neither an image manifest nor an index.`]),
    ...(ownType === undefined || ownType === mediaType ? [] : ['The field mediaType differs from the header Content-Type.']),
    ...(fields['schemaVersion'] === 2 ? [] : ['The field schemaVersion is not 2.']),
    // CVE-2021-41190: a document that is both is an image to one client and an index to the next.
    ...(isManifestType(mediaType) && 'manifests' in fields ? ['An image manifest has no field manifests.'] : []),
    ...(isIndexType(mediaType) && ('layers' in fields || 'config' in fields) ? ['An index has no fields config and layers.'] : []),
  ];
}

function findDescriptorProblems(fields: Fields, mediaType: string): readonly string[] {
  const list = isIndexType(mediaType) ? 'manifests' : 'layers';
  const entries = fields[list];
  return [
    ...(Array.isArray(entries)
      ? entries.flatMap((entry, place) => judge(entry, `${list}[${place}]`))
      : [`The field ${list} is not a list.`]),
    ...(isManifestType(mediaType) ? judge(fields['config'], 'config') : []),
    ...(fields['subject'] === undefined ? [] : judge(fields['subject'], 'subject')),
  ];
}

function judge(value: unknown, place: string): readonly string[] {
  const descriptor = objectOf(value);
  if (!descriptor) return [`${place} is not a descriptor.`];
  const size = descriptor['size'];
  return [
    ...(isDigest(descriptor['digest']) ? [] : [`${place}.digest is not a digest.`]),
    ...(Number.isSafeInteger(size) && (size as number) >= 0 ? [] : [`${place}.size is not a number of bytes.`]),
    ...(textOf(descriptor['mediaType']) === undefined ? [`${place}.mediaType is missing.`] : []),
  ];
}

function gatherFacts(fields: Fields, mediaType: string): ManifestFacts {
  const subject = fields['subject'] as Descriptor | undefined;
  const config = fields['config'] as Descriptor | undefined;
  const annotations = objectOf(fields['annotations']) as Readonly<Record<string, string>> | undefined;
  const layers = (fields[isIndexType(mediaType) ? 'manifests' : 'layers'] as readonly Descriptor[]).filter(
    (child) => !isKeptElsewhere(child),
  );
  return {
    mediaType,
    subject: subject?.digest,
    artifactType: textOf(fields['artifactType']) || config?.mediaType,
    annotations,
    children: config ? [config, ...layers] : layers,
  };
}

// Layers that their owner forbids to copy (Windows' base layers) stay where `urls` says.
function isKeptElsewhere({ mediaType }: Descriptor): boolean {
  return mediaType.includes('.nondistributable.') || mediaType.includes('.foreign.');
}

function parseObject(bytes: Uint8Array): Fields | undefined {
  try {
    return objectOf(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)));
  } catch {
    // Not JSON, or not UTF-8: the caller says so to the client.
    return undefined;
  }
}

function objectOf(value: unknown): Fields | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : undefined;
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
