import { posix } from 'node:path';

import { type ReadingOptions } from '../dockerfile/read-dockerfile';
import { fixedPart } from '../dockerfile/context-source';
import { copiedSources } from './copied-sources';

/**
 * What a Dockerfile copies from its context: files and folders, relative to the workspace root. For a pattern, the folder that it
 * starts from; the context itself if it may copy anything. Pure.
 *
 * @param context from the workspace root
 */
export function copiedPaths(text: string, context: string, options: ReadingOptions = {}): readonly string[] {
  const sources = copiedSources(text, options);
  if (sources === undefined) return [context];
  return [...new Set(sources.map((source) => posix.join(context, fixedPart(source))))];
}

/**
 * The lines of an ignore file, as patterns of files that an image does not depend on. None if the file has exceptions (`!`):
 * watching too much costs a build, watching too little gives an outdated image. Pure.
 *
 * @param context from the workspace root
 * @returns patterns from the workspace root
 */
export function ignoredPatterns(text: string, context: string): readonly string[] {
  const lines = text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'));
  // Braces and extended globs are characters to Docker, and patterns to Nx.
  const isPlain = (line: string): boolean => !/[{}()\\[\]+@!]/.test(line);
  if (lines.some((line) => line.startsWith('!'))) return [];
  return lines
    .filter(isPlain)
    .map((line) => posix.join(context, posix.join('/', line)).replace(/\/+$/, ''))
    .filter((pattern) => pattern !== '.' && pattern !== context);
}
