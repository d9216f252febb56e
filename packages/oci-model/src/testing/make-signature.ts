import { type Descriptor, encodeManifest, type EncodedManifest, type ImageManifest, MEDIA_TYPES } from '..';

const EMPTY_BYTES = Buffer.from('{}');

/** The config and the only layer of every signature that specs make. @see https://github.com/opencontainers/image-spec/blob/v1.1.1/manifest.md#guidance-for-an-empty-descriptor */
export const EMPTY_BLOB = {
  bytes: EMPTY_BYTES,
  descriptor: {
    mediaType: MEDIA_TYPES.ociEmpty,
    digest: 'sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a',
    size: EMPTY_BYTES.byteLength,
  } satisfies Descriptor,
};

export const SIGNATURE_TYPE = 'application/vnd.example.signature';

/** A small artifact that refers to another one. @param note makes it differ from others. */
export function makeSignature(subject: Descriptor | undefined, note: string, more: Partial<ImageManifest> = {}): EncodedManifest {
  return encodeManifest({
    schemaVersion: 2,
    mediaType: MEDIA_TYPES.ociManifest,
    artifactType: SIGNATURE_TYPE,
    config: EMPTY_BLOB.descriptor,
    layers: [EMPTY_BLOB.descriptor],
    ...(subject && { subject }),
    annotations: { note },
    ...more,
  });
}
