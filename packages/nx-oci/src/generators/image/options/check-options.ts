import { posix } from 'node:path';

import { isOciError, parseReference, quote } from '@nx-oci/model';

import { platformProblems } from './choose-platforms';
import { type ImageOptions } from './image-options';

const LAYOUT_PREFIX = 'layout:';

/** Problems of the options themselves, as `what → the fix`, which otherwise only the build would report. Pure. */
export function checkOptions({ base, from, to, context, platforms }: Partial<ImageOptions>): readonly string[] {
  return [
    ...checkBase(base),
    ...checkFolder('--from', from, 'dist/apps/api'),
    ...checkTarget(to),
    // Accepts both slashes on every system.
    ...checkFolder('--context', context?.replaceAll('\\', '/'), 'apps/api'),
    ...platformProblems(platforms),
  ];
}

function checkBase(base: string | undefined): readonly string[] {
  if (base === undefined || base === 'scratch') return [];
  if (base.startsWith(LAYOUT_PREFIX)) return checkFolder('--base', base.slice(LAYOUT_PREFIX.length), 'dist/images/base');
  try {
    parseReference(base);
    return [];
  } catch (error) {
    if (!isOciError(error)) throw error;
    return [`\`--base\`: ${error.message} → ${error.hint ?? 'write an image such as docker.io/library/node:22-slim'}`];
  }
}

function checkFolder(option: string, folder: string | undefined, example: string): readonly string[] {
  if (folder === undefined) return [];
  const path = posix.normalize(folder.replaceAll('\\', '/'));
  if (/^(?:\.\.(?:\/|$)|\/|[a-z]:)/i.test(path)) {
    return [`\`${option}\` names ${quote(folder)}, outside of the workspace → name a folder from the workspace root, such as ${example}`];
  }
  if (/[\p{Cc}\\]/u.test(folder)) {
    return [`\`${option}\` is ${quote(folder)} → write a path with / alone, such as ${example}`];
  }
  if (path.split('/').some((part) => part.toLowerCase() === '.git')) {
    return [`\`${option}\` names ${quote(folder)}, the git repository itself, whose settings may hold a token → name another folder`];
  }
  return [];
}

function checkTarget(to: string | undefined): readonly string[] {
  if (to === undefined || (/^\/[^\p{Cc}\\]*$/u.test(to) && !to.split('/').includes('..'))) return [];
  const path = posix.normalize(`/${to.replaceAll('\\', '/').replace(/\p{Cc}/gu, '')}`);
  return [`\`--to\` is ${quote(to)}, and no path from the root of the image → use --to=${path}`];
}
