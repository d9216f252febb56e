import { posix } from 'node:path';

import { hasExpression, toVariables } from './expressions';

/** Inputs of docker/build-push-action, whose names nx-container has taken over; each value is a list of lines. */
export type BuilderInputs = Readonly<Record<string, readonly string[]>>;

interface Taken {
  readonly options: Readonly<Record<string, unknown>>;
  /** What is not taken over, each as a sentence. */
  readonly notes: readonly string[];
}

type Reader = (lines: readonly string[], path: (written: string) => string) => Partial<Taken>;

/** One reader for each input that an option of ours stands for. */
const READERS: Readonly<Record<string, Reader>> = {
  'add-hosts': (lines) => list('addHosts', lines),
  'build-contexts': (lines, path) => ({ options: { buildContexts: Object.fromEntries(lines.map((line) => readContext(line, path))) } }),
  builder: ([name = '']) => (hasExpression(name) ? {} : { options: { builder: name } }),
  'cache-from': (lines) => list('cacheFrom', lines),
  'cache-to': (lines) => list('cacheTo', lines),
  labels: (lines) => readLabels(lines),
  network: ([name]) => ({ options: { network: name } }),
  'no-cache': flag('noCache'),
  provenance: ([value = '']) => readProvenance(value),
  pull: flag('pull'),
  sbom: ([value = '']) => (value === 'false' ? {} : { options: { sbom: value === 'true' ? true : value.replace(/^generator=/, '') } }),
  secrets: (lines) => readSecrets(lines),
  'secret-envs': (lines) => ({ options: { secrets: lines.map(split).map(([id, env]) => ({ id, env })) } }),
  'secret-files': (lines, path) => ({ options: { secrets: lines.map(split).map(([id, src]) => ({ id, src: path(src) })) } }),
  'shm-size': ([size]) => ({ options: { shmSize: size } }),
  ssh: (lines) => list('ssh', lines),
  ulimit: (lines) => list('ulimits', lines),
};

const WITHOUT: Readonly<Record<string, string>> = {
  allow: 'its entitlements → `"extraArguments": ["--allow=…"]`',
  'cgroup-parent': 'its cgroup',
  outputs: 'its other outputs',
};

// Their readers know what to do with expressions.
const MAY_BE_OPEN = ['builder', 'labels', 'outputs', 'secrets'];

/** @param path makes a written path one from the workspace root */
export function readBuilderInputs(inputs: BuilderInputs, path: (written: string) => string = (written) => posix.normalize(written)): Taken {
  const written = Object.entries(inputs).filter(([name, lines]) => (name in READERS || name in WITHOUT ? lines.join() !== 'false' : false));
  const isOpen = (name: string, line: string) => !MAY_BE_OPEN.includes(name) && hasExpression(line);
  const given = written.flatMap(([name, lines]): readonly (readonly [string, readonly string[]])[] => {
    const known = lines.filter((line) => !isOpen(name, line));
    return known.length === 0 ? [] : [[name, known]];
  });
  const taken = given.flatMap(([name, lines]) => READERS[name]?.(lines, path) ?? []);
  const options: Record<string, unknown> = {};
  for (const [name, value] of taken.flatMap(({ options: some = {} }) => Object.entries(some))) {
    const before = options[name];
    options[name] = Array.isArray(before) && Array.isArray(value) ? [...(before as unknown[]), ...(value as unknown[])] : value;
  }
  const left = given.flatMap(([name]) => WITHOUT[name] ?? []);
  const open = written.flatMap(([name, lines]) =>
    lines.filter((line) => isOpen(name, line)).map((line) => `${name}: ${line}, which only its job knows`),
  );
  return { options, notes: [...taken.flatMap(({ notes = [] }) => notes), ...left, ...open] };
}

/** Whether only BuildKit by buildx has what these options ask for. */
export function needsBuildx(options: Readonly<Record<string, unknown>>): boolean {
  return ['builder', 'cacheFrom', 'cacheTo', 'provenance', 'sbom', 'buildContexts'].some((name) => options[name] !== undefined);
}

function list(option: string, lines: readonly string[]): Partial<Taken> {
  return { options: { [option]: lines } };
}

function flag(option: string): Reader {
  return ([value]) => (value === 'true' ? { options: { [option]: true } } : {});
}

function split(line: string): readonly [string, string] {
  const [, name = line, value = ''] = /^([^=]*)=(.*)$/s.exec(line) ?? [];
  return [name.trim(), value.trim()];
}

function readContext(line: string, path: (written: string) => string): readonly [string, string] {
  const [name, source] = split(line);
  return [name, /^(?:[a-z][\w+.-]+:|git@)/i.test(source) ? source : path(source)];
}

/** Those of docker/metadata-action are our own. */
function readLabels(lines: readonly string[]): Partial<Taken> {
  const own = lines.filter((line) => !hasExpression(line)).map(split);
  return own.length === 0 ? {} : { options: { labels: Object.fromEntries(own) } };
}

function readProvenance(value: string): Partial<Taken> {
  const [, mode] = /mode=(min|max)/.exec(value) ?? [];
  return { options: { provenance: mode ?? (['min', 'max'].includes(value) ? value : true) } };
}

/** Values are never written: only variables that hold them. */
function readSecrets(lines: readonly string[]): Partial<Taken> {
  const read = lines.map((line) => {
    const [id, value] = split(line);
    const [, variable] = /^\$\{(\w+)\}$/.exec(toVariables(value)) ?? [];
    const [, file] = /(?:^|,)src=([^,]+)/.exec(line) ?? [];
    if (/^id=/.test(line) && file !== undefined) return { secret: { id: idOf(line), src: file } };
    return variable === undefined
      ? { note: `the secret ${id}: its value is not a single secret of the workflow` }
      : { secret: { id, env: variable } };
  });
  return {
    options: { secrets: read.flatMap(({ secret }) => secret ?? []) },
    notes: read.flatMap(({ note }) => note ?? []),
  };
}

function idOf(line: string): string {
  return /(?:^|,)id=([^,]+)/.exec(line)?.[1] ?? '';
}
