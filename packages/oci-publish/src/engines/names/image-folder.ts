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

/** The project of an image folder: the inverse of `imageFolder`. */
export function projectOfFolder(folder: string): string {
  const path = folder.split(sep).join('/');
  const start = path.lastIndexOf(`${IMAGES_FOLDER}/`);
  return decodeURIComponent(start === -1 ? path : path.slice(start + IMAGES_FOLDER.length + 1));
}

function encodeProjectName(project: string): string {
  if (ORDINARY_NAME.test(project)) return project;
  // A leading dot hides a folder or leads out of it ('..'); Windows drops a trailing one.
  return project.replace(/[^\w.~-]/gu, percentBytes).replace(/^\.|\.$/g, '%2e');
}

function percentBytes(character: string): string {
  return [...Buffer.from(character)].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('');
}
