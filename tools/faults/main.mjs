/**
 * Publishes many times in a row to registries that fail, reads everything back after each publish, and prints the faults and
 * their effects. Exit code 0 if every publish ended correctly.
 *
 *     npm run build && node tools/faults/main.mjs [--against embedded,distribution] [--publishes 200] [--seed 1] [--verbose]
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbedded } from './embedded-registries.mjs';
import { renderSummary } from './render-summary.mjs';
import { runPublishes } from './run-publishes.mjs';
import { startToxic } from './toxic-registries.mjs';
import { readOptions } from '../workspace/read-options.mjs';

const NAMES = ['one', 'two'];
const STARTERS = { embedded: startEmbedded, distribution: startToxic };

const values = readOptions('Publishes to registries that fail, hundreds of times.', {
  against: { type: 'string', default: Object.keys(STARTERS).join(','), help: 'NAMES  which registries' },
  publishes: { type: 'string', default: '200', help: 'N  publishes to each kind' },
  seed: { type: 'string', default: '1', help: 'N  the same seed has the same faults' },
  verbose: { type: 'boolean', default: false, help: ' prints each publish, not only failed ones' },
});
const [publishes, seed] = [Number(values.publishes), Number(values.seed)];
const onPublish = (line) => {
  if (values.verbose || line.includes('FAILED')) console.log(line);
};

for (const name of values.against.split(',')) {
  const start = STARTERS[name];
  if (start === undefined) throw new Error(`--against knows ${Object.keys(STARTERS).join(' and ')}, not ${name}.`);
  const folder = mkdtempSync(join(tmpdir(), 'nx-oci-faults-'));
  let troubled;
  try {
    mkdirSync(join(folder, 'home'));
    troubled = await start({ seed, names: NAMES, folder });
    const summary = await runPublishes(troubled, { publishes, seed, folder, onPublish });
    console.log(renderSummary(summary));
    if (summary.succeeded < publishes) process.exitCode = 1;
  } finally {
    await troubled?.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}
