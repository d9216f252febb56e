import semver from 'semver';

/** A version without `v`, but with its build metadata, which `semver.clean` drops; `undefined` if the text is not a version. */
export function cleanVersion(text: string): string | undefined {
  const parsed = semver.parse(text.trim().replace(/^v/, ''));
  if (parsed === null) return undefined;
  return parsed.build.length > 0 ? `${parsed.version}+${parsed.build.join('.')}` : parsed.version;
}

/** The highest of some versions. */
export function highestVersion(versions: readonly string[]): string | undefined {
  return versions.toSorted(semver.compareBuild).at(-1);
}
