// Builds and publishes the images of a run as Nx would, with this workspace's BUILT executors, and prints as JSON, in its last
// line, how each task ended and what the registry client retried. By path, not by name: tools import no package.
//
//   node run-tasks.cjs WORKSPACE '{"projects":{"app":{"build":{…},"publish":{…}}}}'
const { subscribe } = require('node:diagnostics_channel');
const { join } = require('node:path');

const [root, asked] = process.argv.slice(2);
const { projects } = JSON.parse(asked);
const executors = join(__dirname, '../../packages/nx-oci/dist/executors');
const names = Object.keys(projects);

const retries = [];
subscribe('nx-oci:retry', ({ happened, waitMs }) => retries.push({ happened, waitMs }));

run().then(
  (failures) => console.log(`\n${JSON.stringify({ failures, retries })}`),
  (error) => {
    console.error(error);
    process.exitCode = 1;
  },
);

/** @returns the messages of the failed tasks */
async function run() {
  const built = await require(join(executors, 'build/batch.js')).default(graphOf('build'), optionsOf('build'), {}, contextOf('build'));
  const broken = Object.values(built).filter(({ success }) => !success);
  if (broken.length > 0) return broken.map(({ terminalOutput }) => terminalOutput);
  const failures = [];
  const publish = require(join(executors, 'publish/batch.js')).default;
  for await (const { result } of publish(graphOf('publish'), optionsOf('publish'), {}, contextOf('publish'))) {
    if (!result.success) failures.push(result.terminalOutput);
  }
  return failures;
}

function graphOf(target) {
  const tasks = names.map((project) => ({ id: `${project}:${target}`, target: { project, target }, overrides: {}, outputs: [] }));
  return {
    roots: tasks.map(({ id }) => id),
    tasks: Object.fromEntries(tasks.map((task) => [task.id, task])),
    dependencies: Object.fromEntries(tasks.map(({ id }) => [id, []])),
    continuousDependencies: Object.fromEntries(tasks.map(({ id }) => [id, []])),
  };
}

function optionsOf(target) {
  return Object.fromEntries(names.map((project) => [`${project}:${target}`, projects[project][target]]));
}

function contextOf(target) {
  const targets = { [target]: { executor: `nx-oci:${target}` } };
  return {
    root,
    cwd: root,
    isVerbose: false,
    projectsConfigurations: { version: 2, projects: Object.fromEntries(names.map((name) => [name, { root: name, targets }])) },
    nxJsonConfiguration: {},
    projectGraph: { nodes: {}, dependencies: {} },
    taskGraph: graphOf(target),
  };
}
