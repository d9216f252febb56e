import { type Digest } from '@nx-oci/model';

/*
 * Every URL of the distribution specification that we use, with its name there.
 * @see https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#endpoints
 *
 * `origin` is scheme, host and port; `repository` is valid, so it needs no escaping.
 */

/** end-1 GET */
export function supportUrl(origin: string): URL {
  return new URL('/v2/', origin);
}

/** end-2 GET and HEAD, end-10 DELETE */
export function blobUrl(origin: string, repository: string, digest: Digest): URL {
  return new URL(`/v2/${repository}/blobs/${digest}`, origin);
}

/** end-3 GET and HEAD, end-7 PUT, end-9 DELETE. `reference`: a tag or a digest. */
export function manifestUrl(origin: string, repository: string, reference: string): URL {
  return new URL(`/v2/${repository}/manifests/${encodeURIComponent(reference).replace('%3A', ':')}`, origin);
}

/**
 * end-7b PUT: stores a manifest under its digest and points several tags at it.
 *
 * @see https://github.com/opencontainers/distribution-spec/pull/600
 */
export function taggedManifestUrl(origin: string, repository: string, digest: Digest, tags: readonly string[]): URL {
  const url = manifestUrl(origin, repository, digest);
  for (const tag of tags) url.searchParams.append('tag', tag);
  return url;
}

/** end-4a POST: opens an upload session. */
export function uploadsUrl(origin: string, repository: string): URL {
  return new URL(`/v2/${repository}/blobs/uploads/`, origin);
}

/** end-4b POST: uploads a whole blob. */
export function wholeUploadUrl(origin: string, repository: string, digest: Digest): URL {
  return new URL(`/v2/${repository}/blobs/uploads/?digest=${encodeURIComponent(digest)}`, origin);
}

/** end-11 POST: mounts a blob from another repository. */
export function mountUrl(origin: string, repository: string, mount: { readonly digest: Digest; readonly from: string }): URL {
  return new URL(
    `/v2/${repository}/blobs/uploads/?mount=${encodeURIComponent(mount.digest)}&from=${encodeURIComponent(mount.from)}`,
    origin,
  );
}

/** end-6 PUT: finishes an upload session. Keeps the query of the session byte for byte, since registries sign it. */
export function finishUploadUrl(session: URL, digest: Digest): URL {
  const url = new URL(session);
  url.search = `${url.search === '' ? '?' : `${url.search}&`}digest=${encodeURIComponent(digest)}`;
  return url;
}

/** ECR refuses pages of more than 1000. */
export const TAGS_PER_PAGE = 1000;

/** end-8b GET. @param last the last tag of the previous page. */
export function tagsUrl(origin: string, repository: string, last?: string): URL {
  const url = new URL(`/v2/${repository}/tags/list?n=${TAGS_PER_PAGE}`, origin);
  if (last !== undefined) url.searchParams.set('last', last);
  return url;
}

/** end-12a GET */
export function referrersUrl(origin: string, repository: string, subject: Digest): URL {
  return new URL(`/v2/${repository}/referrers/${subject}`, origin);
}
