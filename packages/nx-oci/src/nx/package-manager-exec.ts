export type PackageManagerName = 'npm' | 'pnpm' | 'yarn' | 'bun';

/** What stands before `nx` on the command line. */
export const EXECS: Readonly<Record<PackageManagerName, string>> = { npm: 'npx', pnpm: 'pnpm exec', yarn: 'yarn', bun: 'bun' };
