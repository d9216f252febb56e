import { join, sep } from 'node:path';

/** Where the images of a workspace lie, relative to its root. */
export const IMAGES_FOLDER = 'dist/images';

/** Where nx-oci keeps what makes the next build and publish faster, relative to the root of the workspace. */
export const CACHE_FOLDER = 'node_modules/.cache/nx-oci';

/**
 * What a build leaves in its image folder, as outputs of an Nx target: not the folder itself, where a publish keeps its
 * report, which Nx must neither cache nor take away.
 */
export const IMAGE_OUTPUTS: readonly string[] = ['blobs', 'image.json', 'index.json', 'oci-layout'].map(
  (name) => `{workspaceRoot}/${IMAGES_FOLDER}/{projectName}/${name}`,
);

// What npm allows as a package name, capitals included: `api`, `@acme/api`.
const ORDINARY_NAME = /^(?:@[\w~-][\w.~-]*\/)?[\w~-](?:[\w.~-]*[\w~-])?$/;

/**
 * The folder that `build` fills and `publish` reads: `dist/images/<project>`.
 *
 * Ordinary names, scoped ones too, stand there as they are, so that an output of `{workspaceRoot}/dist/images/{projectName}`
 * fits. In others everything unusual becomes the `%xx` of its UTF-8 bytes, in one segment: no two projects share a
 * folder, and none lies in another's (only a file system that folds case makes one of `App` and `app`).
 */
export function imageFolder(workspaceRoot: string, project: string): string {
  return join(workspaceRoot, IMAGES_FOLDER, encodeProjectName(project));
}

/** The project that an image folder belongs to, as `imageFolder` named it. */
export function projectOfFolder(folder: string): string {
  const path = folder.split(sep).join('/');
  const start = path.lastIndexOf(`${IMAGES_FOLDER}/`);
  return decodeURIComponent(start === -1 ? path : path.slice(start + IMAGES_FOLDER.length + 1));
}

function encodeProjectName(project: string): string {
  if (ORDINARY_NAME.test(project)) return project;
  // A leading dot hides a folder or leaves it ('..'); Windows drops a trailing one.
  return project.replace(/[^\w.~-]/gu, percentBytes).replace(/^\.|\.$/g, '%2e');
}

function percentBytes(character: string): string {
  return [...Buffer.from(character)].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('');
}
