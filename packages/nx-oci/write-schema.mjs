// Writes the JSON Schema files from the schemas in the code: `nx run nx-oci:schema` after a change of options, registries.yaml or reports.
import { writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';

import { build } from 'esbuild';
import { format, resolveConfig } from 'prettier';

const { writtenJsonSchemas } = await loadSource('src/json-schemas/written-json-schemas.ts');
for (const [name, schema] of Object.entries(writtenJsonSchemas())) {
  const file = new URL(name, import.meta.url);
  const options = await resolveConfig(file);
  await writeFile(file, await format(JSON.stringify(schema), { ...options, parser: 'json' }));
}

/** Loads a module that is not an entry point of the package: the schemas are not needed at run time. */
async function loadSource(path) {
  const options = { bundle: true, write: false, platform: 'node', format: 'cjs', packages: 'external', logLevel: 'error' };
  const { outputFiles } = await build({ ...options, entryPoints: [path] });
  const module = { exports: {} };
  new Function('module', 'exports', 'require', outputFiles[0].text)(module, module.exports, createRequire(import.meta.url));
  return module.exports;
}
