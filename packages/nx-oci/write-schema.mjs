// Writes the JSON Schema files from the schemas in the code: `nx run nx-oci:schema` after a change of options, registries.yaml or reports.
import { writeFile } from 'node:fs/promises';
import { format, resolveConfig } from 'prettier';
import written from './dist/json-schemas/written-json-schemas.js';

for (const [name, schema] of Object.entries(written.writtenJsonSchemas())) {
  const file = new URL(name, import.meta.url);
  const options = await resolveConfig(file);
  await writeFile(file, await format(JSON.stringify(schema), { ...options, parser: 'json' }));
}
