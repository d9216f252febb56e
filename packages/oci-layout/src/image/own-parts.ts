import type { ConfigChanges } from './build-options';
import type { ContainerConfig } from '@nx-oci/model';

/** What an image built from files has of its own, apart from its base. Names only: the values are in its config. */
export interface OwnParts {
  /** How many layers, on top of those of the base. */
  readonly layers: number;
  readonly env: readonly string[];
  readonly ports: readonly string[];
  readonly volumes: readonly string[];
  readonly labels: readonly string[];
  /** Other settings of the config: `User`, `Cmd`. */
  readonly settings: readonly OwnSetting[];
}

const SETTINGS = ['User', 'WorkingDir', 'StopSignal', 'Entrypoint', 'Cmd'] as const;
type OwnSetting = (typeof SETTINGS)[number];

/** What a config has of its own after these changes. */
export function ownPartsOf(changes: ConfigChanges, labels: Readonly<Record<string, string>>, layers: number): OwnParts {
  const { env = {}, ports = [], volumes = [], user, workdir, stopSignal, entrypoint, cmd } = changes;
  const values = { User: user, WorkingDir: workdir, StopSignal: stopSignal, Entrypoint: entrypoint, Cmd: cmd };
  return {
    layers,
    env: Object.keys(env).sort(),
    ports: ports.map((port) => (String(port).includes('/') ? String(port) : `${port}/tcp`)).sort(),
    volumes: volumes.toSorted(),
    labels: Object.keys(labels).sort(),
    settings: SETTINGS.filter((name) => values[name] !== undefined),
  };
}

/** The changes that make a config with these parts out of the config of a base. */
export function changesIn(
  config: ContainerConfig,
  own: OwnParts,
): { readonly changes: ConfigChanges; readonly labels: Readonly<Record<string, string>> } {
  const env = new Map((config.Env ?? []).map((line) => line.split(/=(.*)/s).slice(0, 2) as [string, string]));
  const has = (name: OwnSetting): boolean => own.settings.includes(name);
  return {
    changes: {
      env: pick(Object.fromEntries(env), own.env),
      ports: own.ports,
      volumes: own.volumes,
      ...(has('User') && config.User !== undefined && { user: config.User }),
      ...(has('WorkingDir') && config.WorkingDir !== undefined && { workdir: config.WorkingDir }),
      ...(has('StopSignal') && config.StopSignal !== undefined && { stopSignal: config.StopSignal }),
      // An empty list is not in a config.
      ...(has('Entrypoint') && { entrypoint: config.Entrypoint ?? [] }),
      ...(has('Cmd') && { cmd: config.Cmd ?? [] }),
    },
    labels: pick(config.Labels ?? {}, own.labels),
  };
}

/** As text for an annotation, with the version of its form. */
export function formatOwnParts(own: OwnParts): string {
  return JSON.stringify({ version: VERSION, ...own });
}

const VERSION = 1;

/** @returns `undefined` for text of another form or version: anything may have written it. */
export function parseOwnParts(text: string): OwnParts | undefined {
  const parsed = parseJson(text);
  if (typeof parsed !== 'object' || parsed === null) return undefined;
  const { version, layers, env, ports, volumes, labels, settings } = parsed as Readonly<Record<string, unknown>>;
  if (version !== VERSION || typeof layers !== 'number' || !Number.isInteger(layers) || layers < 0) return undefined;
  if (!isTexts(env) || !isTexts(ports) || !isTexts(volumes) || !isTexts(labels) || !isTexts(settings)) return undefined;
  const known = SETTINGS.filter((name) => settings.includes(name));
  return known.length === settings.length ? { layers, env, ports, volumes, labels, settings: known } : undefined;
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((one) => typeof one === 'string');
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function pick(values: Readonly<Record<string, string>>, names: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(names.flatMap((name) => (Object.hasOwn(values, name) ? [[name, values[name] ?? '']] : [])));
}
