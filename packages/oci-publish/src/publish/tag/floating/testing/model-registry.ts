import { Readable } from 'node:stream';

import { digestOf, MEDIA_TYPES, type Descriptor, type Digest, type EncodedManifest } from '@nx-oci/model';

import { type OrderFacts } from '../../../../tags/compare-images';
import { type TaggedRepository } from '../../set-tags';
import { type TargetFacts } from '../floating-tag';

/** An image of the model: its facts, and its immutable tags. */
export interface ModelImage {
  readonly name: string;
  readonly facts: OrderFacts;
  readonly immutableTags: readonly string[];
}

/** A request of a run that waits for the model to execute it. */
export interface PendingRequest {
  readonly run: number;
  readonly kind: 'read' | 'write' | 'list' | 'sleep';
  readonly tag?: string;
  /** Executes and answers it. */
  readonly happen: () => void;
}

/** A registry that executes one request at a time, and only on command. */
export class ModelRegistry {
  readonly tags = new Map<string, Digest>();
  readonly pending: PendingRequest[] = [];
  readonly #images = new Map<Digest, { readonly image: ModelImage; readonly manifest: EncodedManifest }>();

  add(image: ModelImage): EncodedManifest {
    const bytes = Buffer.from(JSON.stringify({ schemaVersion: 2, name: image.name }));
    const manifest = { bytes, descriptor: { mediaType: MEDIA_TYPES.ociManifest, digest: digestOf(bytes), size: bytes.length } };
    this.#images.set(manifest.descriptor.digest, { image, manifest });
    return manifest;
  }

  imageAt(tag: string): ModelImage | undefined {
    const digest = this.tags.get(tag);
    return digest === undefined ? undefined : this.#images.get(digest)?.image;
  }

  factsOf(digest: Digest): TargetFacts {
    return { ...this.#images.get(digest)?.image.facts, platforms: ['linux/amd64'] };
  }

  /** The image under every name that is its own. */
  isComplete(image: ModelImage): boolean {
    return image.immutableTags.every((tag) => this.imageAt(tag) === image);
  }

  /** The registry as one run sees it. Content never changes, so that reading it by digest needs no turn. */
  seenBy(run: number): TaggedRepository {
    const ask = <Answer>(kind: PendingRequest['kind'], tag: string | undefined, act: () => Answer): Promise<Answer> =>
      new Promise((resolve) => {
        this.pending.push({ run, kind, tag, happen: () => resolve(act()) });
      });
    const write = (manifest: EncodedManifest, tag: string): Promise<void> =>
      ask('write', tag, () => {
        this.tags.set(tag, manifest.descriptor.digest);
      });
    return {
      registry: 'model',
      repository: 'app',
      resolve: (tag) => ask('read', tag, () => this.#describe(tag)),
      fetchManifest: (digest) => Promise.resolve(this.#images.get(digest as Digest)?.manifest),
      listTags: () => ask('list', undefined, () => ({ names: [...this.tags.keys()] })),
      fetch: () => Promise.resolve(Readable.from([])),
      tag: write,
      tagAll: async (manifest, groups) => {
        for (const group of groups) await Promise.all(group.map((tag) => write(manifest, tag)));
      },
    };
  }

  #describe(tag: string): Descriptor | undefined {
    const digest = this.tags.get(tag);
    return digest === undefined ? undefined : this.#images.get(digest)?.manifest.descriptor;
  }
}
