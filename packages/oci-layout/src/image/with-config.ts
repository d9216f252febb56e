import type { ContainerConfig, ImageConfig } from '@nx-oci/model';

import type { ConfigChanges } from './build-options';

/**
 * Applies changes to a config as the instructions of a Dockerfile do.
 *
 * @throws OciError `OPTIONS_INVALID` with all problems.
 */
export function withConfig(config: ImageConfig, changes: ConfigChanges, labels: Readonly<Record<string, string>> = {}): ImageConfig {
  const before = config.config ?? {};
  const { entrypoint, cmd, user, workdir, stopSignal } = changes;
  const after: ContainerConfig = {
    ...before,
    ...(user !== undefined && { User: user }),
    ...(workdir !== undefined && { WorkingDir: workdir }),
    ...(stopSignal !== undefined && { StopSignal: stopSignal }),
    ...withProgram(before, entrypoint, cmd),
    ExposedPorts: withKeys(before.ExposedPorts, (changes.ports ?? []).map(portKey)),
    Volumes: withKeys(before.Volumes, changes.volumes ?? []),
    Env: withEnvironment(before.Env ?? [], changes.env ?? {}),
    Labels: { ...before.Labels, ...labels },
  };
  return { ...config, config: withoutEmpty(after) };
}

/** As in Docker, empty settings are omitted, so that equal images have equal configs. */
function withoutEmpty(config: ContainerConfig): ContainerConfig {
  const isEmpty = (value: unknown) =>
    value === undefined || value === null || (typeof value === 'object' && Object.keys(value).length === 0);
  return Object.fromEntries(Object.entries(config).filter(([, value]) => !isEmpty(value)));
}

/** A new entrypoint drops the existing `cmd`, whose arguments belong to another program. */
function withProgram(
  before: ContainerConfig,
  entrypoint: readonly string[] | undefined,
  cmd: readonly string[] | undefined,
): Pick<ContainerConfig, 'Entrypoint' | 'Cmd'> {
  if (entrypoint === undefined) return { Cmd: cmd ?? before.Cmd };
  return { Entrypoint: entrypoint, Cmd: cmd };
}

/** `NAME=value` in the order of the base, then new names, sorted, so that the order of the changes does not matter. */
function withEnvironment(before: readonly string[], changes: Readonly<Record<string, string>>): readonly string[] {
  const known = before.map((line) => line.split('=', 1)[0] ?? '');
  const kept = before.map((line, position) => assign(known[position] ?? '', changes) ?? line);
  const added = Object.keys(changes).filter((name) => !known.includes(name));
  return [...kept, ...added.sort().flatMap((name) => assign(name, changes) ?? [])];
}

function assign(name: string, changes: Readonly<Record<string, string>>): string | undefined {
  return Object.hasOwn(changes, name) ? `${name}=${changes[name] ?? ''}` : undefined;
}

/** A set in Go's form: an object whose values are empty objects. @param before Docker writes null for none. */
function withKeys(
  before: Readonly<Record<string, object>> | null | undefined,
  added: readonly string[],
): Readonly<Record<string, object>> | undefined {
  const keys = [...new Set([...Object.keys(before ?? {}), ...added])].sort();
  return keys.length === 0 ? undefined : Object.fromEntries(keys.map((key) => [key, {}]));
}

/** Docker always includes the protocol. */
function portKey(port: number | string): string {
  return String(port).includes('/') ? String(port) : `${port}/tcp`;
}
