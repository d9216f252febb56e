/**
 * Runs the conformance suite of the OCI distribution specification against a registry on loopback (plain HTTP) and prints
 * each failed test and the counts. All defaults of the suite, and blob upload cancel, tag parameters and digest headers.
 *
 *     node tools/ci/conformance.mjs --registry 127.0.0.1:5000 [--version 1.1|dev]
 *
 * OCI_USERNAME and OCI_PASSWORD in the environment log in; other OCI_* variables of the suite are passed on
 * (OCI_DATA_SPARSE=true, OCI_FILTER_TEST=…, OCI_REPO1=…).
 */
import { ask } from './ask.mjs';
import { printFailure } from './conformance-report.mjs';
import { runConformance } from './run-conformance.mjs';
import { readOptions } from '../workspace/read-options.mjs';

const { registry, version } = chooseRegistry();
const { hostname, port } = new URL(`http://${registry}`);
if ((await ask({ host: hostname, port: Number(port) }, '/v2/')).status === 0) {
  console.error(`No registry answers at ${registry}. Start one: node tools/ci/start.mjs, or nx-oci:serve.`);
  process.exit(1);
}
print(await runConformance({ registry, version }));

function chooseRegistry() {
  const values = readOptions('Runs the conformance suite of the distribution-spec.', {
    registry: { type: 'string', help: '127.0.0.1:PORT  the registry to ask' },
    version: { type: 'string', default: '1.1', help: '1.1|dev  the version of the specification' },
  });
  if (values.registry && ['1.1', 'dev'].includes(values.version)) return values;
  console.error('Which registry? node tools/ci/conformance.mjs --registry 127.0.0.1:PORT [--version 1.1|dev]');
  process.exit(2);
}

/** @param {import('./conformance-report.mjs').ConformanceReport} report */
function print({ failures, counts }) {
  for (const failure of failures) console.log(printFailure(failure));
  const { passed, failed, skipped, disabled } = counts;
  console.log(`conformance ${version} of ${registry}: ${passed} passed, ${failed} failed, ${skipped} skipped, ${disabled} disabled`);
  process.exitCode = failed === 0 && passed > 0 ? 0 : 1;
}
