import type { BuiltImage as MadeImage } from '@nx-oci/layout';

import type { LayerFact } from '../image/engine';
import type { FoundBase } from '../base/load-base';
import type { NativePlatform } from '../options/native-options';

/** The image of one platform, what it stands on, and what it was made of. */
export interface MadePlatform {
  readonly of: NativePlatform;
  readonly base: FoundBase | undefined;
  readonly made: MadeImage;
}

/** The layers of all platforms, those of bases first, each once. */
export function layerFacts(images: readonly MadePlatform[]): readonly LayerFact[] {
  const below = images.flatMap(({ base }) =>
    (base?.layers ?? []).map(({ digest, size }) => [digest, { name: 'base', sizeBytes: size, origin: 'base' }] as const),
  );
  const ours = images.flatMap(({ of, made }) =>
    made.layers.map(({ descriptor, reused }, index) => {
      const fact: LayerFact = { name: of.layers[index]?.name ?? '', sizeBytes: descriptor.size, origin: reused ? 'reused' : 'new' };
      return [images.length === 1 ? index : descriptor.digest, fact] as const;
    }),
  );
  return [...new Map<unknown, LayerFact>(below).values(), ...new Map<unknown, LayerFact>(ours).values()];
}

// The first names are enough to identify a folder of keys.
const SHOWN_CREDENTIALS = 5;

/** What to know of the images, a sentence each. */
export function warningsOf(images: readonly MadePlatform[]): readonly string[] {
  const credentials = [...new Set(images.flatMap(({ made }) => made.credentials))];
  const unknown = [...new Set(images.flatMap(({ made }) => made.unknownFolders ?? []))];
  const shown = credentials.slice(0, SHOWN_CREDENTIALS).join(', ');
  const rest = credentials.length > SHOWN_CREDENTIALS ? ` and ${credentials.length - SHOWN_CREDENTIALS} more` : '';
  return [
    ...(credentials.length === 0
      ? []
      : [
          `These files look like credentials, and anyone who can pull the image can read them: ${shown}${rest}. If they are credentials, \`exclude\` them.`,
        ]),
    ...unknown.map(
      (why) =>
        `Folders of the base image that a layer writes to get mode 0755 and owner root, because their mode and owner in the base are unknown: ${why}.`,
    ),
  ];
}
