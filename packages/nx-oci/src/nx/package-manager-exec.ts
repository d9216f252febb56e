export type PackageManagerName = 'npm' | 'pnpm' | 'yarn' | 'bun';

/** The command that precedes `nx`. */
export const EXECS: Readonly<Record<PackageManagerName, string>> = { npm: 'npx', pnpm: 'pnpm exec', yarn: 'yarn', bun: 'bun' };
