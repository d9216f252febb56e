/**
 * Records a publish of the demo in a real terminal, and draws it as docs/pictures/publish-light.svg and publish-dark.svg:
 * `node tools/recording/main.mjs`. Needs Linux, with the program `script`, a clean working tree, and a build (`npm run build`). The
 * registry of the demo (tmp/registry) is emptied before.
 */
import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { waitForRegistry } from '../workspace/demo-port.mjs';
import { drawSvg } from './draw-svg.mjs';
import { record } from './record.mjs';
import { COLUMNS } from './scene.mjs';
import { THEMES } from './themes.mjs';
import { traceRows } from './trace-rows.mjs';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const ROWS = 24;
const TITLE = 'A terminal: nx run-many publishes two images, each with three tags; the same command again sends nothing.';

const port = process.env.NX_OCI_PORT ?? '5080';
const env = { ...process.env, NX_OCI_PORT: port, NX_TUI: 'false', NX_NO_CLOUD: 'true', CI: '', FORCE_COLOR: '1', TERM: 'xterm-256color' };
delete env.CI;
delete env.NO_COLOR;
if (execFileSync('git', ['status', '--porcelain'], { cwd: ROOT, encoding: 'utf8' }) !== '') {
  console.error('The working tree has changes, so that the tag of the commit would end in -dirty: commit them first.');
  process.exit(1);
}
rmSync(join(ROOT, 'tmp/registry'), { recursive: true, force: true });

// It stays between the commands of the scene; the publishes join it.
const served = ['packages/oci-registry/dist/main.js', '--port', port, '--folder', 'tmp/registry'];
const registry = spawn(process.execPath, served, { cwd: ROOT, stdio: ['ignore', 'ignore', 'inherit'] });
process.once('exit', () => registry.kill());
if (!(await waitForRegistry(Number(port), registry))) throw new Error(`No registry listens at port ${port}.`);

const chunks = record(`"${process.execPath}" tools/recording/play-scene.mjs`, { cwd: ROOT, env, columns: COLUMNS, rows: 40 });
const traced = traceRows(chunks);
const text = JSON.stringify(traced.versions);
if (text.includes(ROOT.replace(/\/$/, ''))) throw new Error('The recording names a folder of this machine.');
mkdirSync(join(ROOT, 'docs/pictures'), { recursive: true });
for (const [name, colours] of Object.entries(THEMES)) {
  const svg = drawSvg(traced, { columns: COLUMNS, rows: ROWS, title: TITLE, colours });
  writeFileSync(join(ROOT, `docs/pictures/publish-${name}.svg`), svg);
  console.log(
    `docs/pictures/publish-${name}.svg: ${(svg.length / 1000).toFixed(0)} kB, ${traced.versions.length} lines, ${(traced.endMs / 1000).toFixed(0)} s`,
  );
}
registry.kill();
