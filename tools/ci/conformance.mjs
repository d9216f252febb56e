/**
 * Runs the conformance suite of the OCI distribution specification against a registry on loopback (plain HTTP) and prints
 * each failed test and the counts. All defaults of the suite, and blob upload cancel, tag parameters and digest headers.
 *
 *     node tools/ci/conformance.mjs --registry 127.0.0.1:5000 [--version 1.1|dev]
 *
 * OCI_USERNAME and OCI_PASSWORD in the environment log in; other OCI_* variables of the suite are passed on
 * (OCI_DATA_SPARSE=true, OCI_FILTER_TEST=…, OCI_REPO1=…).
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ask } from './ask.mjs';
import { readConformanceReport } from './conformance-report.mjs';
import { lastLines, runProgram } from './run-program.mjs';
import { requireTool } from './tools.mjs';

const switchedOn = [
  'OCI_API_BLOBS_UPLOAD_CANCEL',
  'OCI_API_BLOBS_DIGEST_HEADER',
  'OCI_API_MANIFESTS_DIGEST_HEADER',
  'OCI_API_MANIFESTS_TAG_PARAM',
];

const { registry, version } = readOptions();
const { hostname, port } = new URL(`http://${registry}`);
if ((await ask({ host: hostname, port: Number(port) }, '/v2/')).status === 0) {
  console.error(`No registry answers at ${registry}. Start one: node tools/ci/start.mjs, or nx-oci:serve.`);
  process.exit(1);
}

const resultsFolder = mkdtempSync(join(tmpdir(), 'nx-oci-conformance-'));
try {
  print(await runSuite());
} finally {
  rmSync(resultsFolder, { recursive: true, force: true });
}

function readOptions() {
  const { values } = parseArgs({ options: { registry: { type: 'string' }, version: { type: 'string', default: '1.1' } } });
  if (values.registry && ['1.1', 'dev'].includes(values.version)) return values;
  console.error('Which registry? node tools/ci/conformance.mjs --registry 127.0.0.1:PORT [--version 1.1|dev]');
  process.exit(2);
}

async function runSuite() {
  const env = {
    ...Object.fromEntries(switchedOn.map((name) => [name, process.env[name] ?? 'true'])),
    OCI_REGISTRY: registry,
    OCI_TLS: 'disabled',
    OCI_VERSION: version,
    OCI_RESULTS_DIR: resultsFolder,
  };
  const { stderr } = await runProgram(requireTool('conformance'), [], { env, cwd: resultsFolder, timeoutMs: 5 * 60_000 });
  try {
    return readConformanceReport(readFileSync(join(resultsFolder, 'junit.xml'), 'utf8'));
  } catch (cause) {
    throw new Error(`The conformance suite gave no report for ${registry}. It said: ${lastLines(stderr, 5)}`, { cause });
  }
}

/** @param {import('./conformance-report.mjs').ConformanceReport} report */
function print({ failures, counts }) {
  for (const { name, reason } of failures) console.log(`FAILED ${name}\n${reason.replace(/^/gm, '       ')}`);
  const { passed, failed, skipped, disabled } = counts;
  console.log(`conformance ${version} of ${registry}: ${passed} passed, ${failed} failed, ${skipped} skipped, ${disabled} disabled`);
  process.exitCode = failed === 0 && passed > 0 ? 0 : 1;
}
