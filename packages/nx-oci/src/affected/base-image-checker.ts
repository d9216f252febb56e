import { type RegistryClient } from '@nx-oci/distribution';
import { basesOf, BaseTags } from '@nx-oci/publish';

import { type Reason, type UncheckedBase } from './plan-schema';

/** What is known of the images that a published image is made of. */
export interface CheckedBases {
  readonly moved: readonly Reason[];
  /** It is unknown whether these have moved, which differs from unchanged. */
  readonly unchecked: readonly UncheckedBase[];
}

/** Checks whether the images that published images are made of have moved since. Each is looked up once, for all images. */
export class BaseImageChecker {
  readonly #tags: BaseTags;

  constructor(client: RegistryClient) {
    this.#tags = new BaseTags(client);
  }

  /** @param images the same image in several registries, or several images of a project. */
  async check(images: readonly Parameters<typeof basesOf>[0][]): Promise<CheckedBases> {
    const used = images.flatMap(basesOf);
    const unique = [...new Map(used.map((base) => [JSON.stringify(base), base])).values()];
    const checked = await Promise.all(unique.map(async (base) => ({ ...base, state: await this.#tags.compare(base) })));
    return {
      moved: checked.flatMap(({ reference, state }) =>
        state.kind === 'moved' ? [{ kind: 'base', reference, from: state.from, to: state.to } as const] : [],
      ),
      unchecked: checked.flatMap(({ reference, state }) => (state.kind === 'unknown' ? [{ reference, why: state.why }] : [])),
    };
  }
}
