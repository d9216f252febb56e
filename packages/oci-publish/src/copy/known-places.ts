import { type Descriptor, type MountSource } from '@nx-oci/model';

/** Which repository of a host has which blob by now, as far as this copy brought it or found it there. */
export class KnownPlaces {
  readonly #places = new Map<string, MountSource>();

  note({ registry, repository }: MountSource, blobs: readonly Descriptor[]): void {
    for (const { digest } of blobs) this.#places.set(`${registry} ${digest}`, { registry, repository });
  }

  /** A repository of `registry` that the blob can be mounted from. */
  find(registry: string, { digest }: Descriptor): MountSource | undefined {
    return this.#places.get(`${registry} ${digest}`);
  }
}
