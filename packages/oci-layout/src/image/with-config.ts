import type { ContainerConfig, ImageConfig } from '@nx-oci/model';

import type { ConfigChanges } from './build-options';

/**
 * A config with the changes made, the way a Dockerfile's instructions make them.
 *
 * @throws OciError `OPTIONS_INVALID` with everything that is wrong.
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

/** Docker leaves out what is empty, and a config without a setting is the same image however that is written. */
function withoutEmpty(config: ContainerConfig): ContainerConfig {
  const isEmpty = (value: unknown) =>
    value === undefined || value === null || (typeof value === 'object' && Object.keys(value).length === 0);
  return Object.fromEntries(Object.entries(config).filter(([, value]) => !isEmpty(value)));
}

/** An entrypoint drops the `cmd` that is there: those arguments were meant for another program. */
function withProgram(
  before: ContainerConfig,
  entrypoint: readonly string[] | undefined,
  cmd: readonly string[] | undefined,
): Pick<ContainerConfig, 'Entrypoint' | 'Cmd'> {
  if (entrypoint === undefined) return { Cmd: cmd ?? before.Cmd };
  return { Entrypoint: entrypoint, Cmd: cmd };
}

/** `NAME=value` in the base's order, each name once, new ones behind and sorted: how they were written does not matter. */
function withEnvironment(before: readonly string[], changes: Readonly<Record<string, string>>): readonly string[] {
  const known = before.map((line) => line.split('=', 1)[0] ?? '');
  const kept = before.map((line, position) => assign(known[position] ?? '', changes) ?? line);
  const added = Object.keys(changes).filter((name) => !known.includes(name));
  return [...kept, ...added.sort().flatMap((name) => assign(name, changes) ?? [])];
}

function assign(name: string, changes: Readonly<Record<string, string>>): string | undefined {
  return Object.hasOwn(changes, name) ? `${name}=${changes[name] ?? ''}` : undefined;
}

/** A set the way Go writes it: an object whose values are empty objects. */
function withKeys(before: Readonly<Record<string, object>> = {}, added: readonly string[]): Readonly<Record<string, object>> | undefined {
  const keys = [...new Set([...Object.keys(before), ...added])].sort();
  return keys.length === 0 ? undefined : Object.fromEntries(keys.map((key) => [key, {}]));
}

/** Docker names the protocol, always. */
function portKey(port: number | string): string {
  return String(port).includes('/') ? String(port) : `${port}/tcp`;
}
