import { digestOf, hexOf } from '@nx-oci/model';

const TAG_CHARACTERS = 12;

/**
 * The name of a project's image in an engine's store: `nx-oci/api:3f9a2c1b0d4e`.
 *
 * The tag depends on workspace and project, so two checkouts that share an engine do not use each other's images.
 *
 * @see https://github.com/distribution/reference/blob/v0.6.0/reference.go for the grammar
 */
export function localImageName(workspaceRoot: string, project: string): string {
  const slug = project
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 100)
    .replace(/-+$/, '');
  const tag = hexOf(digestOf(JSON.stringify([workspaceRoot, project]))).slice(0, TAG_CHARACTERS);
  return `nx-oci/${slug === '' ? 'image' : slug}:${tag}`;
}

/**
 * How the names begin that a test or a run gives its copies of an image in an engine's store: each gets one of its own.
 *
 * @param name as `localImageName` returns it.
 */
export function loadedImagePrefix(name: string): string {
  return `localhost/nx-oci-run/${name.split('/')[1] ?? ''}-`;
}
