import { nearestName } from '@nx-oci/model';
import { readFile } from 'node:fs/promises';
import path from 'node:path';

import { parseRegistries, type ParsedRegistries } from './parse-registries';
import { describeProblem, problemsToError, REGISTRIES_FILE, suggestName } from './problem';
import { type FailureMode, type MirrorEntry, type PublishDefaults, type RegistryEntry } from './registry-entry';
import { resolvePublish } from './resolve-publish';
import { resolveRegistry } from './resolve-registry';
import { type Environment } from './variables';

export { type RegistryEntry } from './registry-entry';

/** The registries of a workspace. */
export interface Registries {
  /** Absolute path of registries.yaml, whether it exists or not. */
  readonly file: string;
  readonly exists: boolean;
  /** Names of all entries, in the order of the file. */
  readonly names: readonly string[];
  /** The `publish` section: only what the file says. */
  readonly publish: Partial<PublishDefaults>;
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
  const text = await readIfThere(file);
  const parsed = parseRegistries(text ?? '');
  const { publish, findings } = resolvePublish(parsed.content, env);
  const problems = [...parsed.problems, ...findings.map((finding) => parsed.place(finding))];
  if (problems.length > 0) throw problemsToError('CONFIGURATION_INVALID', `Cannot use ${REGISTRIES_FILE}`, problems.map(describeProblem));
  return {
    file,
    exists: text !== undefined,
    names: Object.keys(parsed.content.registries ?? {}),
    publish,
    mirrors: parsed.content.mirrors ?? [],
    select: (names, defaults) =>
      selectEntries(parsed, names, { env, workspaceRoot, onFailure: defaults?.onFailure ?? publish.onFailure ?? 'abort' }),
  };
}

function selectEntries(
  parsed: ParsedRegistries,
  names: readonly string[],
  context: Parameters<typeof resolveRegistry>[2],
): readonly RegistryEntry[] {
  const all = new Map(Object.entries(parsed.content.registries ?? {}));
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
  throw problemsToError(code, `Cannot use the registries ${[...new Set(names)].join(', ')}`, [...unknown, ...unusable]);
}

function complainUnknown(name: string, known: readonly string[]): string {
  const fix = known.length === 0 ? 'add one with `nx g nx-oci:registry`' : suggestName(nearestName(name, known), known);
  return `${REGISTRIES_FILE} has no registry \`${name}\` → ${fix}`;
}

async function readIfThere(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
