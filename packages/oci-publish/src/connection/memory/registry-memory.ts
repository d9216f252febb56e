import { join } from 'node:path';

import { type HostFacts } from '@nx-oci/distribution';
import { type Digest } from '@nx-oci/model';

import { readHintFile, writeHintFile, type HintedImage, type HintFile } from './hint-file';

/**
 * What earlier runs saw at registries: how a host is entered, and which repository had which image. Hints only: a wrong one
 * costs a request, never an image, for whoever is told that something is there finds out when the manifest is put.
 */
export class RegistryMemory {
  readonly #seen = new Map<string, HintedImage[]>();

  private constructor(
    private readonly folder: string,
    private readonly files: Map<string, HintFile>,
  ) {}

  /** Reads what is known of these hosts. */
  static async open(folder: string, registries: readonly string[]): Promise<RegistryMemory> {
    const files = await Promise.all([...new Set(registries)].map(async (name) => [name, await readHintFile(folder, name)] as const));
    return new RegistryMemory(folder, new Map(files));
  }

  /** Reads what is known of one host more. */
  async meet(registry: string): Promise<void> {
    if (!this.files.has(registry)) this.files.set(registry, await readHintFile(this.folder, registry));
  }

  factsOf(registry: string): HostFacts | undefined {
    return this.files.get(registry)?.facts;
  }

  /** Config and layers of a manifest that the repository had. */
  blobsOf(registry: string, repository: string, manifest: Digest): readonly Digest[] | undefined {
    return this.#imagesOf(registry).find((image) => image.repository === repository && image.manifest === manifest)?.blobs;
  }

  /** A repository of the host that had this blob; `repository` itself before all others, then the one that was seen last. */
  findRepository(registry: string, blob: Digest, repository: string): string | undefined {
    const places = this.#imagesOf(registry).filter(({ blobs }) => blobs.includes(blob));
    return (places.find((place) => place.repository === repository) ?? places[0])?.repository;
  }

  /** Notes an image that a registry has now. */
  note(registry: string, image: HintedImage): void {
    this.#seen.set(registry, [image, ...(this.#seen.get(registry) ?? [])]);
  }

  /**
   * Keeps what was noted for the next run, over what another process of this workspace has written meanwhile.
   *
   * @param facts of all hosts that were spoken to.
   */
  async save(facts: ReadonlyMap<string, HostFacts>): Promise<void> {
    const registries = new Set([...facts.keys(), ...this.#seen.keys()]);
    await Promise.all([...registries].map((registry) => this.#saveOne(registry, facts.get(registry))));
  }

  async #saveOne(registry: string, facts: HostFacts | undefined): Promise<void> {
    const add = (before: HintFile): HintFile => ({
      ...before,
      facts: facts ?? before.facts,
      images: newestFirst([...(this.#seen.get(registry) ?? []), ...before.images]),
    });
    const opened = this.files.get(registry);
    if (opened !== undefined && isEqual(add(opened), opened)) return;
    const before = await readHintFile(this.folder, registry);
    const after = add(before);
    if (!isEqual(after, before)) await writeHintFile(this.folder, after);
  }

  #imagesOf(registry: string): readonly HintedImage[] {
    return [...(this.#seen.get(registry) ?? []), ...(this.files.get(registry)?.images ?? [])];
  }
}

function isEqual(one: HintFile, other: HintFile): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

function newestFirst(images: readonly HintedImage[]): HintedImage[] {
  const known = new Map<string, HintedImage>();
  for (const image of images) {
    const key = `${image.repository}@${image.manifest}`;
    if (!known.has(key)) known.set(key, image);
  }
  return [...known.values()];
}

/** Where a workspace keeps its hints: Nx's own data folder, which `nx reset` empties. */
export function hintsFolder(workspaceRoot: string, env: NodeJS.ProcessEnv): string {
  return join(env['NX_WORKSPACE_DATA_DIRECTORY'] ?? join(workspaceRoot, '.nx', 'workspace-data'), 'nx-oci', 'hints');
}
