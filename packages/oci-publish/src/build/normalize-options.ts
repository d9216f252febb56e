import { nearestName, type OciError } from '@nx-oci/model';

import { problemsToError, suggestName } from '../text/problem';
import { detectEngine } from '../engines/options/detect-engine';
import type { DockerfileOptions } from '../engines/options/dockerfile-options';
import { DOCKERFILE_ENGINES, ENGINE_NAMES, type DockerfileEngine, type EngineName } from '../engines/options/engine-names';
import type { NativeBuildOptions } from '../engines/options/native-options';
import { hideCiCredentials } from '../secrets/ci-credentials';
import { matchSchema } from '../text/match-schema';
import { findSecretNames } from '../secrets/refuse-secret-names';
import { refuseOutside } from './refuse-outside';
import { findUnknownNames } from './find-unknown-names';
import { normalizeDocker } from './normalize-docker';
import { normalizeNative } from './normalize-native';
import type { ReadingContext, ReportProblem, ProjectLocation } from './option-problems';
import { isMadeHere, readParts, type PartChoice } from './read-parts';
import { OPTION_ENGINES, OPTION_NAMES, writtenOptionsSchema, type WrittenOptions } from './written-options';

/** Complete and checked options: later code need not check for missing values. */
export type NormalizedOptions = (
  | { readonly engine: 'native'; readonly options: NativeBuildOptions }
  | { readonly engine: DockerfileEngine; readonly options: DockerfileOptions }
) & {
  /** Absent for a target that makes the whole image. */
  readonly parts?: PartChoice;
};

/** What surrounds the options of an image target. */
export interface OptionsContext {
  readonly env: NodeJS.ProcessEnv;
  /** Whether nothing of this run is published, so that an image may be built without its secrets. */
  readonly isTrial?: boolean | undefined;
}

/**
 * Reads the options of an image target that is about to be built. Paths are relative to the workspace root.
 *
 * @throws OciError `OPTIONS_INVALID` with all problems.
 */
export async function normalizeOptions(
  written: unknown,
  location: ProjectLocation,
  { env, isTrial = false }: OptionsContext,
): Promise<NormalizedOptions> {
  const problems: string[] = [];
  const reportProblem: ReportProblem = (line) => problems.push(line);
  const fail = (): OciError => problemsToError('OPTIONS_INVALID', `Cannot build the image of ${location.project}`, problems);

  hideCiCredentials(process.env);
  problems.push(...findUnknownNames(written as Readonly<Record<string, unknown>>));
  const parsed = matchSchema(writtenOptionsSchema, written);
  if (!parsed.success) {
    for (const { path, message } of parsed.error.issues) reportProblem(`\`${describePath(path)}\`: ${message}`);
    throw fail();
  }
  const { data } = parsed;
  const engine = readEngine(data, reportProblem) ?? (await detectEngine(location.projectRoot, { ...data, engine: undefined }));
  refuseForeignOptions(data, engine, reportProblem);
  const parts = readParts(data, reportProblem);
  const context: ReadingContext = { location, env, areSecretsNeeded: !isTrial && isMadeHere(parts), reportProblem };
  await refuseOutside(data, context);
  const normalized: NormalizedOptions =
    engine === 'native'
      ? { engine, options: normalizeNative(data, context) }
      : { engine, options: await normalizeDocker(data, engine, context) };
  const labels = Object.entries({ ...data.labels, ...data.annotations });
  problems.push(...findSecretNames(labels.map(([name, value]) => ({ kind: `label \`${name}\``, text: value }))));
  // Some are read twice: for their own platform, and as one of all.
  if (problems.length > 0) throw fail();
  return { ...normalized, ...(parts && { parts }) };
}

function readEngine({ engine }: WrittenOptions, reportProblem: ReportProblem): EngineName | undefined {
  if (engine === undefined) return undefined;
  const known = ENGINE_NAMES.find((name) => name === engine);
  if (known === undefined) reportProblem(`\`engine\` is "${engine}" → ${suggestName(nearestName(engine, ENGINE_NAMES), ENGINE_NAMES)}`);
  return known;
}

/** An option of another engine would have no effect. */
function refuseForeignOptions(options: WrittenOptions, engine: EngineName, reportProblem: ReportProblem): void {
  const isParted = options.parts !== undefined && options.parts !== false;
  for (const name of OPTION_NAMES[''] ?? []) {
    const engines = OPTION_ENGINES[name];
    if (options[name] === undefined || engines === undefined || engines.includes(engine)) continue;
    if (name === 'platforms' && isParted) continue;
    reportProblem(`\`${name}\` ${belongsTo(engines)}, but the engine of this image is ${engine} → ${fixFor(name, engines)}`);
  }
}

function belongsTo(engines: readonly EngineName[]): string {
  if (engines.length === DOCKERFILE_ENGINES.length && DOCKERFILE_ENGINES.every((name) => engines.includes(name)))
    return 'belongs to the engine docker';
  return engines.length === 1 ? `belongs to the engine ${engines.join()}` : `belongs to the engines ${engines.join(' and ')}`;
}

function fixFor(name: string, [first = 'native']: readonly EngineName[]): string {
  if (name === 'platforms')
    return 'build one platform: `platform`; all with one builder: set `engine` to buildx; or each on a machine of its own: `parts`';
  return `remove it, or set \`engine\` to ${first}`;
}

function describePath(path: readonly PropertyKey[]): string {
  return path.map((part, index) => (typeof part === 'number' ? `[${part}]` : `${index === 0 ? '' : '.'}${String(part)}`)).join('');
}
