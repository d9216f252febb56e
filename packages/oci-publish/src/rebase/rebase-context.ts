import { type RegistryClient } from '@nx-oci/distribution';
import { type ContentSource, type Digest, type EncodedManifest } from '@nx-oci/model';

import { type Registries } from '../configuration/registries';
import { type RegistryMemory } from '../connection/memory/registry-memory';
import { type TransferWatcher } from '../report/progress/transfer-watcher';

/** An image on its new base, before anything is sent. */
export interface UntaggedImage {
  readonly project: string;
  /** Of the manifest, or of the index of several platforms. */
  readonly digest: Digest;
  readonly platforms: readonly PlatformDocuments[];
  /** Reads all their content. */
  readonly source: ContentSource;
}

/** The manifest of a platform, and its encoded config. */
export interface PlatformDocuments {
  readonly manifest: EncodedManifest;
  readonly config: Uint8Array;
}

/** The environment of a rebase. */
export interface RebaseContext {
  readonly workspaceRoot: string;
  readonly client: RegistryClient;
  readonly memory: RegistryMemory;
  readonly registries: Registries;
  readonly isDryRun: boolean;
  /** Tests an image before its tags move. @throws OciError if it fails */
  readonly test: (image: UntaggedImage) => Promise<void>;
  readonly print: (text: string) => void;
  readonly watcher?: TransferWatcher;
  readonly signal?: AbortSignal;
  /** Called before the first tag moves; from then on, the process is not stopped. */
  readonly passPointOfNoReturn?: () => void;
}
