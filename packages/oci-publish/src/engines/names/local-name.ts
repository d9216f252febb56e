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
