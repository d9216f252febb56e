/**
 * Runs the conformance suite against the built program `oci-registry` in every way that it can be started: in memory and
 * in a folder, without login, with basic and with bearer login, at OCI_VERSION 1.1 and dev; and with `--accept-sparse`
 * the tests of sparse manifests, too. Prints a line for each.
 *
 *     npx nx build oci-registry && node tools/ci/conformance-matrix.mjs
 *
 * Exit code 1 when anything failed, was skipped or disabled, or when nothing ran.
 */
import { randomBytes } from 'node:crypto';
import { printFailure } from './conformance-report.mjs';
import { startOwnRegistry } from './own-registry.mjs';
import { runConformance } from './run-conformance.mjs';

const versions = ['1.1', 'dev'];
const storages = ['memory', 'folder'];
const logins = ['none', 'basic', 'bearer'];
const cases = [
  ...versions.flatMap((version) => storages.flatMap((storage) => logins.map((login) => ({ version, storage, login, isSparse: false })))),
  ...versions.flatMap((version) => storages.map((storage) => ({ version, storage, login: 'none', isSparse: true }))),
];

const total = { passed: 0, failed: 0, skipped: 0, disabled: 0 };
const waiting = cases.values();
// Two at a time, because the suite and the registry wait for each other half of the time.
await Promise.all([runSome(waiting), runSome(waiting)]);
console.log(`conformance of oci-registry, ${cases.length} times: ${printCounts(total)}`);
process.exitCode = total.passed > 0 && total.failed + total.skipped + total.disabled === 0 ? 0 : 1;

async function runSome(some) {
  for (const one of some) {
    const { failures, counts } = await runCase(one);
    for (const failure of failures) console.log(printFailure(failure));
    console.log(`${nameOf(one).padEnd(28)}${printCounts(counts)}`);
    for (const kind of Object.keys(total)) total[kind] += counts[kind];
  }
}

/** A new registry for each run, because the content of one would change the next. */
async function runCase({ version, storage, login, isSparse }) {
  const password = randomBytes(12).toString('hex');
  const registry = await startOwnRegistry({ storage, login, isSparse, user: `conformance:${password}` });
  const loginVariables = login === 'none' ? {} : { OCI_USERNAME: 'conformance', OCI_PASSWORD: password };
  const env = { ...loginVariables, OCI_DATA_SPARSE: String(isSparse) };
  try {
    return await runConformance({ registry: registry.host, version, env });
  } finally {
    await registry.stop();
  }
}

function nameOf({ version, storage, login, isSparse }) {
  return `${version} ${storage} ${login}${isSparse ? ' sparse' : ''}`;
}

function printCounts({ passed, failed, skipped, disabled }) {
  return `${passed} passed, ${failed} failed, ${skipped} skipped, ${disabled} disabled`;
}
