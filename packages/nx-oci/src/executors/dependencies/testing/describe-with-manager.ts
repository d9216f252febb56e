import { spawnSync } from 'node:child_process';

/** Describes what needs a package manager; a visible skip where it is not on the PATH. */
export function describeWithManager(program: string, body: () => void): void {
  const isThere = spawnSync(program, ['--version'], { stdio: 'ignore' }).status === 0;
  if (!isThere && (process.env['NX_OCI_REQUIRE'] ?? '').split(',').includes(program))
    throw new Error(`${program} is required, and not on the PATH`);
  const describeOrSkip = isThere ? describe : describe.skip;
  describeOrSkip(isThere ? 'as it is on this machine' : `(${program} is not on the PATH)`, body);
}
