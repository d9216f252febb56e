/**
 * The image name that a project has by default: its own name, as far as repositories can be called that.
 *
 * `@acme/api` → `acme/api`, `MyApp` → `myapp`, `my app` → `my-app`. What cannot be mapped is refused later by the
 * reference grammar, with the option `image` as the remedy.
 */
export function imageNameOf(project: string): string {
  return project
    .replace(/^@/, '')
    .toLowerCase()
    .replace(/[^a-z0-9._/-]+/g, '-');
}
