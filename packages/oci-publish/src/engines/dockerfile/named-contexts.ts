import { familiarName, formatReference, isOciError, parseReference, type ImageReference } from '@nx-oci/model';

import type { BuildContextSource } from '../options/builder-options';

export type NamedContexts = Readonly<Record<string, BuildContextSource>>;

/**
 * The image in a registry that a name in FROM or `--from` stands for: the name itself, unless a build context has it.
 *
 * @returns `undefined` for a context that is no such image.
 */
export function imageNamed(name: string, contexts: NamedContexts = {}): string | undefined {
  const wanted = contextName(name);
  const [, source] = Object.entries(contexts).find(([context]) => contextName(context) === wanted) ?? [];
  if (source === undefined) return name;
  const [, image] = source.kind === 'remote' ? (/^(?:docker-image|container-image|docker):\/\/(.+)$/.exec(source.text) ?? []) : [];
  return image;
}

/**
 * The name that BuildKit looks for among contexts: short, and without the default tag. Bake passes names on as they are.
 *
 * @see https://github.com/moby/buildkit/blob/v0.20.0/frontend/dockerui/namedcontext.go
 */
export function contextName(name: string): string {
  const reference = parse(name);
  return reference === undefined ? name : familiarName(reference).replace(/:latest$/, '');
}

/** All spellings of the name of a context, for builders that compare names as they are written. */
export function contextSpellings(name: string): readonly string[] {
  const reference = parse(name);
  if (reference === undefined) return [name];
  const { tag = 'latest', digest } = reference;
  const isDefault = tag === 'latest' && digest === undefined;
  const names = [familiarName(reference), formatReference(reference)].map((one) => one.replace(/:latest$/, ''));
  return [...new Set([name, ...names.flatMap((one) => (isDefault ? [one, `${one}:latest`] : [one]))])];
}

/** Builders know names that are none, such as one with capitals. */
function parse(name: string): ImageReference | undefined {
  try {
    return parseReference(name);
  } catch (error) {
    if (isOciError(error)) return undefined;
    throw error;
  }
}
