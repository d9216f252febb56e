import type { SshAccess } from './builder-options';

/** Reads `default`, `id`, `id=path[,path]`; the paths stay as written. */
export function readSshAccess(text: string): SshAccess {
  const [id = '', ...rest] = text.split('=');
  const paths = rest.join('=').split(',');
  return { id, paths: paths.filter((path) => path !== '') };
}
