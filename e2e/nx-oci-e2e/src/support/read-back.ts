import { createHash } from 'node:crypto';

/** An image, read by the distribution specification alone and by none of our code. */
export interface ReadImage {
  readonly digest: string;
  readonly manifest: Manifest;
  readonly config: ImageConfig;
  /** As stored: compressed. */
  readonly layers: readonly Buffer[];
}

export interface Manifest {
  readonly mediaType: string;
  readonly config: Blob;
  readonly layers: readonly Blob[];
  readonly annotations?: Readonly<Record<string, string>>;
}

interface Blob {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
}

export interface ImageConfig {
  readonly created?: string;
  readonly config?: { readonly Labels?: Readonly<Record<string, string>>; readonly Cmd?: readonly string[] };
  readonly rootfs: { readonly diff_ids: readonly string[] };
}

/** A repository that is read over plain HTTP with `fetch` alone. */
export interface RepositoryToRead {
  readonly host: string;
  readonly repository: string;
  /** `name:password` */
  readonly user?: string;
}

const MANIFEST_TYPES = 'application/vnd.oci.image.manifest.v1+json, application/vnd.docker.distribution.manifest.v2+json';

/**
 * Reads an image completely and computes every digest again: of the manifest, the config and each layer.
 *
 * @param reference a tag or a digest.
 */
export async function readImage(location: RepositoryToRead, reference: string): Promise<ReadImage> {
  const bytes = await get(location, `manifests/${reference}`);
  const manifest = JSON.parse(bytes.toString('utf8')) as Manifest;
  const config = await getBlob(location, manifest.config);
  const layers = await Promise.all(manifest.layers.map((layer) => getBlob(location, layer)));
  return { digest: digestOf(bytes), manifest, config: JSON.parse(config.toString('utf8')) as ImageConfig, layers };
}

/** All tags of a repository, sorted; none if the repository does not exist. */
export async function listTags({ host, repository, user }: RepositoryToRead): Promise<readonly string[]> {
  const response = await fetch(`http://${host}/v2/${repository}/tags/list`, { headers: headersFor(user) });
  if (response.status === 404) return [];
  const { tags } = (await response.json()) as { readonly tags: readonly string[] | null };
  return [...(tags ?? [])].sort();
}

export function digestOf(bytes: Buffer): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

async function getBlob(location: RepositoryToRead, { digest, size }: Blob): Promise<Buffer> {
  const bytes = await get(location, `blobs/${digest}`);
  if (digestOf(bytes) !== digest || bytes.length !== size) {
    throw new Error(`${location.host} has ${digestOf(bytes)} of ${bytes.length} bytes where its manifest says ${digest} of ${size}`);
  }
  return bytes;
}

async function get({ host, repository, user }: RepositoryToRead, path: string): Promise<Buffer> {
  const response = await fetch(`http://${host}/v2/${repository}/${path}`, { headers: { accept: MANIFEST_TYPES, ...headersFor(user) } });
  if (!response.ok) throw new Error(`${host} answered ${response.status} to ${repository}/${path}`);
  return Buffer.from(await response.arrayBuffer());
}

function headersFor(user: string | undefined): Readonly<Record<string, string>> {
  return user === undefined ? {} : { authorization: `Basic ${Buffer.from(user).toString('base64')}` };
}
