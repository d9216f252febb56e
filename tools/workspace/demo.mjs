// `npm run demo`: publishes the two demo images to the embedded registry, and reads back what arrived.
import { spawn } from 'node:child_process';

import { ensureInstalled, workspaceRoot } from './ensure-installed.mjs';
import { choosePort, waitForRegistry } from './demo-port.mjs';
import { readBack } from './demo-read-back.mjs';
import { programOf, quietNx, runNode } from './run-node.mjs';

const PROJECTS = ['web', 'api'];

ensureInstalled();

const port = await choosePort();
const env = { NX_OCI_PORT: String(port) };
const nx = programOf('nx');

console.log(`Starting the embedded registry at localhost:${port}; what it holds stays in tmp/registry.`);
const registry = spawn(process.execPath, [nx, 'run', 'registry:serve'], {
  cwd: workspaceRoot,
  env: { ...quietNx(), ...env },
  stdio: ['ignore', 'pipe', 'pipe'],
});
// Kept for the case that it does not start; that Nx reports our stopping it is of no interest.
const said = [];
for (const stream of [registry.stdout, registry.stderr]) stream.on('data', (chunk) => said.push(chunk));
// The registry ends with this process, however that ends.
process.once('exit', () => registry.kill());
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1));
if (!(await waitForRegistry(port, registry))) {
  console.error(`${Buffer.concat(said)}\nNo registry listens at localhost:${port}: see the messages above.`);
  process.exit(1);
}

// The runtime layer of the demo's api is this machine's own Node, which only Linux can give to a Linux container. What runs
// here is what the image is for.
const parts = [...(process.platform === 'linux' ? [] : ['slim']), ...(process.arch === 'arm64' ? ['arm64'] : [])];
const configuration = parts.length === 0 ? [] : [`--configuration=${parts.join('-')}`];
const command = ['run-many', '-t', 'publish', '-p', PROJECTS.join(','), ...configuration];
console.log(`\n$ nx ${command.join(' ')}`);
const code = await runNode([nx, ...command], env);
if (code !== 0) {
  console.error('\nThe demo failed: see the messages above.');
  process.exit(code);
}

console.log('\nRead back from the registry over plain HTTP:');
for (const project of PROJECTS) console.log(await readBack(`http://localhost:${port}`, `demo/${project}`));

const start = port === 5080 ? 'npx nx run registry:serve' : `NX_OCI_PORT=${port} npx nx run registry:serve`;
console.log(`\nTo look at it: \`${start}\`, then open http://localhost:${port} or \`docker run -p 8080:8080 localhost:${port}/demo/web\`.`);
process.exit(0);
