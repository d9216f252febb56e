import { type BuildOptions } from '../build/written-options';
import { type RawRegistry } from '../configuration/registries-schema';
import { type WrittenTagRule } from '../tags/rules/tag-rule-schema';

/** What a program publishes, and where. */
export interface PublishRequest {
  /**
   * The folder that is published from, absolute or from the current one, which is the default. Files of images are named from
   * here, and lie in it. It need not be a git repository; of one, the commit and its time are written into the images.
   *
   * Images are left in `dist/images/<name>`, what the next call is faster by in `node_modules/.cache/nx-oci`.
   */
  readonly folder?: string;
  /**
   * How each image is built, by the name that it has below a registry's namespace: `api`, `tools/cli` (lower case, digits and
   * `._-/`). The options are those of docs/engines.md: `{ layers: [{ from: 'dist/api', to: '/app' }], cmd: ['/app/run'] }`.
   */
  readonly images: Readonly<Record<string, BuildOptions>>;
  /**
   * Where all images go, by a name for messages and reports: `{ hub: { host: 'ghcr.io', namespace: 'acme' } }`, each as an entry of
   * registries.yaml. Without it, what the folder's own registries.yaml chooses.
   *
   * Without `auth` the logins of Docker and Podman are used. A password or token that is absent counts as no `auth`.
   */
  readonly registries?: Readonly<Record<string, RawRegistry>>;
  /** Tags of every image, as in docs/tags.md: rules, or names of 128 characters at most. Default: `sha`, `major` and `latest`. */
  readonly tags?: readonly WrittenTagRule[];
  /** The version that this is, `1.4.0` or `1.4.0-rc.1`. Its tag, `v1.4.0`, stands for these images for ever. */
  readonly version?: string;
  /** Where variables come from, and proxies, `DOCKER_CONFIG` and the facts of a CI system; `process.env` by default. */
  readonly env?: NodeJS.ProcessEnv;
  /** Stops the publish, which then throws; ignored once the first tag moves, so that the others follow. */
  readonly signal?: AbortSignal;
  /** Called with progress and warnings for the user; a text may have several lines. Default: silent. */
  readonly log?: (text: string) => void;
}
