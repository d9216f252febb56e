import { spawnSync } from 'node:child_process';

/** Describes what needs a package manager; a visible skip where it is not on the PATH. */
export function describeWithManager(program: string, body: (version: string) => void): void {
  const { status, stdout: said } = spawnSync(program, ['--version'], { encoding: 'utf8' });
  const isThere = status === 0;
  const version = isThere ? said.trim() : '';
  if (!isThere && (process.env['NX_OCI_REQUIRE'] ?? '').split(',').includes(program))
    throw new Error(`${program} is required, and not on the PATH`);
  const describeOrSkip = isThere ? describe : describe.skip;
  describeOrSkip(isThere ? `in version ${version}` : `(${program} is not on the PATH)`, () => body(version));
}
