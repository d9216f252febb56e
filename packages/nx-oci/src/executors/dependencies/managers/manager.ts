/** The package managers that users may name. */
export const MANAGER_NAMES = ['npm', 'pnpm', 'yarn', 'bun'] as const;
export type ManagerName = (typeof MANAGER_NAMES)[number];

export const LIBCS = ['glibc', 'musl'] as const;
export type LibcName = (typeof LIBCS)[number];

/** What an image runs on, as package managers name it. */
export interface NodePlatform {
  readonly os: 'linux';
  /** As `process.arch`. */
  readonly cpu: string;
  readonly libc: LibcName;
}

/** How a package manager is made to install the production dependencies of one folder, for another platform than this machine's. */
export interface Manager {
  readonly program: string;
  readonly lockFiles: readonly string[];
  /** Of several that have a lock file of the same name. */
  readonly readsLockFile?: (text: string) => boolean;
  /** Whether packages of other platforms may be among those that it installs. */
  readonly takesAllPlatforms?: boolean;
  /** The arguments, without a shell. */
  readonly args: (request: InstallRequest) => readonly string[];
  /** Variables besides those of this process. */
  readonly env?: Readonly<Record<string, string>>;
  /** Writes what only a file of the folder can say. */
  readonly configure?: (folder: string, request: InstallRequest) => Promise<void>;
  /** Files below `node_modules` that tell of the install and not of its result: times, paths of the machine, the version of the project. */
  readonly stateFiles: readonly string[];
}

export interface InstallRequest {
  readonly platform: NodePlatform;
  readonly runsScripts: boolean;
}
