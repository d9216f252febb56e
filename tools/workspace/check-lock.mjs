// Whether package-lock.json installs on every system, and from any registry.
import { findHosts, findMissingPlatforms, readLock } from './lock-file.mjs';

const lock = readLock();
const missing = findMissingPlatforms(lock);
const hosts = findHosts(lock);
if (missing.length > 0) console.error(`package-lock.json leaves out ${missing.map(({ name }) => name).join(', ')}: run \`npm run lock\`.`);
if (hosts.length > 0)
  console.error(`package-lock.json names the host that ${hosts.join(', ')} came from: set omit-lockfile-registry-resolved in .npmrc.`);
console.log(`Looked at ${Object.keys(lock.packages).length} packages of package-lock.json.`);
process.exit(missing.length + hosts.length === 0 ? 0 : 1);
