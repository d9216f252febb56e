import { formatPlatform, shortDigest } from '@nx-oci/model';

import { type Findings } from './checks/tested-image';
import { type OpenedImage } from './image/open-built-image';

// Longer lists are truncated.
const SHOWN = 30;

/** All faults of an image, each with its fix. */
export function describeFaults(project: string, { faults, notChecked, doubts }: Findings): string {
  const count = faults.length === 1 ? '1 fault' : `${faults.length} faults`;
  return [
    `The image of ${project} has ${count}:`,
    ...shorten(faults.map(({ what, fix, output = [] }) => [`  ${what} → ${fix}`, ...output.map((line) => `    | ${line}`)].join('\n'))),
    ...remarks({ notChecked, doubts }),
  ].join('\n');
}

/** Describes an image without faults, and what was checked. */
export function describePass({ project, digest, platforms }: OpenedImage, { proven, notChecked, doubts }: Findings): string {
  const names = platforms.map(({ platform }) => formatPlatform(platform)).join(', ');
  return [
    `${project}  ${shortDigest(digest)}  ${names}, tested`,
    ...shorten(proven.map((line) => `  ✔ ${line}`)),
    ...remarks({ notChecked, doubts }),
  ].join('\n');
}

function remarks({ notChecked, doubts }: Pick<Findings, 'notChecked' | 'doubts'>): readonly string[] {
  return [...notChecked.map((line) => `  warning: not checked: ${line}`), ...shorten(doubts.map((line) => `  warning: ${line}`))];
}

function shorten(lines: readonly string[]): readonly string[] {
  return lines.length <= SHOWN ? lines : [...lines.slice(0, SHOWN), `  … and ${lines.length - SHOWN} more`];
}
