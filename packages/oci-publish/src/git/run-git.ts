import { execFile } from 'node:child_process';

import { OciError } from '@nx-oci/model';

import { GIT_SETTINGS, gitEnvironment } from './git-environment';

/** The result of one call of git. `stdout` without its last line break. */
export interface GitAnswer {
  readonly ok: boolean;
  readonly stdout: string;
  readonly stderr: string;
}

// A repository on a stalled network drive must not block a publish forever.
const TIMEOUT_MS = 60_000;
// For the tags of a large repository, or a long list of changed files.
const MAX_OUTPUT_BYTES = 100 * 1024 * 1024;

/**
 * Runs git in `folder`. The only function that does.
 *
 * A non-zero exit code is a result, not an error: git answers many questions that way. Does not use execa, which takes twice as
 * long to start a process: a publish starts several before it can send anything.
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
    // If git ends before it has read everything, its exit code says why.
    git.stdin?.on('error', () => undefined).end(input);
  });
}

function noProgram(): OciError {
  return new OciError('GIT_UNAVAILABLE', 'Cannot read the commit to publish: the program git was not found.', {
    hint: 'Install git and make sure that it is on PATH.',
  });
}
