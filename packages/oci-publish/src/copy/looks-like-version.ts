import semver from 'semver';

/**
 * Whether a tag permanently names one release: `1.2.3`, `v1.2.3-rc.1`, `1.2.3_build.5` (Helm's way of writing `+`).
 * Shorter ones (`15`, `v1.2`) and `latest` are expected to move.
 */
export function looksLikeVersion(tag: string): boolean {
  return semver.valid(tag.replaceAll('_', '+')) !== null;
}
