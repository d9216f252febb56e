import { z } from 'zod';

import { tagRuleJsonSchema } from '../tags/tag-rule-schema';
import { registriesSchema, tagRuleSchema } from './registries-schema';

/** The schema that editors use for registries.yaml, JSON Schema draft 7 (the newest that yaml-language-server reads in full). */
export function registriesJsonSchema(): Readonly<Record<string, unknown>> {
  const schema = z.toJSONSchema(registriesSchema, {
    target: 'draft-7',
    override: ({ zodSchema, jsonSchema }) => {
      if (zodSchema === tagRuleSchema) Object.assign(jsonSchema, tagRuleJsonSchema());
    },
  });
  return { ...schema, title: 'nx-oci registries.yaml' };
}
