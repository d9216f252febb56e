import { compilePathGlob, isOciError, type Glob } from '@nx-oci/model';

import { fixedPart, type ContextSource } from '../dockerfile/context-source';
import { readDockerfile, type ReadingOptions } from '../dockerfile/read-dockerfile';
import { isWithin } from './is-within';

/** A file, a folder or a pattern that a Dockerfile reads from its context. */
export type CopiedSource = Pick<ContextSource, 'path' | 'isPattern'>;

// The frontends whose syntax `readDockerfile` supports.
const KNOWN_SYNTAX = /^(?:docker\.io\/)?docker\/dockerfile(?:-upstream)?(?:[:@]|$)/;

/**
 * What a Dockerfile reads from its context: COPY, ADD and the mounts of RUN, in all stages that the image needs. Pure.
 *
 * @returns `undefined` if it may be anything: the whole context is copied, the syntax is another one, only the builder knows a
 *   stage, or nothing is copied because the base image does that (ONBUILD). Empty if all is copied from other images.
 */
export function copiedSources(text: string, options: ReadingOptions = {}): readonly CopiedSource[] | undefined {
  const [, syntax = options.buildArgs?.['BUILDKIT_SYNTAX']] = /^\s*(?:#|\/\/)\s*syntax\s*=\s*(\S+)/im.exec(text) ?? [];
  if (syntax !== undefined && !KNOWN_SYNTAX.test(syntax)) return undefined;
  const { sources, images, hasUnknownStage, hasBareStage } = readDockerfile(text, options);
  const isOnbuild = images.some((image) => image.includes('onbuild'));
  const isWhole = sources.some(({ path, isPattern }) => path === '.' || (isPattern && /^\*+$/.test(path)));
  if (hasUnknownStage || isOnbuild || isWhole || (sources.length === 0 && hasBareStage)) return undefined;
  return sources.map(({ path, isPattern }) => ({ path, isPattern }));
}

/** Decides which entries of a context are read. */
export interface CopiedFiles {
  /** Whether anything in a folder may be read. */
  enters(folder: string): boolean;
  has(path: string): boolean;
  /** Whether a builder follows a link on the way to what it copies, so that it also reads something else. */
  follows(link: string): boolean;
}

export function copiedFiles(sources: readonly CopiedSource[]): CopiedFiles {
  const starts = sources.map((source) => fixedPart(source));
  const globs = sources.map((source) => (source.isPattern ? compile(source.path) : undefined));
  return {
    enters: (folder) => starts.some((start) => isWithin(start, folder) || isWithin(folder, start)),
    has: (path) => sources.some((_, index) => globs[index]?.matches(path) ?? isWithin(path, starts[index] ?? '.')),
    follows: (link) => sources.some((source, index) => isOnTheWay(link, source, starts[index] ?? '.')),
  };
}

/** Compares as many parts of a pattern as the link has. */
function isOnTheWay(link: string, { path, isPattern }: CopiedSource, start: string): boolean {
  if (!isPattern) return isWithin(path, link);
  const parts = path.split('/');
  const depth = link.split('/').length;
  if (depth > parts.length && !path.includes('**')) return false;
  return isWithin(start, link) || (compile(parts.slice(0, depth).join('/'))?.matches(link) ?? isWithin(link, start));
}

/** Like `filepath.Match` of Go, where `[^a]` is a negation and braces are literal; `undefined` for unsupported patterns. */
function compile(pattern: string): Glob | undefined {
  try {
    return compilePathGlob(pattern.replaceAll('[^', '[!').replace(/[{}]/g, '[$&]'));
  } catch (error) {
    if (!isOciError(error)) throw error;
    return undefined;
  }
}
