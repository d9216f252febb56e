import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readConformanceReport } from './conformance-report.mjs';
import { lastLines, runProgram } from './run-program.mjs';
import { requireTool } from './tools.mjs';

// All defaults of the suite, and these.
const switchedOn = [
  'OCI_API_BLOBS_UPLOAD_CANCEL',
  'OCI_API_BLOBS_DIGEST_HEADER',
  'OCI_API_MANIFESTS_DIGEST_HEADER',
  'OCI_API_MANIFESTS_TAG_PARAM',
];

/**
 * Runs the conformance suite of the OCI distribution specification against a registry that speaks plain HTTP.
 *
 * @param {{ registry: string, version: string, env?: Record<string, string> }} options `registry`: `127.0.0.1:PORT`;
 *   `version`: `1.1` or `dev`; `env`: more OCI_* variables of the suite
 * @returns {Promise<import('./conformance-report.mjs').ConformanceReport>}
 */
export async function runConformance({ registry, version, env = {} }) {
  const folder = mkdtempSync(join(tmpdir(), 'nx-oci-conformance-'));
  const variables = {
    ...Object.fromEntries(switchedOn.map((name) => [name, process.env[name] ?? 'true'])),
    OCI_REGISTRY: registry,
    OCI_TLS: 'disabled',
    OCI_VERSION: version,
    OCI_RESULTS_DIR: folder,
    ...env,
  };
  try {
    const { stderr } = await runProgram(requireTool('conformance'), [], { env: variables, cwd: folder, timeoutMs: 5 * 60_000 });
    return readReport(join(folder, 'junit.xml'), `The conformance suite gave no report for ${registry}. It said: ${lastLines(stderr, 5)}`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * @param {string} file
 * @param {string} problem the message if it is missing
 */
function readReport(file, problem) {
  try {
    return readConformanceReport(readFileSync(file, 'utf8'));
  } catch (cause) {
    throw new Error(problem, { cause });
  }
}
