import { z } from 'zod';
import { registriesJsonSchema, imageReportSchema, pruneReportSchema, runReportSchema } from '@nx-oci/publish';

import { executorJsonSchemas } from './executor-json-schemas';
import { generatorJsonSchemas } from './generator-json-schemas';
import { planSchema } from '../affected/plan-schema';

/** Every JSON Schema that is a file of this package, by its path below it: `nx run nx-oci:schema` writes them. */
export function writtenJsonSchemas(): Readonly<Record<string, Readonly<Record<string, unknown>>>> {
  return { 'registries.schema.json': registriesJsonSchema(), ...reportJsonSchemas(), ...executorJsonSchemas(), ...generatorJsonSchemas() };
}

/**
 * The schemas that are published beside the plugin, by file name. JSON Schema draft 7, as that of registries.yaml.
 *
 * What a later version adds is not forbidden by them: a reader of version 1 keeps working.
 */
function reportJsonSchemas(): Readonly<Record<string, Readonly<Record<string, unknown>>>> {
  return {
    'report.schema.json': { ...toJsonSchema(imageReportSchema), title: 'nx-oci report of an image' },
    'run-report.schema.json': { ...toJsonSchema(runReportSchema), title: 'nx-oci report of a run' },
    'prune.schema.json': { ...toJsonSchema(pruneReportSchema), title: 'nx-oci prune of local images' },
    'plan.schema.json': { ...toJsonSchema(planSchema), title: 'nx-oci plan of a workspace' },
  };
}

function toJsonSchema(schema: z.ZodType): Readonly<Record<string, unknown>> {
  return z.toJSONSchema(schema, { target: 'draft-7', io: 'input' });
}
