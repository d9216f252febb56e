import { posix } from 'node:path';

import { both, type Condition } from '../expressions/conditions';
import { replaceConstants, type Constants } from '../expressions/evaluate-expression';
import { readConditionOf } from './read-condition';
import { readScriptConstants } from './script-constants';
import { readTriggers } from './triggers';
import { parseLocalAction, parseWorkflow, type Job, type Step, type Workflow } from './workflow-file';

/** One job with one combination of its matrix, and with the steps of the workflows and actions of this repository that it calls. */
export interface JobRun {
  readonly name: string;
  readonly constants: Constants;
  /** Axes of its matrix whose values a job before computes. */
  readonly open: readonly string[];
  readonly steps: readonly Step[];
  /** Of itself, and of what calls it; a part without a counterpart counts as true. */
  readonly condition: Condition;
  /** Events of its workflow. */
  readonly runsOn: Condition;
  readonly notes: readonly string[];
}

export type ReadText = (path: string) => string | undefined;

// A workflow may call another one to this depth.
const MAX_CALLS = 4;

/** All jobs of a workflow that something triggers. A workflow that others call has none of its own. */
export function listJobRuns(file: string, readText: ReadText): readonly JobRun[] {
  const workflow = parseWorkflow(readText(file) ?? '');
  if (workflow === undefined || Object.keys(workflow.on).every((name) => name === 'workflow_call')) return [];
  const runsOn = readTriggers(workflow.on);
  return listRuns(workflow, workflow.inputs, { readText, runsOn, depth: 0 });
}

interface Call {
  readonly readText: ReadText;
  readonly runsOn: Condition;
  readonly depth: number;
}

function listRuns(workflow: Workflow, inputs: Constants, call: Call): readonly JobRun[] {
  return workflow.jobs.flatMap((job) =>
    job.matrix.combinations.flatMap((combination) => {
      const constants = { ...inputs, ...prefixed(workflow.env), ...prefixed(job.env), ...combination };
      const own = readConditionOf(job.if, constants);
      const inner = job.uses === undefined ? [runOf(job, constants, call)] : callWorkflow(job, constants, call);
      return inner.map((run) => ({ ...run, condition: both(own.condition, run.condition), notes: [...own.notes, ...run.notes] }));
    }),
  );
}

function prefixed(env: Constants): Constants {
  return Object.fromEntries(Object.entries(env).map(([name, value]) => [`env.${name}`, value]));
}

function runOf(job: Job, constants: Constants, { readText, runsOn }: Call): JobRun {
  const steps = inlineActions(job.steps, constants, readText);
  return {
    name: job.name,
    constants: readScriptConstants(steps, constants),
    open: job.matrix.open,
    steps,
    condition: [{}],
    runsOn,
    notes: [],
  };
}

function callWorkflow(job: Job, constants: Constants, call: Call): readonly JobRun[] {
  const path = localPath(job.uses ?? '');
  const called = path === undefined || call.depth === MAX_CALLS ? undefined : parseWorkflow(call.readText(path) ?? '');
  if (called === undefined) return [];
  const given = Object.entries(job.with).map(([name, value]) => [`inputs.${name}`, replaceConstants(value, constants)] as const);
  const runs = listRuns(called, { ...called.inputs, ...Object.fromEntries(given) }, { ...call, depth: call.depth + 1 });
  return runs.map((run) => ({ ...run, name: `${job.name} (${run.name})`, open: [...run.open, ...job.matrix.open] }));
}

/** Steps with the inputs of their actions; constants of an action are replaced within it. */
function inlineActions(steps: readonly Step[], constants: Constants, readText: ReadText, depth = 0): readonly Step[] {
  return steps.flatMap((step) => {
    const path = localPath(step.uses);
    const action = path === undefined || depth === MAX_CALLS ? undefined : readAction(path, readText);
    if (action === undefined) return [step];
    const given = Object.entries(step.with).map(([name, value]) => [`inputs.${name}`, replaceConstants(value, constants)] as const);
    const inputs = { ...action.inputs, ...Object.fromEntries(given) };
    const own = action.steps.map((inner) => withInputs(inner, inputs));
    return inlineActions(own, constants, readText, depth + 1);
  });
}

function withInputs(step: Step, inputs: Constants): Step {
  const replace = (text: string) => replaceConstants(text, inputs);
  return {
    ...step,
    if: step.if === undefined ? undefined : replace(step.if),
    with: Object.fromEntries(Object.entries(step.with).map(([name, value]) => [name, replace(value)])),
    run: replace(step.run),
  };
}

function readAction(folder: string, readText: ReadText) {
  const text = readText(`${folder}/action.yml`) ?? readText(`${folder}/action.yaml`);
  return text === undefined ? undefined : parseLocalAction(text);
}

/** Whether it names a workflow or an action of this repository. */
export function isLocal(uses: string): boolean {
  return uses.startsWith('./');
}

/** Of a workflow or an action in this repository; undefined for one elsewhere. */
function localPath(uses: string): string | undefined {
  return isLocal(uses) ? posix.normalize(uses) : undefined;
}
