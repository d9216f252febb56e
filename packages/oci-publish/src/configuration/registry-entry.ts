import { type WrittenTagRule } from '../tags/rules/tag-rule-schema';

/**
 * What a failure does to everything else. Of an image, to the other images of the run; of a registry, to the other
 * registries of the image. `abort`: no tag of them moves. `continue`: what failed is left out, the rest is published.
 */
export type FailureMode = 'abort' | 'continue';

/** How to log in; held in memory only, never printed. */
export type RegistryAuth = { readonly username: string; readonly password: string } | { readonly token: string };

/** A PEM, or the absolute path of a file that holds it. */
export type PemSource = { readonly pem: string } | { readonly file: string };

/** TLS settings of one registry. */
export interface RegistryTls {
  /** The authority that signed the registry's certificate. */
  readonly ca?: PemSource;
  /** A client certificate and its key; both or none. */
  readonly cert?: PemSource;
  readonly key?: PemSource;
  /** `false` accepts any certificate. */
  readonly verify?: boolean;
}

/** One registry of registries.yaml with its variables replaced, ready to be used. */
export interface RegistryEntry {
  readonly name: string;
  /** `host[:port]`, without a scheme. */
  readonly host: string;
  /** Path below the host, lower-cased, without slashes at its ends; `''` if there is none. */
  readonly namespace: string;
  readonly auth?: RegistryAuth;
  /** Why `auth` is not there although the file has one, to be quoted when a login is missing: `auth in registries.yaml (GITHUB_TOKEN is not set)`. */
  readonly authSkipped?: string;
  /** Absent: decided by the host (plain HTTP for loopback only). */
  readonly plainHttp?: boolean;
  readonly tls?: RegistryTls;
  /** `host[:port]` of servers with another name that belong to the registry. */
  readonly trustedHosts: readonly string[];
  /** Whether floating tags move only from the default branch or for a release, and from a clean tree. */
  readonly guard: boolean;
  /** In place of the tags that projects and `publish` ask for; as written, their variables replaced. */
  readonly tags?: readonly WrittenTagRule[];
  /** What happens to an image's other registries when this one fails. */
  readonly onFailure: FailureMode;
}

/** The `publish` section: defaults below the options of projects and of the command line. */
export interface PublishDefaults {
  /** Names of entries under `registries`. */
  readonly registries: readonly string[];
  readonly tags: readonly WrittenTagRule[];
  /** Names of the variables that may become part of tags. */
  readonly env: readonly string[];
  /** Prefix of the number in a version tag. */
  readonly prefix: string;
  /** Whether a release gets the tag of its exact version, whatever `tags` says. */
  readonly exactVersion: boolean;
  readonly onFailure: FailureMode;
  /** As written: `500MB`, or bytes. */
  readonly maxSize: string | number;
  /** As written: `20MB`, `10%`, or bytes. */
  readonly maxGrowth: string | number;
  /** Whether local images are removed once every registry confirmed their digest. */
  readonly prune: boolean;
  /** How long after setting a guarded floating tag it is checked again, in milliseconds. */
  readonly settleMs: number;
  /** What happens to a floating tag whose image does not record its commit. */
  readonly unknownTarget: 'move' | 'hold';
}

/** One image that is copied from another registry. */
export interface MirrorEntry {
  /** Reference of the image: `docker.io/library/postgres:15`. */
  readonly from: string;
  /** Names of entries under `registries`. */
  readonly to: readonly string[];
  /** Tags to copy beside the one in `from`. */
  readonly tags?: readonly string[];
  /** Platforms to copy, `linux/amd64`; all if absent. */
  readonly platforms?: readonly string[];
}
