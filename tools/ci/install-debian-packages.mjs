import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { lastLines, runProgram } from './run-program.mjs';

const servicePolicy = '/usr/sbin/policy-rc.d';

/**
 * Installs Debian packages: all at once, and one by one if that fails, so that one bad package does not affect the others.
 *
 * @param {readonly string[]} packages
 * @returns {Promise<ReadonlyMap<string, string>>} why, for each package that could not be installed
 */
export async function installDebianPackages(packages) {
  const refusal = whyNoPackages(packages);
  if (refusal) return new Map(packages.map((name) => [name, refusal]));
  return withoutServices(async () => {
    const update = await aptGet(['update']);
    const all = await aptGet(['install', ...packages]);
    if (all.code === 0) return new Map();
    const failures = new Map();
    for (const name of packages) {
      const one = await aptGet(['install', name]);
      if (one.code !== 0) failures.set(name, lastLines(one.stderr || update.stderr, 3) || `apt-get ended with ${one.code}`);
    }
    return failures;
  });
}

/** @param {readonly string[]} packages */
function whyNoPackages(packages) {
  if (!existsSync('/usr/bin/apt-get')) return `this is no Debian: install what Debian calls ${packages.join(', ')} by hand`;
  if (process.getuid?.() !== 0) return `needs root: sudo apt-get install --no-install-recommends ${packages.join(' ')}`;
  return undefined;
}

/** @param {readonly string[]} args */
function aptGet([command, ...args]) {
  const options = ['-y', '-q', '--no-install-recommends', '-o', 'DPkg::Lock::Timeout=300', '-o', 'Dpkg::Use-Pty=0'];
  return runProgram('/usr/bin/apt-get', [command, ...options, ...args], { env: { DEBIAN_FRONTEND: 'noninteractive' } });
}

/**
 * Debian starts a service as soon as its package is installed; ours are started by start.mjs only.
 * A policy that the machine already has is kept.
 *
 * @template T
 * @param {() => Promise<T>} install
 */
async function withoutServices(install) {
  if (existsSync(servicePolicy)) return install();
  writeFileSync(servicePolicy, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  try {
    return await install();
  } finally {
    rmSync(servicePolicy, { force: true });
  }
}
