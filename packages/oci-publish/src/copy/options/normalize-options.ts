import { problemsToError } from '../../text/problem';
import { type Registries } from '../../configuration/registries';
import { type Environment } from '../../configuration/values/variables';
import { type CopyRequest, type TagProtection } from '../job/copy-job';
import { findConflicts } from '../job/find-conflicts';
import { makeJob, type RequestedCopy } from '../job/make-job';
import { mergeJobs } from '../job/merge-jobs';
import { usableEntries } from '../../configuration/usable-entries';
import { readMirrors } from './read-mirrors';
import { readNamedCopies } from './read-named-copies';
import { readCopyOptions, type ReadCopyOptions } from './written-options';

/** The task whose options are read, and their context. */
export interface CopyWorkspace {
  readonly project: string;
  readonly registries: Registries;
  readonly env: Environment;
}

/**
 * Completes the options of a copy target with defaults, and checks them.
 *
 * @throws OciError `OPTIONS_INVALID` with all problems.
 */
export function normalizeOptions(written: unknown, { project, registries, env }: CopyWorkspace): CopyRequest {
  const { options, problems: found } = readCopyOptions(written);
  const problems = [...found];
  const reportProblem = (line: string) => void problems.push(line);
  const context = { registries, env, reportProblem };
  const wanted = isForMirrors(options, reportProblem) ? readMirrors(options, context) : readNamedCopies(options, context);
  const known = usableEntries(registries);
  const jobs = wanted.map((copy) => makeJob(copy, known, reportProblem));
  // Names that could not be read would all seem to be the same.
  if (problems.length === 0) problems.push(...findConflicts(jobs));
  if (problems.length > 0) throw problemsToError('OPTIONS_INVALID', `Cannot copy for ${project}`, [...new Set(problems)]);
  return {
    jobs: mergeJobs(jobs),
    entries: [...new Map([...known, ...entriesOf(wanted)].map((entry) => [entry.name, entry])).values()],
    hasReferrers: options.referrers ?? true,
    protection: protectionOf(options),
    onFailure: options.onFailure ?? 'abort',
    isDryRun: options.dryRun ?? env['NX_DRY_RUN'] === 'true',
  };
}

/** Without a source, the mirrors are copied; contradictory options are an error. */
function isForMirrors({ from, mirrors, to, tags, image }: ReadCopyOptions, reportProblem: (line: string) => void): boolean {
  if (from !== undefined) {
    if (mirrors === true) reportProblem('`mirrors` and `from` exclude each other → keep one of the two');
    return false;
  }
  if (mirrors === false) reportProblem('there is nothing to copy → name an image with `from`, or set `mirrors`');
  const strangers = Object.entries({ to, tags, image }).filter(([, value]) => value !== undefined);
  for (const [name] of strangers) reportProblem(`\`${name}\` belongs to \`from\`, which is missing → name the image to copy with \`from\``);
  return strangers.length === 0 && mirrors !== false;
}

function entriesOf(wanted: readonly RequestedCopy[]) {
  return wanted.flatMap(({ to }) => to.flatMap((word) => (word.kind === 'registry' ? [word.entry] : [])));
}

function protectionOf({ noClobber }: ReadCopyOptions): TagProtection {
  if (noClobber === undefined) return 'versions';
  return noClobber ? 'all' : 'none';
}
