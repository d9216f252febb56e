/** The package managers that users may name. */
export const MANAGER_NAMES = ['npm', 'pnpm', 'yarn', 'bun'] as const;
export type ManagerName = (typeof MANAGER_NAMES)[number];

export const LIBCS = ['glibc', 'musl'] as const;
export type LibcName = (typeof LIBCS)[number];

/** The platform of an image, in the terms of package managers. */
export interface NodePlatform {
  readonly os: 'linux';
  /** As `process.arch`. */
  readonly cpu: string;
  readonly libc: LibcName;
}

/**
 * How a package manager installs the production dependencies of one folder, for a platform that may differ from this machine's.
 */
export interface Manager {
  readonly program: string;
  readonly lockFiles: readonly string[];
  /** Distinguishes package managers with a lock file of the same name. */
  readonly readsLockFile?: (text: string) => boolean;
  /** Whether it also installs packages of other platforms. */
  readonly takesAllPlatforms?: boolean;
  /** The arguments, without a shell. */
  readonly args: (request: InstallRequest) => readonly string[];
  /** Variables besides those of this process. */
  readonly env?: Readonly<Record<string, string>>;
  /** Writes settings that must be in a file of the folder. */
  readonly configure?: (folder: string, request: InstallRequest) => Promise<void>;
  /**
   * Files below `node_modules` that describe the install and not its result: times, paths of the machine, the version of the
   * project.
   */
  readonly stateFiles: readonly string[];
}

export interface InstallRequest {
  readonly platform: NodePlatform;
  readonly runsScripts: boolean;
}
