import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

import { build } from 'esbuild';

/** @returns the program `oci-registry` as one file in the folder. */
export async function bundleProgram(folder: string): Promise<string> {
  const outfile = join(folder, 'program', 'dist', 'main.js');
  await build({ entryPoints: [join(__dirname, '..', 'main.ts')], bundle: true, platform: 'node', outfile, logLevel: 'error' });
  // The program reads its version from the package.json above it.
  await writeFile(join(folder, 'program', 'package.json'), await readFile(join(__dirname, '..', '..', 'package.json')));
  return outfile;
}

/** @param shell a command to run before the program: `ulimit -n 256`. */
export async function startProgram(
  program: string,
  folder: string,
  shell = ':',
): Promise<{ readonly child: ChildProcess; readonly url: string }> {
  const words = [process.execPath, program, '--port', '0', '--folder', folder];
  const child = spawn('sh', ['-c', `${shell} && exec "$@"`, 'sh', ...words], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
  return { child, url: line.slice(line.indexOf('http://')) };
}
