import { execFile } from 'node:child_process';

import { OciError } from '@nx-oci/model';

import { GIT_SETTINGS, gitEnvironment } from './git-environment';

/** What one call of git answered. `stdout` without its last line break. */
export interface GitAnswer {
  readonly ok: boolean;
  readonly stdout: string;
  readonly stderr: string;
}

// A repository on a stalled network drive must not hold a publish for ever.
const TIMEOUT_MS = 60_000;
// The tags of a large repository, or all the files that differ.
const MAX_OUTPUT_BYTES = 100 * 1024 * 1024;

/**
 * Runs git in `folder`. The only place that does.
 *
 * A non-zero exit is an answer, not an error: many questions are asked that way. Not by execa, which takes this thread
 * twice as long to start a process: a publish starts several before it can send anything.
 *
 * @throws OciError `GIT_UNAVAILABLE` when there is no git program.
 */
export function runGit(folder: string, args: readonly string[], { input }: { readonly input?: string } = {}): Promise<GitAnswer> {
  const options = {
    cwd: folder,
    timeout: TIMEOUT_MS,
    maxBuffer: MAX_OUTPUT_BYTES,
    env: gitEnvironment(process.env),
  };
  return new Promise((resolve, reject) => {
    const git = execFile('git', [...GIT_SETTINGS, ...args], options, (error, stdout, stderr) => {
      if (error?.code === 'ENOENT') reject(noProgram());
      else resolve({ ok: error === null, stdout: stdout.replace(/\n$/, ''), stderr });
    });
    if (input === undefined) return;
    // A git that ends before it has read everything says why by its exit code.
    git.stdin?.on('error', () => undefined).end(input);
  });
}

function noProgram(): OciError {
  return new OciError('GIT_UNAVAILABLE', 'Cannot read the commit to publish: the program git was not found.', {
    hint: 'Install git and make sure that it is on PATH.',
  });
}
