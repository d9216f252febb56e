import { formatPlatform, parsePlatform } from '@nx-oci/model';

import { attempt, type ReportProblem } from './option-problems';
import { type WrittenOptions } from './written-options';

/** What a target makes of an image whose platforms are made apart. */
export type PartChoice =
  | {
      readonly kind: 'part';
      /** `linux/arm64` */
      readonly platform: string;
      /** Whether a machine of another platform may make it. */
      readonly isAnywhere: boolean;
    }
  /** The parts are made by other targets; this one checks that they fit together. */
  | { readonly kind: 'whole'; readonly platforms: readonly string[] };

/** @returns `undefined` for a target that makes the whole image. */
export function readParts(
  { parts = false, platform, platforms }: Pick<WrittenOptions, 'parts' | 'platform' | 'platforms'>,
  reportProblem: ReportProblem,
): PartChoice | undefined {
  if (parts === false) return undefined;
  const read = (name: string, text: string) => attempt(name, () => formatPlatform(parsePlatform(text)), reportProblem) ?? '';
  const all = platforms?.map((text, index) => read(`platforms[${index}]`, text));
  if (platform !== undefined) {
    const own = read('platform', platform);
    if (all !== undefined && own !== '' && !all.includes(own))
      reportProblem(`\`platform\` is ${own}, which is not one of \`platforms\` → add it, or make one of ${all.join(', ')}`);
    return { kind: 'part', platform: own, isAnywhere: parts === 'anywhere' };
  }
  if (all === undefined || all.length === 0) {
    reportProblem(
      '`parts` is set, but not which there are → list `platforms`: ["linux/amd64", "linux/arm64"]; or set `platform` to make one',
    );
    return undefined;
  }
  return { kind: 'whole', platforms: all };
}

/** Whether a target makes anything on this machine: other parts are taken from their folders. */
export function isMadeHere(parts: PartChoice | undefined): boolean {
  return parts === undefined || (parts.kind === 'part' && (parts.isAnywhere || isOfMachine(parts.platform)));
}

/**
 * Whether this machine makes images for a platform without emulation. Of its own platform, only the architecture is compared:
 * on macOS and Windows, containers run in a virtual machine with Linux.
 */
export function isOfMachine(platform: string, arch: string = process.arch): boolean {
  const wanted = parsePlatform(platform).architecture;
  const own = parsePlatform(`linux/${arch === 'ppc64' ? 'ppc64le' : arch}`).architecture;
  // 64-bit machines run the 32-bit programs of their kind natively, as far as their processor allows.
  return wanted === own || (wanted === '386' && own === 'amd64');
}
