// Runs one executor of this workspace's BUILT packages as Nx would, and tells as JSON, in its last line, how long that took.
// By path, not by name: tools import no package, so that nothing depends on the benchmark.
//
//   node run-executor.cjs publish|copy WORKSPACE OPTIONS-AS-JSON
const { join } = require('node:path');
const { performance } = require('node:perf_hooks');

const [executor, root, options] = process.argv.slice(2);
const run = require(join(__dirname, '../../packages/nx-oci/dist/executors', executor, 'executor.js')).default;

const startedAt = performance.now();
run(JSON.parse(options), {
  root,
  cwd: root,
  isVerbose: false,
  projectName: 'app',
  targetName: executor,
  projectsConfigurations: { version: 2, projects: { app: { root: '.' } } },
  nxJsonConfiguration: {},
}).then(({ success }) => {
  console.log(JSON.stringify({ executorMs: performance.now() - startedAt }));
  process.exitCode = success ? 0 : 1;
});
