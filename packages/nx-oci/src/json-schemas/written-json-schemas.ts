import { registriesJsonSchema } from '@nx-oci/publish';

import { executorJsonSchemas } from './executor-json-schemas';
import { generatorJsonSchemas } from './generator-json-schemas';
import { reportJsonSchemas } from './report-json-schemas';

/** Every JSON Schema that is a file of this package, by its path below it: `nx run nx-oci:schema` writes them. */
export function writtenJsonSchemas(): Readonly<Record<string, Readonly<Record<string, unknown>>>> {
  return { 'registries.schema.json': registriesJsonSchema(), ...reportJsonSchemas(), ...executorJsonSchemas(), ...generatorJsonSchemas() };
}
