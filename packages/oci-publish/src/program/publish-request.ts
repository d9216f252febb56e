import { type BuildOptions } from '../build/written-options';
import { type RawRegistry } from '../configuration/registries-schema';
import { type WrittenTagRule } from '../tags/rules/tag-rule-schema';

/** What a program publishes, and where. */
export interface PublishRequest {
  /**
   * The folder to publish from, absolute or relative to the current one, which is the default. Paths of files are relative to it,
   * and must be inside it. It need not be a git repository; if it is one, the commit and its time are written into the images.
   *
   * Images are written to `dist/images/<name>`, and caches that make the next call faster to `node_modules/.cache/nx-oci`.
   */
  readonly folder?: string;
  /**
   * How each image is built, by its name below a registry's namespace: `api`, `tools/cli` (lower case, digits and `._-/`). The
   * options are those of docs/build/engines.md: `{ layers: [{ from: 'dist/api', to: '/app' }], cmd: ['/app/run'] }`.
   */
  readonly images: Readonly<Record<string, BuildOptions>>;
  /**
   * The registries for all images, by a name for messages and reports: `{ hub: { host: 'ghcr.io', namespace: 'acme' } }`, each
   * like an entry of registries.yaml. Default: those of the folder's registries.yaml.
   *
   * Without `auth`, or with an undefined password or token in it, the logins of Docker and Podman are used.
   */
  readonly registries?: Readonly<Record<string, RawRegistry>>;
  /** Tags of every image, as in docs/publish/tags.md: rules, or names of 128 characters at most. Default: `sha`, `major` and `latest`. */
  readonly tags?: readonly WrittenTagRule[];
  /** The version to release, `1.4.0` or `1.4.0-rc.1`. Its tag, `v1.4.0`, never moves again. */
  readonly version?: string;
  /** The environment for variables, proxies, `DOCKER_CONFIG` and the facts of a CI system; `process.env` by default. */
  readonly env?: NodeJS.ProcessEnv;
  /** Stops the publish, which then throws; ignored once the first tag moves, so that the others follow. */
  readonly signal?: AbortSignal;
  /** Called with progress and warnings for the user; a text may have several lines. Default: no output. */
  readonly log?: (text: string) => void;
}
