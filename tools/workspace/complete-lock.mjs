// `npm run lock`: describes the binaries of other systems in package-lock.json. Run it after every change of dependencies.
import { writeFileSync } from 'node:fs';

import { findMissingPlatforms, LOCK_FILE, readLock } from './lock-file.mjs';

const SYSTEMS = ['aix', 'android', 'darwin', 'freebsd', 'linux', 'netbsd', 'openbsd', 'openharmony', 'sunos', 'win32'];
const PROCESSORS = ['arm64', 'arm', 'ia32', 'loong64', 'mips64el', 'ppc64', 'riscv64', 's390x', 'x64'];

const lock = readLock();
const missing = findMissingPlatforms(lock);
for (const { name, version, path } of missing) lock.packages[path] = { version, optional: true, ...platformOf(name) };
lock.packages = Object.fromEntries(Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : 1)));
writeFileSync(LOCK_FILE, `${JSON.stringify(lock, undefined, 2)}\n`);
console.log(`package-lock.json: ${missing.length} packages of other systems added.`);

/** Names of such packages end in what they are for: `core-win32-x64-msvc`, `core-linux-arm-gnueabihf`. */
function platformOf(name) {
  const words = name.split(/[-/]/);
  const os = SYSTEMS.find((system) => words.includes(system));
  const cpu = PROCESSORS.find((processor) => words.includes(processor));
  if (os === undefined || cpu === undefined) throw new Error(`Cannot tell which system ${name} is for: describe it by hand.`);
  const libc = words.includes('musl') ? ['musl'] : words.includes('gnu') ? ['glibc'] : undefined;
  return { os: [os], cpu: [cpu], ...(libc !== undefined && { libc }) };
}
