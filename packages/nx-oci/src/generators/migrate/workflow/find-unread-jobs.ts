import { BUILD_ACTIONS } from './build-actions';
import { isLocal, listJobRuns, type JobRun, type ReadText } from './job-runs';
import { pushesImage } from './push-scripts';
import { parseWorkflow, type Job } from './workflow-file';

// Actions that build or push images from inputs of their own.
const OTHER_ACTIONS = [
  'docker/bake-action',
  'docker/github-builder',
  'elgohr/Publish-Docker-Github-Action',
  'mr-smithers-excellent/docker-build-push',
  'redhat-actions/buildah-build',
  'redhat-actions/push-to-registry',
  'akhilerm/tag-push-action',
];

const IMAGE_WORDS = /docker|container|image|registry|oci|ghcr|buildkit|dockerfile/i;

/** Jobs that seem to publish images in a way that is not read, or a workflow that cannot be read at all: one sentence each, with what to do. */
export function findUnreadJobs(file: string, readText: ReadText): readonly string[] {
  const workflow = parseWorkflow(readText(file) ?? '');
  if (workflow === undefined)
    return [`${file}: it is not valid YAML or has too many aliases, and was not read → correct it, and run this again`];
  const called = workflow.jobs.filter(callsImageWorkflow).map(({ name, uses }) => `job ${name} calls ${uses}`);
  const runs = listJobRuns(file, readText).flatMap(describeRun);
  return [...new Set([...called, ...runs])].map(
    (what) =>
      `${file}: ${what}, which is not read → if it publishes an image of a project, write that with \`nx g nx-oci:image <project>\``,
  );
}

/** A workflow of another repository is not here to be read. */
function callsImageWorkflow({ uses, with: inputs }: Job): boolean {
  if (uses === undefined || isLocal(uses)) return false;
  return IMAGE_WORDS.test([uses, ...Object.keys(inputs), ...Object.values(inputs)].join(' '));
}

function describeRun({ name, steps }: JobRun): readonly string[] {
  const actions = steps.flatMap(({ uses }) =>
    OTHER_ACTIONS.some((other) => uses === other || uses.startsWith(`${other}/`)) ? [uses] : [],
  );
  // A script that pushes what such a step has loaded is read.
  const isScript = !steps.some(({ uses }) => BUILD_ACTIONS.includes(uses)) && steps.some(({ run }) => pushesImage(run));
  return [...actions.map((uses) => `job ${name} uses ${uses}`), ...(isScript ? [`a script of job ${name} pushes an image`] : [])];
}
