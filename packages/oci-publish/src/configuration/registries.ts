import { nearestName, readTextFile } from '@nx-oci/model';
import path from 'node:path';

import { hideCredentials } from './credential-variables';
import { readNameVariables, type NameVariables } from './name-variables';
import { parseRegistries, type ParsedRegistries } from './parse-registries';
import { describeProblem, problemsToError, REGISTRIES_FILE, suggestName } from '../text/problem';
import { type FailureMode, type MirrorEntry, type PublishDefaults, type RegistryEntry } from './registry-entry';
import { type RawRegistry } from './registries-schema';
import { resolvePublish } from './resolve-publish';
import { resolveRegistry } from './resolve-registry';
import { showValue } from './show-value';
import { type Environment } from './variables';

export { type RegistryEntry } from './registry-entry';

const SHOWN_NAMES = 20;

/** The registries of a workspace. */
export interface Registries {
  /** Absolute path of registries.yaml, whether it exists or not. */
  readonly file: string;
  readonly exists: boolean;
  /** Names of all entries, in the order of the file. */
  readonly names: readonly string[];
  /** The `publish` section: only what the file says. */
  readonly publish: Partial<PublishDefaults>;
  /** Which variables may become part of names. */
  readonly nameVariables: NameVariables;
  /** As written: variables are replaced when a mirror is used. */
  readonly mirrors: readonly MirrorEntry[];
  /**
   * The entries of these names, each once, in the order given, with their variables replaced. A variable that only other
   * entries need may be unset.
   *
   * @param defaults the run's effective `onFailure`, for entries that do not say; the file's own default otherwise.
   * @throws OciError `OPTIONS_INVALID` when names are unknown, `CONFIGURATION_INVALID` when an entry cannot be used; one error for all
   */
  select(names: readonly string[], defaults?: { readonly onFailure?: FailureMode }): readonly RegistryEntry[];
}

/**
 * Reads and checks registries.yaml. A workspace without one has no registries.
 *
 * @param env where variables come from
 * @throws OciError `CONFIGURATION_INVALID` with everything that is wrong, each with line, column and fix
 */
export async function loadRegistries(workspaceRoot: string, env: Environment): Promise<Registries> {
  const file = path.join(workspaceRoot, REGISTRIES_FILE);
  const text = await readTextFile(file);
  const parsed = parseRegistries(text ?? '');
  hideCredentials(parsed.data, env);
  const { publish, findings } = resolvePublish(parsed.content, env);
  const problems = [...parsed.problems, ...findings.map((finding) => parsed.place(finding))];
  if (problems.length > 0) throw problemsToError('CONFIGURATION_INVALID', `Cannot use ${REGISTRIES_FILE}`, problems.map(describeProblem));
  const entries = new Map(Object.entries(parsed.content.registries ?? {}));
  return {
    file,
    exists: text !== undefined,
    names: [...entries.keys()],
    publish,
    nameVariables: readNameVariables(parsed.data),
    mirrors: parsed.content.mirrors ?? [],
    select: (names, defaults) =>
      selectEntries({ parsed, all: entries }, names, {
        env,
        workspaceRoot,
        onFailure: defaults?.onFailure ?? publish.onFailure ?? 'abort',
      }),
  };
}

function selectEntries(
  { parsed, all }: { readonly parsed: ParsedRegistries; readonly all: ReadonlyMap<string, RawRegistry> },
  names: readonly string[],
  context: Parameters<typeof resolveRegistry>[2],
): readonly RegistryEntry[] {
  const entries: RegistryEntry[] = [];
  const unknown: string[] = [];
  const unusable: string[] = [];
  for (const name of new Set(names)) {
    const raw = all.get(name);
    if (raw === undefined) {
      unknown.push(complainUnknown(name, [...all.keys()]));
      continue;
    }
    const { entry, findings } = resolveRegistry(name, raw, context);
    if (entry !== undefined) entries.push(entry);
    unusable.push(...findings.map((finding) => describeProblem(parsed.place(finding))));
  }
  if (unknown.length + unusable.length === 0) return entries;
  const code = unusable.length === 0 ? 'OPTIONS_INVALID' : 'CONFIGURATION_INVALID';
  throw problemsToError(code, `Cannot use the registries ${showNames(names)}`, [...unknown, ...unusable]);
}

function showNames(names: readonly string[]): string {
  const shown = [...new Set(names)].map(showValue);
  return shown.length > SHOWN_NAMES ? `${shown.slice(0, SHOWN_NAMES).join(', ')}, …` : shown.join(', ');
}

function complainUnknown(name: string, known: readonly string[]): string {
  const fix = known.length === 0 ? 'add one with `nx g nx-oci:registry`' : suggestName(nearestName(name, known), known);
  return `${REGISTRIES_FILE} has no registry \`${showValue(name)}\` → ${fix}`;
}
