import { type Reason, type UncheckedBase } from './plan-schema';

/** `files changed: apps/api/main.ts and 2 more` */
export function describeReason(reason: Reason): string {
  switch (reason.kind) {
    case 'missing':
      return `not in ${reason.registries.join(', ')} yet`;
    case 'tags':
      return `tags not set: ${list(reason.tags)}`;
    case 'files':
      return `files changed: ${list(reason.files)}`;
    case 'dependency':
      return `dependency changed: ${list(reason.projects)}`;
    case 'workspace':
      return `workspace changed: ${list(reason.files)}`;
    case 'base':
      return `base image moved: ${reason.reference} is ${short(reason.to)}, was ${short(reason.from)}`;
    case 'unknown':
      return `cannot be compared: ${reason.why}`;
  }
}

/** `node:22 has moved: its registry does not answer` */
export function describeUnchecked({ reference, why }: UncheckedBase): string {
  return reference === UNKNOWN_BASE ? `a base image has moved: ${why}` : `${reference} has moved: ${why}`;
}

/** Stands for a base whose name only the builder of the image knew. */
export const UNKNOWN_BASE = '?';

/** `sha256:` and 12 of its digits; a digest in an image label is not trusted. */
function short(digest: string): string {
  return digest.slice(0, 19);
}

const MAX_NAMES = 3;

function list(names: readonly string[]): string {
  const more = names.length - MAX_NAMES;
  return `${names.slice(0, MAX_NAMES).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}
