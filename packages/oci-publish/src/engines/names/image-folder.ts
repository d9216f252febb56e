import { join, sep } from 'node:path';

/** Where the images of a workspace are, relative to its root. */
export const IMAGES_FOLDER = 'dist/images';

/** Where nx-oci stores what makes the next build and publish faster, relative to the workspace root. */
export const CACHE_FOLDER = 'node_modules/.cache/nx-oci';

/**
 * The files of a build in its image folder, as outputs of an Nx target: not the folder itself, where a publish writes its report,
 * which Nx must neither cache nor remove.
 */
export const IMAGE_OUTPUTS: readonly string[] = ['blobs', 'image.json', 'index.json', 'oci-layout'].map(
  (name) => `{workspaceRoot}/${IMAGES_FOLDER}/{projectName}/${name}`,
);

// What npm allows as a package name, plus capitals: `api`, `@acme/api`.
const ORDINARY_NAME = /^(?:@[\w~-][\w.~-]*\/)?[\w~-](?:[\w.~-]*[\w~-])?$/;

/**
 * The folder that `build` writes and `publish` reads: `dist/images/<project>`.
 *
 * Ordinary names, including scoped ones, are used unchanged, so that an output of `{workspaceRoot}/dist/images/{projectName}`
 * matches. In other names everything unusual becomes the `%xx` of its UTF-8 bytes, in one segment: no two projects share a
 * folder, and none is inside another's (except `App` and `app` on a case-insensitive file system).
 */
export function imageFolder(workspaceRoot: string, project: string): string {
  return join(workspaceRoot, IMAGES_FOLDER, encodeProjectName(project));
}

/** The folder of the part of an image that one machine makes, for one platform: `dist/images/<project>/linux-arm64`. */
export function partFolder(workspaceRoot: string, project: string, platform: string): string {
  return join(imageFolder(workspaceRoot, project), partName(platform));
}

/** `linux/arm/v7` → `linux-arm-v7`. */
export function partName(platform: string): string {
  return platform.replaceAll('/', '-');
}

/** The outputs of an Nx target that makes a part. */
export function partOutputs(platform: string): readonly string[] {
  return [`{workspaceRoot}/${IMAGES_FOLDER}/{projectName}/${partName(platform)}`];
}

/** The project of an image folder, or of a folder for one of its parts: the inverse of `imageFolder` and `partFolder`. */
export function projectOfFolder(folder: string): string {
  const path = folder.split(sep).join('/');
  const start = path.lastIndexOf(`${IMAGES_FOLDER}/`);
  if (start === -1) return decodeName(path);
  const names = path.slice(start + IMAGES_FOLDER.length + 1).split('/');
  return decodeName(names.slice(0, names[0]?.startsWith('@') === true ? 2 : 1).join('/'));
}

/** A folder that somebody else made may have any name: it is then its own. */
function decodeName(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}

function encodeProjectName(project: string): string {
  if (ORDINARY_NAME.test(project)) return project;
  // A leading dot hides a folder or leads out of it ('..'); Windows drops a trailing one.
  return project.replace(/[^\w.~-]/gu, percentBytes).replace(/^\.|\.$/g, '%2e');
}

function percentBytes(character: string): string {
  return [...Buffer.from(character)].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('');
}
