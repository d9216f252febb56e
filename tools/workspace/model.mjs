// `npm run model [-- CASES [SEED]]`: drives the model of floating tags through CASES interleavings a search (default 12 000), and
// counts them. Each run draws other scenarios; the seed that it prints draws the same ones again.
import { randomInt } from 'node:crypto';

import { ensureInstalled } from './ensure-installed.mjs';
import { programOf, runNode } from './run-node.mjs';

ensureInstalled();

const [, , cases = '12000', seed = String(randomInt(2 ** 31))] = process.argv;
if (!/^[1-9]\d{0,7}$/.test(cases)) {
  console.error(`"${cases}" is no number of cases. Try: npm run model -- 12000`);
  process.exit(2);
}
if (!/^\d{1,10}$/.test(seed)) {
  console.error(`"${seed}" is no seed. Try: npm run model -- ${cases} 1`);
  process.exit(2);
}
const args = ['--runInBand', '--ignoreProjects', 'e2e', '--testPathPatterns', 'forward-model'];
process.exit(await runNode([programOf('jest'), ...args], { NX_OCI_MODEL_CASES: cases, NX_OCI_MODEL_SEED: seed }));
