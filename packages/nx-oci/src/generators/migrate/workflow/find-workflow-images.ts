import { ALWAYS, both, NEVER } from '../expressions/conditions';
import { replaceConstants, type Constants } from '../expressions/evaluate-expression';
import { restrictTags } from '../metadata-action/translate-tags';
import { toVariables } from '../sources/expressions';
import { type FoundImage, type FoundLogin } from '../sources/found-image';
import { BUILD_ACTIONS } from './build-actions';
import { findStepNames } from './find-step-names';
import { listJobRuns, type JobRun, type ReadText } from './job-runs';
import { fillOpenAxes, type KnownProjects } from './open-axes';
import { pushesLoaded } from './push-scripts';
import { readConditionOf } from './read-condition';
import { readStepBuild } from './read-step-build';
import { type Step } from './workflow-file';

/** The images that a workflow pushes with docker/build-push-action, one for each combination of a matrix. */
export function findWorkflowImages(file: string, { readText, projects, repository }: KnownWorkspace): readonly FoundImage[] {
  return listJobRuns(file, readText)
    .flatMap((run) => fillOpenAxes(run, readText, projects))
    .flatMap((run) => findInRun(file, run, repository));
}

export interface KnownWorkspace {
  readonly readText: ReadText;
  readonly projects: KnownProjects;
  /** `github.repository` and its owner, if the repository is on GitHub. Options of a build have no variables. */
  readonly repository: Constants;
}

function findInRun(file: string, run: JobRun & { readonly project?: string }, repository: Constants): readonly FoundImage[] {
  const steps = run.steps.map((step) => ({
    ...step,
    with: Object.fromEntries(Object.entries(step.with).map(([name, value]) => [name, replaceConstants(value, run.constants)])),
    run: replaceConstants(step.run, run.constants),
  }));
  const logins = steps.flatMap(readLogin);
  return steps
    .filter(({ uses }) => BUILD_ACTIONS.includes(uses))
    .flatMap((step) => {
      const own = readConditionOf(step.if, run.constants);
      const pushed = readPush(step, steps, run);
      const condition = both(both(run.condition, own.condition), pushed.condition);
      const named = condition.length === 0 ? undefined : findStepNames(step, steps);
      if (named === undefined) return [];
      const { build, notes } = readStepBuild(step, repository);
      return [
        {
          source: `${file}, job ${run.name}`,
          ...(run.project !== undefined && { project: run.project }),
          names: named.names,
          tags: restrictTags(named.tags, condition),
          build: { ...build, options: { ...build.options, ...named.options } },
          logins,
          runsOn: run.runsOn,
          notes: [...run.notes, ...own.notes, ...pushed.notes, ...named.notes, ...notes],
        },
      ];
    });
}

/** When a step pushes what it builds: its own `push`, an output of its, or a script after it. */
function readPush({ with: inputs }: Step, steps: readonly Step[], { constants }: JobRun): ReturnType<typeof readConditionOf> {
  if (inputs['push'] !== undefined) return readConditionOf(inputs['push'], constants);
  const isPushed =
    /\bpush=true\b|\btype=registry\b/.test(inputs['outputs'] ?? '') ||
    (inputs['load'] === 'true' && steps.some(({ run }) => pushesLoaded(run)));
  return { condition: isPushed ? ALWAYS : NEVER, notes: [] };
}

function readLogin({ uses, with: { registry = 'docker.io', username, password } }: Step): readonly FoundLogin[] {
  if (uses !== 'docker/login-action') return [];
  return [
    {
      host: toVariables(registry),
      ...(username !== undefined && { username: toVariables(username) }),
      ...(password !== undefined && { password: toVariables(password) }),
    },
  ];
}
