import { OciError } from '@nx-oci/model';

import { isLoopback } from '../configuration/is-loopback';
import { loadRegistries } from '../configuration/registries';
import { usableEntries } from '../configuration/usable-entries';
import { entryLogins } from '../connection/entry-logins';
import type { RegistryLogin } from '../engines/dockerfile/dockerfile-tool';
import type { PushTarget, RegistryExport } from '../engines/options/builder-options';
import { imageNameOf } from '../publish/task/normalize-task';

interface Surroundings {
  readonly workspaceRoot: string;
  readonly env: NodeJS.ProcessEnv;
}

/**
 * Where `export: registry` sends the image of a project.
 *
 * @throws OciError `OPTIONS_INVALID` if nothing says so; `CONFIGURATION_INVALID`
 */
export async function findPushTarget(project: string, { to }: RegistryExport, { workspaceRoot, env }: Surroundings): Promise<PushTarget> {
  const registries = await loadRegistries(workspaceRoot, env);
  const { registries: [first] = registries.names.length === 1 ? registries.names : [] } = registries.publish;
  const [entry] = to === undefined && first !== undefined ? registries.select([first]) : [];
  if (to === undefined && entry === undefined) throw withoutTarget(project);
  const { host, namespace } = entry ?? { host: '', namespace: '' };
  const target = to ?? { registry: host, repository: [namespace, imageNameOf(project)].filter((part) => part !== '').join('/') };
  const settings = usableEntries(registries).find((one) => one.host === target.registry);
  // BuildKit itself takes loopback for a registry without TLS.
  const isPlain = settings?.plainHttp === true && !isLoopback(target.registry);
  return { ...target, isInsecure: isPlain || settings?.tls?.verify === false };
}

/** The logins that registries.yaml has. */
export async function findLogins({ workspaceRoot, env }: Surroundings): Promise<readonly RegistryLogin[]> {
  return entryLogins(usableEntries(await loadRegistries(workspaceRoot, env)));
}

function withoutTarget(project: string): OciError {
  return new OciError('OPTIONS_INVALID', `Cannot build the image of ${project}: \`export: registry\` does not say which registry.`, {
    hint: 'Set `publish.registries` in registries.yaml, or the option `exportTo`: "ghcr.io/acme/api".',
  });
}
