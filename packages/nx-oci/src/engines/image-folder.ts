import { join } from 'node:path';

/** Where the images of a workspace lie, relative to its root. */
export const IMAGES_FOLDER = 'dist/images';

/**
 * The folder that `build` fills and `publish` reads: `dist/images/<project>`.
 *
 * No two projects share one, on a file system that folds case either: `/` becomes `+`, and whatever is not a lower-case
 * letter, a digit, `-`, `_` or an inner `.` its UTF-8 bytes as `%xx` (`@acme/api` → `%40acme+api`).
 */
export function imageFolder(workspaceRoot: string, project: string): string {
  return join(workspaceRoot, IMAGES_FOLDER, encodeProjectName(project));
}

/** The project name as one path segment; `decodeProjectName` gives it back. */
export function encodeProjectName(project: string): string {
  const segment = project.replace(/[^a-z0-9._/-]/gu, percentBytes).replaceAll('/', '+');
  // A leading dot hides a folder or leaves it ('..'); Windows drops a trailing one.
  return segment.replace(/^\.|\.$/g, '%2e');
}

export function decodeProjectName(segment: string): string {
  return decodeURIComponent(segment.replaceAll('+', '/'));
}

function percentBytes(character: string): string {
  return [...Buffer.from(character)].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('');
}
