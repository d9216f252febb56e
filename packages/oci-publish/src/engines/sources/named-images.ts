import { posix } from 'node:path';

import { DOCKERFILE_NAMES, engineOf } from '../options/detect-engine';
import { readDockerfile } from '../dockerfile/read-dockerfile';
import { hintsIn, LAYOUT_PREFIX, readingOptions, type ReadText } from './named-paths';

/** An image that an image target is based on or copies from. */
export interface NamedBase {
  /** With the variables of a Dockerfile expanded; `layout:dist/images/api` for a folder. */
  readonly reference: string;
  /** The place that names it, for the user: `apps/api/Dockerfile:3`, or the option `base`. */
  readonly where: string;
  /** Whether a Dockerfile asks for a platform, such as that of the builder, whatever the image is built for. */
  readonly hasOwnPlatform?: true;
}

/**
 * The images that an image target is based on or copies from, as written in the project graph; without those whose name only the
 * builder knows. Pure.
 *
 * @param written options, not validated
 * @param projectRoot from the workspace root
 * @param readText of a file, relative to the workspace root
 */
export function namedImages(written: unknown, projectRoot: string, readText: ReadText): readonly NamedBase[] {
  const options = (written ?? {}) as Readonly<Record<string, unknown>>;
  const { base, dockerfile } = options;
  const engine = engineOf(hintsIn(options));
  const ofBase = typeof base === 'string' && base !== 'scratch' ? [{ reference: base, where: 'the option `base`' }] : [];
  if (engine === 'native') return ofBase;
  const files = typeof dockerfile === 'string' ? [dockerfile] : DOCKERFILE_NAMES.map((name) => posix.join(projectRoot, name));
  for (const file of files.map((one) => posix.normalize(one.replaceAll('\\', '/')))) {
    const text = readText(file);
    if (text === undefined) continue;
    return readDockerfile(text, readingOptions(options)).uses.map(({ reference, line, hasOwnPlatform }) => ({
      reference,
      where: `${file}:${line}`,
      ...(hasOwnPlatform && { hasOwnPlatform }),
    }));
  }
  return [];
}

/** The folder of a base that is a layout, from the workspace root. */
export function layoutFolder(reference: string): string | undefined {
  if (!reference.startsWith(LAYOUT_PREFIX)) return undefined;
  return posix.normalize(reference.slice(LAYOUT_PREFIX.length).replaceAll('\\', '/')).replace(/(?<=.)\/+$/, '');
}
