/**
 * Writes docs/reference from the schemas and the code: `npm run reference`. With `--check` it writes nothing, and fails if a page
 * is outdated.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { format, resolveConfig } from 'prettier';

import { renderPages } from './pages.mjs';
import { ROOT } from './read-sources.mjs';

const isCheck = process.argv.includes('--check');
const pages = await renderPages();
const outdated = [];
for (const [name, text] of Object.entries(pages)) {
  const file = join(ROOT, 'docs', name);
  const formatted = await format(text, { ...(await resolveConfig(file)), parser: 'markdown' });
  if (formatted === readOr(file, '')) continue;
  outdated.push(`docs/${name}`);
  if (!isCheck) writeFileSync(file, formatted);
}
console.log(
  `Looked at ${Object.keys(pages).length} pages; ${outdated.length === 0 ? 'all are up to date' : `outdated: ${outdated.join(', ')}`}.`,
);
if (isCheck && outdated.length > 0) {
  console.error('Run `npm run reference`, and commit what it writes.');
  process.exit(1);
}

function readOr(file, otherwise) {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (error.code === 'ENOENT') return otherwise;
    throw error;
  }
}
