import type { Compression } from '@nx-oci/layout';

import type { BuilderOptions } from './builder-options';

/** The options of a Dockerfile build, complete and checked. */
export interface DockerfileOptions extends BuilderOptions {
  /** Absolute. */
  readonly dockerfile: string;
  /** Absolute folder. */
  readonly context: string;
  /** A value of `undefined` is taken from the environment, as by `--build-arg NAME`. */
  readonly buildArgs: Readonly<Record<string, string | undefined>>;
  /** The stage to stop at; the last one by default. */
  readonly stage?: string;
  /** Files or environment variables that RUN steps may mount; BuildKit only. */
  readonly secrets: readonly BuildSecret[];
  /** `os/architecture[/variant]`; the engine's own by default. */
  readonly platform?: string;
  /** Several platforms, which give an index over one image for each, in this order; instead of `platform`; buildx only. */
  readonly platforms?: readonly string[];
  /** Name of the buildx builder; the current one by default. Where an image is built does not change its label. */
  readonly builder?: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Labels of the commit, for an image that must not change after its build; those of `labels` take precedence. */
  readonly stamp?: Readonly<Record<string, string>>;
  readonly noCache: boolean;
  /** Network of RUN steps: `default`, `none`, `host`. */
  readonly network?: string;
  /** Absent if layers stay as the builder compressed them, and uncompressed ones become gzip. */
  readonly compression?: Exclude<Compression, 'gzip'>;
}

export interface BuildSecret {
  readonly id: string;
  /** Absolute path of a file, or … */
  readonly src?: string;
  /** … the name of an environment variable. */
  readonly env?: string;
}
