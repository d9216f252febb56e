import { digestOf, MEDIA_TYPES, type Descriptor, type Digest } from '@nx-oci/model';

/** Sends a blob in one request. */
export async function pushBlob(url: string, repository: string, content: string | Uint8Array): Promise<Digest> {
  const digest = digestOf(content);
  const answer = await fetch(`${url}/v2/${repository}/blobs/uploads/?digest=${digest}`, { method: 'POST', body: content });
  // Always read: a connection with an unread answer is not reused.
  const text = await answer.text();
  if (answer.status !== 201) throw new Error(`The blob was refused: ${answer.status} ${text}`);
  return digest;
}

/** Sends config and layers, and returns their manifest, which is not sent yet. */
export async function makeImage(url: string, repository: string, layers: readonly string[], more: object = {}): Promise<string> {
  const config = JSON.stringify({
    architecture: 'amd64',
    os: 'linux',
    rootfs: { type: 'layers', diff_ids: layers.map((layer) => digestOf(layer)) },
  });
  for (const blob of [config, ...layers]) await pushBlob(url, repository, blob);
  return JSON.stringify({
    schemaVersion: 2,
    mediaType: MEDIA_TYPES.ociManifest,
    config: describe(MEDIA_TYPES.ociConfig, config),
    layers: layers.map((layer) => describe(MEDIA_TYPES.ociLayerTar, layer)),
    ...more,
  });
}

/** An index of existing manifests. */
export function makeIndex(manifests: readonly string[], more: object = {}): string {
  return JSON.stringify({
    schemaVersion: 2,
    mediaType: MEDIA_TYPES.ociIndex,
    manifests: manifests.map((manifest) => describe(MEDIA_TYPES.ociManifest, manifest)),
    ...more,
  });
}

export function describe(mediaType: string, content: string): Descriptor {
  return { mediaType, digest: digestOf(content), size: Buffer.byteLength(content) };
}

/** Sends a manifest or index under a tag or digest. */
export function putManifest(url: string, repository: string, reference: string, manifest: string): Promise<Response> {
  const { mediaType } = JSON.parse(manifest) as { readonly mediaType: string };
  return fetch(`${url}/v2/${repository}/manifests/${reference}`, { method: 'PUT', body: manifest, headers: { 'content-type': mediaType } });
}

/** The error codes of an answer, in order. */
export async function codesOf(answer: Response): Promise<readonly string[]> {
  const { errors } = (await answer.json()) as { readonly errors: readonly { readonly code: string }[] };
  return errors.map(({ code }) => code);
}
