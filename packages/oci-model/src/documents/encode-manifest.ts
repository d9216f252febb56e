import type { Descriptor } from '../names/descriptor';
import { digestOf } from '../names/digest';
import { isImageIndex, MAX_MANIFEST_BYTES, type EncodedManifest, type ImageIndex, type ImageManifest } from './manifest';
import { OciError } from '../errors/oci-error';

/**
 * Serialises a new document. The same value gives the same bytes on every machine: fixed field order, sorted annotations,
 * no white space.
 *
 * Never use it for a document that was read: its original bytes are copied instead.
 *
 * @throws OciError `BODY_TOO_LARGE` above `MAX_MANIFEST_BYTES`.
 */
export function encodeManifest(document: ImageManifest | ImageIndex): EncodedManifest {
  const bytes = Buffer.from(JSON.stringify(orderDocument(document)));
  if (bytes.byteLength > MAX_MANIFEST_BYTES) {
    throw new OciError(
      'BODY_TOO_LARGE',
      `Cannot write a manifest of ${bytes.byteLength} bytes: registries accept at most ${MAX_MANIFEST_BYTES}.`,
      {
        hint: 'Use fewer layers, or shorter annotations.',
      },
    );
  }
  return { descriptor: { mediaType: document.mediaType, digest: digestOf(bytes), size: bytes.byteLength }, bytes };
}

function orderDocument(document: ImageManifest | ImageIndex): unknown {
  return {
    schemaVersion: document.schemaVersion,
    mediaType: document.mediaType,
    artifactType: document.artifactType,
    ...(isImageIndex(document)
      ? { manifests: document.manifests.map(orderDescriptor) }
      : { config: orderDescriptor(document.config), layers: document.layers.map(orderDescriptor) }),
    subject: document.subject && orderDescriptor(document.subject),
    annotations: document.annotations && sortKeys(document.annotations),
  };
}

function orderDescriptor(descriptor: Descriptor): unknown {
  const { platform } = descriptor;
  return {
    mediaType: descriptor.mediaType,
    digest: descriptor.digest,
    size: descriptor.size,
    urls: descriptor.urls,
    annotations: descriptor.annotations && sortKeys(descriptor.annotations),
    data: descriptor.data,
    platform: platform && {
      architecture: platform.architecture,
      os: platform.os,
      'os.version': platform['os.version'],
      'os.features': platform['os.features'],
      variant: platform.variant,
    },
    artifactType: descriptor.artifactType,
  };
}

/** By code unit, never by the machine's language. */
function sortKeys(record: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(record).sort(([one], [other]) => (one < other ? -1 : 1)));
}
