/** Options that builders of Dockerfiles have in common; each engine supports some of them. Absent if not set. */
export interface BuilderOptions {
  readonly cacheFrom?: readonly CacheLocation[];
  readonly cacheTo?: readonly CacheLocation[];
  /** By name, which FROM and `--from` use. */
  readonly buildContexts?: Readonly<Record<string, BuildContextSource>>;
  readonly ssh?: readonly SshAccess[];
  /** `name=soft[:hard]` */
  readonly ulimits?: readonly string[];
  /** `64m` */
  readonly shmSize?: string;
  /** `name:address` */
  readonly addHosts?: readonly string[];
  /** Whether the builder asks the registry for newer base images. */
  readonly pull?: true;
  /** As `--attest` takes them: `type=provenance,mode=max`. */
  readonly attestations?: readonly string[];
  /** Of the build command. */
  readonly extraArguments?: readonly string[];
  /** The builder sends the image to a registry, without a name, and no layer comes here. */
  readonly export?: RegistryExport;
  /** The repository for that. */
  readonly pushTo?: PushTarget;
}

/** By default, registries.yaml says where to. */
export interface RegistryExport {
  readonly to?: Pick<PushTarget, 'registry' | 'repository'>;
}

/** A repository that a builder pushes to. */
export interface PushTarget {
  /** `host[:port]` */
  readonly registry: string;
  readonly repository: string;
  /** Without TLS, or with a certificate that cannot be verified. */
  readonly isInsecure: boolean;
}

/** Where a builder keeps the results of its steps: `type=registry,ref=…`. */
export interface CacheLocation {
  readonly type: string;
  /** The others, in the order in which they were written. */
  readonly attributes: Readonly<Record<string, string>>;
}

/** A source for `COPY --from=name` and `FROM name`. */
export type BuildContextSource =
  /** Absolute. */
  | { readonly kind: 'folder'; readonly path: string }
  /** An image layout; absolute. `reference` begins with `:` or `@`, or is empty for its only image. */
  | { readonly kind: 'layout'; readonly path: string; readonly reference: string }
  /** Only the builder reads it: an image in a registry, a URL. */
  | { readonly kind: 'remote'; readonly text: string };

/** An agent or keys that RUN --mount=type=ssh may use. Without paths, the agent of SSH_AUTH_SOCK. */
export interface SshAccess {
  readonly id: string;
  /** Absolute, of keys or of one socket. */
  readonly paths: readonly string[];
}

/** Reads a build context as written; its path stays as it is. */
export function parseBuildContext(text: string): BuildContextSource {
  const [, layout] = /^oci-layout:\/\/(.*)$/.exec(text) ?? [];
  if (layout !== undefined) {
    const [, path = layout, reference = ''] = /^(.*?)((?::[\w][\w.-]*)?(?:@sha256:[a-f0-9]{64})?)$/.exec(layout) ?? [];
    return { kind: 'layout', path, reference };
  }
  return /^(?:[a-z][\w+.-]+:|git@)/i.test(text) ? { kind: 'remote', text } : { kind: 'folder', path: text };
}

/** As builders read it. */
export function formatBuildContext(source: BuildContextSource): string {
  if (source.kind === 'remote') return source.text;
  return source.kind === 'folder' ? source.path : `oci-layout://${source.path}${source.reference}`;
}
