import { nearestName, readTextFile, type OciErrorCode } from '@nx-oci/model';
import path from 'node:path';

import { hideCredentials } from './values/credential-variables';
import { readNameVariables, type NameVariables } from './values/name-variables';
import { matchRegistries } from './match-registries';
import { parseRegistries } from './parse-registries';
import { describeProblem, problemsToError, REGISTRIES_FILE, suggestName, type Finding } from '../text/problem';
import { type RegistryEntry } from './registry-entry';
import { type FailureMode, type MirrorEntry, type PublishDefaults, type RawRegistries, type RawRegistry } from './registries-schema';
import { resolvePublish } from './resolve-publish';
import { resolveRegistry } from './resolve-registry';
import { showValue } from './values/show-value';
import { type Environment } from './values/variables';

export { type RegistryEntry } from './registry-entry';

const SHOWN_NAMES = 20;

/** The registries of a workspace. */
export interface Registries {
  /** Absolute path of registries.yaml, which may not exist. */
  readonly file: string;
  readonly exists: boolean;
  /** Names of all entries, in the order of the file. */
  readonly names: readonly string[];
  /** The `publish` section, without defaults. */
  readonly publish: PublishDefaults;
  /** Which variables may become part of names. */
  readonly nameVariables: NameVariables;
  /** As written: variables are replaced when a mirror is used. */
  readonly mirrors: readonly MirrorEntry[];
  /**
   * The entries with these names, without duplicates, in the given order, with their variables replaced. Variables that only other
   * entries need may be unset.
   *
   * @param defaults the run's `onFailure`, for entries without their own; by default that of the file.
   * @throws OciError `OPTIONS_INVALID` for unknown names, `CONFIGURATION_INVALID` for unusable entries; one error for all
   */
  select(names: readonly string[], defaults?: { readonly onFailure?: FailureMode }): readonly RegistryEntry[];
}

interface RegistriesPlace {
  /** Absolute; the folder that paths of certificates are relative to. */
  readonly workspaceRoot: string;
  /** The values of variables. */
  readonly env: Environment;
}

/**
 * Reads and checks registries.yaml. A workspace without one has no registries.
 *
 * @param env where variables come from
 * @throws OciError `CONFIGURATION_INVALID` with all problems, each with line, column and fix
 */
export async function loadRegistries(workspaceRoot: string, env: Environment): Promise<Registries> {
  const file = path.join(workspaceRoot, REGISTRIES_FILE);
  const text = await readTextFile(file);
  const parsed = parseRegistries(text ?? '');
  const source = {
    file,
    exists: text !== undefined,
    title: REGISTRIES_FILE,
    code: 'CONFIGURATION_INVALID',
    data: parsed.data,
    content: parsed.content,
    problems: parsed.problems.map(describeProblem),
    describe: (finding: Finding) => describeProblem(parsed.place(finding)),
  } as const;
  return openRegistries(source, { workspaceRoot, env });
}

/**
 * Checks registries that a program passes in the form of registries.yaml, instead of that file.
 *
 * @throws OciError `OPTIONS_INVALID` with all problems, each with its path and fix
 */
export function checkRegistries(registries: Readonly<Record<string, RawRegistry>>, place: RegistriesPlace): Registries {
  const data = { registries };
  const { content = {}, findings } = matchRegistries(data);
  const describe = ({ path: keys, what, fix }: Finding): string => `\`${keys.join('.')}\`: ${what} → ${fix}`;
  const source = {
    file: path.join(place.workspaceRoot, REGISTRIES_FILE),
    exists: true,
    title: 'the option `registries`',
    code: 'OPTIONS_INVALID',
    data,
    content,
    problems: findings.map(describe),
    describe,
  } as const;
  return openRegistries(source, place);
}

/** The source of registries, and how problems in it are shown. */
interface RegistriesSource extends Pick<Registries, 'file' | 'exists'> {
  /** For the user. */
  readonly title: string;
  /** Of mistakes. */
  readonly code: OciErrorCode;
  /** As plain values, whatever their shape. */
  readonly data: unknown;
  readonly content: RawRegistries;
  /** What is wrong with their shape. */
  readonly problems: readonly string[];
  readonly describe: (finding: Finding) => string;
}

function openRegistries(source: RegistriesSource, { workspaceRoot, env }: RegistriesPlace): Registries {
  const { file, exists, data, content } = source;
  hideCredentials(data, env);
  const { publish, findings } = resolvePublish(content, env);
  const problems = [...source.problems, ...findings.map(source.describe)];
  if (problems.length > 0) throw problemsToError(source.code, `Cannot use ${source.title}`, problems);
  const entries = new Map(Object.entries(content.registries ?? {}));
  return {
    file,
    exists,
    names: [...entries.keys()],
    publish,
    nameVariables: readNameVariables(data),
    mirrors: content.mirrors ?? [],
    select: (names, defaults) =>
      selectEntries({ source, all: entries }, names, {
        env,
        workspaceRoot,
        onFailure: defaults?.onFailure ?? publish.onFailure ?? 'abort',
      }),
  };
}

function selectEntries(
  { source, all }: { readonly source: RegistriesSource; readonly all: ReadonlyMap<string, RawRegistry> },
  names: readonly string[],
  context: Parameters<typeof resolveRegistry>[2],
): readonly RegistryEntry[] {
  const entries: RegistryEntry[] = [];
  const unknown: string[] = [];
  const unusable: string[] = [];
  for (const name of new Set(names)) {
    const raw = all.get(name);
    if (raw === undefined) {
      unknown.push(describeUnknown(name, [...all.keys()]));
      continue;
    }
    const { entry, findings } = resolveRegistry(name, raw, context);
    if (entry !== undefined) entries.push(entry);
    unusable.push(...findings.map(source.describe));
  }
  if (unknown.length + unusable.length === 0) return entries;
  const code = unusable.length === 0 ? 'OPTIONS_INVALID' : source.code;
  throw problemsToError(code, `Cannot use the registries ${showNames(names)}`, [...unknown, ...unusable]);
}

function showNames(names: readonly string[]): string {
  const shown = [...new Set(names)].map(showValue);
  return shown.length > SHOWN_NAMES ? `${shown.slice(0, SHOWN_NAMES).join(', ')}, …` : shown.join(', ');
}

function describeUnknown(name: string, known: readonly string[]): string {
  const fix = known.length === 0 ? 'add one with `nx g nx-oci:registry`' : suggestName(nearestName(name, known), known);
  return `${REGISTRIES_FILE} has no registry \`${showValue(name)}\` → ${fix}`;
}
