import { randomUUID } from 'node:crypto';
import { join } from 'node:path';

import { runOrFail } from './run';
import { sharedFolder } from './shared-folder';
import { WORKSPACE_ROOT } from './workspace-root';

/** Makes a base image for Dockerfiles in an engine: static busybox with sh, cat, tr and the rest. @returns its name */
export async function makeBusyboxBase(dockerHost: string): Promise<string> {
  const id = randomUUID().slice(0, 8);
  const tag = `nx-oci.test/busybox:${id}`;
  const output = join(sharedFolder(), `busybox-${id}`);
  const script = join(WORKSPACE_ROOT, 'tools/base-images/busybox.mjs');
  await runOrFail(process.execPath, [script, '--output', output, '--docker-host', dockerHost, '--tag', tag], { cwd: sharedFolder() });
  return tag;
}
