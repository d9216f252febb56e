/** The kind of resource of a path; `routes/` has the methods for each. */
export type Noun = 'page' | 'asset' | 'token' | 'support' | 'catalog' | 'blob' | 'uploads' | 'upload' | 'manifest' | 'tags' | 'referrers';

export interface Route {
  readonly noun: Noun;
  /** Not yet validated; empty if the resource is not in a repository. */
  readonly repository: string;
  /** The last part of the path: a digest, a tag or a session's id. */
  readonly reference: string;
}

// The specification's endpoints: https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#endpoints
// Names contain slashes and may contain words like "blobs": the last match wins, so names are matched greedily.
const PATTERNS: readonly (readonly [Noun, RegExp])[] = [
  ['page', /^\/$/],
  ['asset', /^\/page\/(?<reference>[a-z.]+)$/],
  ['support', /^\/v2\/?$/],
  ['catalog', /^\/v2\/_catalog$/],
  ['uploads', /^\/v2\/(?<repository>.+)\/blobs\/uploads\/?$/],
  ['upload', /^\/v2\/(?<repository>.+)\/blobs\/uploads\/(?<reference>[^/]+)$/],
  ['blob', /^\/v2\/(?<repository>.+)\/blobs\/(?<reference>[^/]+)$/],
  ['manifest', /^\/v2\/(?<repository>.+)\/manifests\/(?<reference>[^/]+)$/],
  ['tags', /^\/v2\/(?<repository>.+)\/tags\/list$/],
  ['referrers', /^\/v2\/(?<repository>.+)\/referrers\/(?<reference>[^/]+)$/],
];

/** Finds the resource of a path; `undefined` if there is none. @param tokenPath of the token service, if there is one. */
export function findRoute(path: string, tokenPath?: string): Route | undefined {
  if (path === tokenPath) return { noun: 'token', repository: '', reference: '' };
  for (const [noun, pattern] of PATTERNS) {
    const match = pattern.exec(path);
    if (match) return { noun, repository: match.groups?.['repository'] ?? '', reference: match.groups?.['reference'] ?? '' };
  }
  return undefined;
}
