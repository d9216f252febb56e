// Writes registries.schema.json from the schema in the code: `nx run nx-oci:schema` after a change of src/configuration.
import { writeFile } from 'node:fs/promises';
import { format, resolveConfig } from 'prettier';
import jsonSchema from './dist/configuration/json-schema.js';

const file = new URL('./registries.schema.json', import.meta.url);
const options = await resolveConfig(file);
await writeFile(file, await format(JSON.stringify(jsonSchema.registriesJsonSchema()), { ...options, parser: 'json' }));
