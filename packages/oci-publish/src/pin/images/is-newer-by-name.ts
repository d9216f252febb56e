import semver from 'semver';

/** Whether a tag names a later version than the one of an image, for a tag whose own image cannot be asked. Pure. */
export function isNewerByName(tag: string | undefined, version: string | undefined): boolean {
  // A tag has `_` where a version has `+`.
  const [theirs, ours] = [semver.valid(tag?.replaceAll('_', '+')), semver.valid(version)];
  return theirs !== null && ours !== null && semver.compareBuild(theirs, ours) > 0;
}
