import { setTimeout as sleep } from 'node:timers/promises';

import { portablePath } from '@nx-oci/model';

import { findFolderOwner } from '@nx-oci/registry';
import type { ExecutorContext } from '@nx/devkit';
import { describeError, print } from '@nx-oci/publish';

import { restoreTexts } from '../restore-texts';
import { normalizeOptions, type NormalizedServeOptions, type ServeOptions } from './normalize-options';
import { endService, startOrJoin, type Service } from './start-or-join';
import { untilEnd } from './until-end';

const NEIGHBOUR_LOOK_MS = 500;

/** `nx-oci:serve`: a registry in a folder of the workspace, as a continuous task that others depend on. */
export default async function* serveExecutor(
  options: ServeOptions,
  { root, taskGraph }: ExecutorContext,
): AsyncGenerator<{ success: boolean }> {
  const end = untilEnd();
  try {
    const normalized = normalizeOptions(restoreTexts(options, taskGraph), root, process.env);
    const service = await startOrJoin(normalized);
    print(describe(service, normalized, root));
    yield { success: true };
    await serveUntil(end, service, normalized);
  } catch (error) {
    print(describeError(error));
    yield { success: false };
  }
}

/** Takes over when the server of another run, which we joined, ends before us. */
async function serveUntil(end: Promise<unknown>, first: Service, options: NormalizedServeOptions): Promise<void> {
  const ended = end.then(() => true);
  let service = first;
  while (service.kind === 'joined' && !(await Promise.race([ended, sleep(NEIGHBOUR_LOOK_MS, false)]))) {
    if ((await findFolderOwner(options.folder)) === undefined) service = await startOrJoin(options);
  }
  await ended;
  await endService(service);
}

function describe(service: Service, { folder, host, port, login }: NormalizedServeOptions, root: string): string {
  const place = portablePath(root, folder) || '.';
  if (service.kind === 'joined') return `Process ${service.owner.pid} already serves ${place} on port ${port}.`;
  const { url } = service.registry;
  const who = login === undefined ? '' : `, for user ${login.username} only`;
  const open = host === '127.0.0.1' || host === 'localhost' ? '' : ' (reachable from other machines)';
  return [`Registry on ${url}${open}${who}, kept in ${place}.`, `  → look inside: ${url}/`].join('\n');
}
