// Runs one executor of this workspace's BUILT packages as Nx would, and prints as JSON, in its last line, how long that took.
// By path, not by name: tools import no package, so that nothing depends on the benchmark.
//
//   node run-executor.cjs publish|copy WORKSPACE TASKS-AS-JSON [TASKS-AS-JSON [TASKS-AS-JSON]]      [{ "project": "app", "options": { … } }]
// A task may have the other targets of its project, as `targets`.
// The second list is published first, as another run that is not measured. The third one lists all tasks of the run, if other
// processes run some of them.
const { randomUUID } = require('node:crypto');
const { join } = require('node:path');
const { performance } = require('node:perf_hooks');
const { setTimeout: sleep } = require('node:timers/promises');

const [executor, root, ...lists] = process.argv.slice(2);
const [tasks, before = [], siblings = []] = lists.map((text) => JSON.parse(text));
const run = prepare(executor, tasks, siblings);
const warmUp = before.length === 0 ? undefined : prepare('publish', before);

// Garbage of loading modules belongs to the start of the process, not to the executor.
const PAUSE_MS = 100;

main();

async function main() {
  if (warmUp !== undefined) await asRun(randomUUID(), warmUp);
  await sleep(PAUSE_MS);
  const startedAt = performance.now();
  const isSuccess = await run();
  console.log(JSON.stringify({ executorMs: performance.now() - startedAt, pauseMs: PAUSE_MS }));
  process.exitCode = isSuccess ? 0 : 1;
}

async function asRun(id, work) {
  const { NX_OCI_RUN_ID } = process.env;
  process.env.NX_OCI_RUN_ID = id;
  if (!(await work())) throw new Error('the warm-up publish failed');
  process.env.NX_OCI_RUN_ID = NX_OCI_RUN_ID;
}

function prepare(executor, tasks, siblings = []) {
  const folder = join(__dirname, '../../packages/nx-oci/dist/executors', executor);
  const target = { executor: `nx-oci:${executor}` };
  const context = {
    root,
    cwd: root,
    isVerbose: false,
    projectsConfigurations: {
      version: 2,
      projects: Object.fromEntries(
        [...tasks, ...siblings].map(({ project, targets }) => [project, { root: '.', targets: { ...targets, [executor]: target } }]),
      ),
    },
    nxJsonConfiguration: {},
    projectGraph: { nodes: {}, dependencies: {} },
  };
  return tasks.length === 1 && siblings.length === 0
    ? prepareOne(folder, executor, tasks[0], context)
    : prepareBatch(folder, executor, { tasks, siblings }, context);
}

function prepareOne(folder, executor, { project, options }, context) {
  const implementation = require(join(folder, 'executor.js')).default;
  return async () => (await implementation(options, { ...context, projectName: project, targetName: executor })).success;
}

function prepareBatch(folder, executor, { tasks, siblings }, context) {
  const implementation = require(join(folder, 'batch.js')).default;
  const idOf = ({ project }) => `${project}:${executor}`;
  const graphOf = (ofGraph) => ({
    roots: ofGraph.map(idOf),
    tasks: Object.fromEntries(
      ofGraph.map((task) => [idOf(task), { id: idOf(task), target: { project: task.project, target: executor }, overrides: {} }]),
    ),
    dependencies: Object.fromEntries(ofGraph.map((task) => [idOf(task), []])),
  });
  const taskGraph = graphOf(siblings.length === 0 ? tasks : siblings);
  const inputs = Object.fromEntries(tasks.map((task) => [idOf(task), task.options]));
  return async () => {
    let isSuccess = true;
    for await (const { result } of implementation(graphOf(tasks), inputs, {}, { ...context, taskGraph })) {
      if (!result.success) console.log(result.terminalOutput);
      isSuccess &&= result.success;
    }
    return isSuccess;
  };
}
