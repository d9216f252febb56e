import { execa } from 'execa';

import { OciError } from '@nx-oci/model';

/** What one call of git answered. `stdout` without its last line break. */
export interface GitAnswer {
  readonly ok: boolean;
  readonly stdout: string;
  readonly stderr: string;
}

// A repository on a stalled network drive must not hold a publish for ever.
const TIMEOUT_MS = 60_000;

/**
 * Runs git in `folder`. The only place that does.
 *
 * A non-zero exit is an answer, not an error: many questions are asked that way.
 *
 * @throws OciError `GIT_UNAVAILABLE` when there is no git program.
 */
export async function runGit(folder: string, args: readonly string[]): Promise<GitAnswer> {
  const result = await execa('git', [...args], {
    cwd: folder,
    reject: false,
    timeout: TIMEOUT_MS,
    // Messages are matched below: they must not depend on the user's language, and nothing may ask for a password.
    env: { LC_ALL: 'C', GIT_TERMINAL_PROMPT: '0', GIT_OPTIONAL_LOCKS: '0' },
  });
  if (result.code === 'ENOENT') {
    throw new OciError('GIT_UNAVAILABLE', 'Cannot read the commit to publish: the program git was not found.', {
      hint: 'Install git and make sure that it is on PATH.',
    });
  }
  return { ok: result.exitCode === 0, stdout: result.stdout, stderr: result.stderr };
}
