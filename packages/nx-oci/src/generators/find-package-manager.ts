import { type Tree } from '@nx/devkit';

import { detectPackageManager, readJson, readNxJson } from '../nx/devkit';
import { EXECS, type PackageManagerName } from '../nx/package-manager-exec';

/** The package manager of a workspace, and how CI calls it. */
export interface PackageManager {
  readonly name: PackageManagerName;
  /** `undefined`: there is none, so that an install cannot be frozen. */
  readonly lockFile: string | undefined;
  /** Installs exactly the content of the lock file. */
  readonly install: string;
  /** The command before `nx`. */
  readonly exec: string;
  /** Whether package.json pins its version under `packageManager`. */
  readonly isPinned: boolean;
  /** The major version to install if it is not pinned; only for pnpm, whose lock file shows it. */
  readonly major: number | undefined;
  /** Whether corepack must be enabled before it runs: for yarn 2 and newer, unless the workspace contains yarn itself. */
  readonly needsCorepack: boolean;
}

// In Nx's search order.
const LOCK_FILES: readonly (readonly [file: string, name: PackageManagerName])[] = [
  ['bun.lockb', 'bun'],
  ['bun.lock', 'bun'],
  ['yarn.lock', 'yarn'],
  ['pnpm-lock.yaml', 'pnpm'],
  ['package-lock.json', 'npm'],
];

/**
 * Finds the package manager as Nx does, but without `getPackageManagerCommand`, whose commands depend on what this machine has
 * installed.
 */
export function findPackageManager(tree: Tree): PackageManager {
  const found = LOCK_FILES.filter(([file]) => tree.exists(file));
  const written = readNxJson(tree)?.cli?.packageManager;
  const name = (isKnown(written) ? written : found[0]?.[1]) ?? detectPackageManager(tree.root);
  const lockFile = found.find(([, owner]) => owner === name)?.[0];
  const lock = lockFile === undefined ? '' : (tree.read(lockFile, 'utf8') ?? '');
  const isBerry = name === 'yarn' && lock.includes('\n__metadata:');
  return {
    name,
    lockFile,
    install: lockFile === undefined ? `${name} install` : INSTALLS[isBerry ? 'berry' : name],
    exec: EXECS[name],
    isPinned: readPin(tree)?.startsWith(`${name}@`) === true,
    major: name === 'pnpm' ? pnpmMajor(lock) : undefined,
    needsCorepack: isBerry && tree.read('.yarnrc.yml', 'utf8')?.includes('yarnPath:') !== true,
  };
}

// It becomes a command, and Nx does not validate the text of nx.json.
function isKnown(name: string | undefined): name is PackageManagerName {
  return name !== undefined && Object.hasOwn(EXECS, name);
}

const INSTALLS: Readonly<Record<PackageManagerName | 'berry', string>> = {
  npm: 'npm ci',
  pnpm: 'pnpm install --frozen-lockfile',
  yarn: 'yarn install --frozen-lockfile',
  berry: 'yarn install --immutable',
  bun: 'bun install --frozen-lockfile',
};

function readPin(tree: Tree): string | undefined {
  return tree.exists('package.json') ? readJson<{ readonly packageManager?: string }>(tree, 'package.json').packageManager : undefined;
}

/** pnpm 8 writes `lockfileVersion: '6.0'`, 9 and 10 write `'9.0'`; returns the newest one that reads a lock file. */
function pnpmMajor(lock: string): number {
  return /^lockfileVersion: '?[56]\./m.test(lock) ? 8 : 10;
}
