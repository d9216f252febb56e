import { z } from 'zod';

import { registriesSchema } from './registries-schema';

/** The schema that editors use for registries.yaml, JSON Schema draft 7 (the newest that yaml-language-server reads in full). */
export function registriesJsonSchema(): Readonly<Record<string, unknown>> {
  return { ...z.toJSONSchema(registriesSchema, { target: 'draft-7' }), title: 'nx-oci registries.yaml' };
}
