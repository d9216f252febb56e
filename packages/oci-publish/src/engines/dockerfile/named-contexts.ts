import { formatReference, isOciError, parseReference } from '@nx-oci/model';

import type { BuildContextSource } from '../options/builder-options';

export type NamedContexts = Readonly<Record<string, BuildContextSource>>;

/**
 * The image in a registry that a name in FROM or `--from` stands for: the name itself, unless a build context has it.
 *
 * @returns `undefined` for a context that is no such image.
 */
export function imageNamed(name: string, contexts: NamedContexts = {}): string | undefined {
  const wanted = normalize(name);
  const [, source] = Object.entries(contexts).find(([context]) => context === name || normalize(context) === wanted) ?? [];
  if (source === undefined) return name;
  const [, image] = source.kind === 'remote' ? (/^(?:docker-image|container-image|docker):\/\/(.+)$/.exec(source.text) ?? []) : [];
  return image;
}

/** `node` and `docker.io/library/node:latest` are the same name for builders. */
function normalize(name: string): string {
  try {
    return formatReference(parseReference(name));
  } catch (error) {
    if (isOciError(error)) return name;
    throw error;
  }
}
