import { execFileSync, spawn } from 'node:child_process';
import { realpathSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

// Verdaccio's own program says which port it was told, not which one it got.
const PROGRAM = `
const [library, config] = process.argv.slice(1);
require(library).runServer(config).then((server) => {
  server.listen(0, '127.0.0.1', () => console.log('port ' + server.address().port));
});`;

/**
 * Starts an npm registry on loopback. Our packages are its own; all others it fetches from the registry that npm is set up with.
 *
 * @param verdaccio path of its program
 * @param folder for its packages
 */
export async function serveNpmRegistry(verdaccio, folder) {
  const config = join(folder, 'verdaccio.json');
  const log = { type: 'file', path: join(folder, 'verdaccio.log'), level: 'warn' };
  const ours = { access: ['$all'], publish: ['$all'] };
  const [url, authorities] = [npmSetting('registry'), npmSetting('cafile')];
  const settings = {
    storage: join(folder, 'storage'),
    uplinks: { public: { url, timeout: '60s', max_fails: 100 } },
    packages: { 'nx-oci': ours, '@nx-oci/*': ours, '**': { access: ['$all'], proxy: ['public'] } },
    web: { enable: false },
    max_body_size: '50mb',
    log,
  };
  // JSON is YAML, which verdaccio reads.
  writeFileSync(config, JSON.stringify({ ...settings, configPath: config }));
  const library = dirname(dirname(realpathSync(verdaccio)));
  // It trusts what npm trusts.
  const env = { ...process.env, ...(authorities !== undefined && { NODE_EXTRA_CA_CERTS: authorities }) };
  const child = spawn(process.execPath, ['-e', PROGRAM, library, config], { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] });
  const port = await portOf(child);
  const address = `127.0.0.1:${port}`;
  return {
    url: `http://${address}/`,
    // npm publishes with a token only; this registry takes any.
    npmrc: `registry=http://${address}/\n//${address}/:_authToken=any\n`,
    close: () => child.kill('SIGKILL'),
  };
}

/** @returns undefined if it is not set */
function npmSetting(name) {
  const text = execFileSync('npm', ['config', 'get', name], { encoding: 'utf8' }).trim();
  return text === 'null' || text === 'undefined' || text === '' ? undefined : text;
}

function portOf(child) {
  return new Promise((resolve, reject) => {
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (piece) => {
        output += piece;
        const [, port] = /^port (\d+)$/m.exec(output) ?? [];
        if (port !== undefined) resolve(Number(port));
      });
    child.once('error', reject);
    child.once('close', (code) => reject(new Error(`verdaccio ended with ${code}:\n${output}`)));
  });
}
