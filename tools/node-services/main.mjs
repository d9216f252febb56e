// `npm run node-services [-- --pairwise | 24-express-npm …]`: apps made by Nx's own generators, one `nx g nx-oci:image`, one publish, and a container that answers.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { packPackages } from '../newcomer/pack-packages.mjs';
import { servePackages } from '../newcomer/serve-packages.mjs';
import { ALL, nameOf, PAIRWISE, parseServices } from './services.mjs';
import { tryService } from './try-service.mjs';

const words = process.argv.slice(2);
const asked = words.length === 0 ? ALL : words[0] === '--pairwise' ? PAIRWISE : parseServices(words);
const { servers } = JSON.parse(readFileSync(new URL('../../tmp/real-things/servers.json', import.meta.url), 'utf8'));
const server = (wanted) => servers.find(({ name }) => name === wanted) ?? fail(`${wanted} is not running → node tools/ci/start.mjs`);
const real = { host: server('distribution-3').host, dockerHost: server('docker').dockerHost };

const scratch = mkdtempSync(join(tmpdir(), 'nx-oci-services-'));
const { packed, version, programs } = packPackages(scratch);
const packages = await servePackages(packed, version);
const rows = [];
for (const service of asked) {
  const start = Date.now();
  try {
    const result = await tryService(service, { archive: join(packed, `nx-oci-${version}.tgz`), scopeUrl: packages.url, programs, real });
    rows.push(`${nameOf(service).padEnd(18)}  ok      ${Math.round((Date.now() - start) / 1000)} s  ${result}`);
  } catch (error) {
    rows.push(`${nameOf(service).padEnd(18)}  failed  ${error.message}`);
    process.exitCode = 1;
  }
  console.log(rows.at(-1));
}
packages.close();
rmSync(scratch, { recursive: true, force: true });
console.log(`\n${rows.filter((row) => row.includes('  ok  ')).length} of ${asked.length} services answer.`);

function fail(message) {
  throw new Error(message);
}
