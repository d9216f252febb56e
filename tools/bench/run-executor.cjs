// Runs one executor of this workspace's BUILT packages as Nx would, and tells as JSON, in its last line, how long that took.
// By path, not by name: tools import no package, so that nothing depends on the benchmark.
//
//   node run-executor.cjs publish|copy WORKSPACE TASKS-AS-JSON      [{ "project": "app", "options": { … } }]
const { join } = require('node:path');
const { performance } = require('node:perf_hooks');
const { setTimeout } = require('node:timers');

const [executor, root, text] = process.argv.slice(2);
const tasks = JSON.parse(text);
const folder = join(__dirname, '../../packages/nx-oci/dist/executors', executor);
const target = { executor: `nx-oci:${executor}` };
const context = {
  root,
  cwd: root,
  isVerbose: false,
  projectsConfigurations: {
    version: 2,
    projects: Object.fromEntries(tasks.map(({ project }) => [project, { root: '.', targets: { [executor]: target } }])),
  },
  nxJsonConfiguration: {},
};
const run = tasks.length === 1 ? prepareOne() : prepareBatch();

// What V8 tidies up after all that was loaded belongs to the start of the process, not to the executor.
const PAUSE_MS = 100;

setTimeout(() => {
  const startedAt = performance.now();
  run().then((isSuccess) => {
    console.log(JSON.stringify({ executorMs: performance.now() - startedAt, pauseMs: PAUSE_MS }));
    process.exitCode = isSuccess ? 0 : 1;
  });
}, PAUSE_MS);

function prepareOne() {
  const implementation = require(join(folder, 'executor.js')).default;
  const [{ project, options }] = tasks;
  return async () => (await implementation(options, { ...context, projectName: project, targetName: executor })).success;
}

function prepareBatch() {
  const implementation = require(join(folder, 'batch.js')).default;
  const idOf = ({ project }) => `${project}:${executor}`;
  const graphTasks = tasks.map((task) => [
    idOf(task),
    { id: idOf(task), target: { project: task.project, target: executor }, overrides: {} },
  ]);
  const taskGraph = {
    roots: tasks.map(idOf),
    tasks: Object.fromEntries(graphTasks),
    dependencies: Object.fromEntries(tasks.map((task) => [idOf(task), []])),
  };
  const inputs = Object.fromEntries(tasks.map((task) => [idOf(task), task.options]));
  return async () => {
    let isSuccess = true;
    for await (const { result } of implementation(taskGraph, inputs, {}, { ...context, taskGraph })) {
      if (!result.success) console.log(result.terminalOutput);
      isSuccess &&= result.success;
    }
    return isSuccess;
  };
}
