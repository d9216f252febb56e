import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

import { type TestWorkspace } from './test-workspace';

/** The program `oci-registry` of a test workspace. */
export interface RegistryProgram {
  /** `127.0.0.1:PORT` */
  readonly host: string;
  /** Requests since the last call, as `PUT /v2/…`: each is returned once. */
  takeRequests(): Promise<readonly string[]>;
  stop(): Promise<void>;
}

/** Starts it on a free port, everything in memory. @param user `name:password` of the login that it then requires. */
export async function startRegistryProgram(workspace: TestWorkspace, user?: string): Promise<RegistryProgram> {
  const child = spawn(join(workspace.root, 'node_modules/.bin/oci-registry'), ['--port', '0', '--verbose'], {
    env: { ...process.env, ...(user !== undefined && { OCI_REGISTRY_USER: user }) },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (output += chunk));
  const host = await waitFor(() => /listens on http:\/\/(\S+)/.exec(output)?.[1]);

  let seen = 0;
  return {
    host,
    takeRequests: async () => {
      // Requests are printed in order: once the last one is printed, none is missing.
      const mark = `/v2/mark/${seen}/tags/list`;
      await fetch(`http://${host}${mark}`);
      await waitFor(() => output.slice(seen).includes(mark) || undefined);
      const lines = output.slice(seen).split('\n');
      seen = output.length;
      return lines.flatMap((line) => /^\S+ \d+ ([A-Z]+ \/v2\/\S*)/.exec(line)?.[1] ?? []).filter((request) => !request.includes(mark));
    },
    stop: async () => {
      if (child.exitCode !== null) return;
      child.kill('SIGTERM');
      await once(child, 'exit');
    },
  };
}

async function waitFor<Value>(look: () => Value | undefined): Promise<Value> {
  for (let waitedMs = 0; waitedMs < 60_000; waitedMs += 20) {
    const value = look();
    if (value !== undefined) return value;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error('oci-registry did not print the expected line within 10 s');
}
