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
