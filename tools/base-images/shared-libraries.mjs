import { spawnSync } from 'node:child_process';
import { fail } from './fail.mjs';

/**
 * The shared libraries that a program needs, the loader among them, as absolute paths in a fixed order.
 *
 *     glibc   libdl.so.2 => /lib/x86_64-linux-gnu/libdl.so.2 (0x00007f…)
 *             /lib64/ld-linux-x86-64.so.2 (0x00007f…)
 *             linux-vdso.so.1 (0x00007f…)                    part of the kernel: no file
 *     musl    libstdc++.so.6 => /usr/lib/libstdc++.so.6 (0x7f…)
 *             libc.musl-x86_64.so.1 => /lib/ld-musl-x86_64.so.1 (0x7f…)
 *
 * @param {string} program
 * @returns {readonly string[]} empty for a static program
 */
export function sharedLibrariesOf(program) {
  const { error, stdout, stderr } = spawnSync('ldd', [program], { encoding: 'utf8', env: { ...process.env, LC_ALL: 'C' } });
  if (error) return fail(`Cannot list the shared libraries of ${program}: ldd does not run (${error.message}). Install it.`);
  const missing = stdout.split('\n').filter((line) => line.includes('not found'));
  if (missing.length > 0) return fail(`${program} does not find its own libraries: ${missing.join('; ').trim()}`);
  const paths = parseLdd(stdout);
  if (paths.length > 0 || isStatic(stdout + stderr)) return paths;
  return fail(`Cannot parse the output of ldd for ${program}: ${(stdout + stderr).trim()}`);
}

/** @param {string} text the output of ldd */
function parseLdd(text) {
  const paths = text.split('\n').map((line) => /(?:^|=>)\s*(\/.*?)(?:\s+=>.*)?\s+\(0x[0-9a-f]+\)\s*$/.exec(line)?.[1]);
  return [...new Set(paths.filter((path) => path !== undefined))].sort();
}

/** @param {string} text glibc: "not a dynamic executable", "statically linked"; musl: "Not a valid dynamic program" */
function isStatic(text) {
  return /not a dynamic executable|statically linked|not a valid dynamic program/i.test(text);
}
