// Writes the JSON Schema files from the schemas in the code: `nx run nx-oci:schema` after a change of src/configuration or src/report.
import { writeFile } from 'node:fs/promises';
import { format, resolveConfig } from 'prettier';
import { registriesJsonSchema } from '@nx-oci/publish';
import reports from './dist/json-schemas/report-json-schemas.js';

const schemas = { 'registries.schema.json': registriesJsonSchema(), ...reports.reportJsonSchemas() };
for (const [name, schema] of Object.entries(schemas)) {
  const file = new URL(name, import.meta.url);
  const options = await resolveConfig(file);
  await writeFile(file, await format(JSON.stringify(schema), { ...options, parser: 'json' }));
}
