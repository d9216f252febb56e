import { z } from 'zod';

import { TAG_RULE_REFERENCE, tagRuleDefinitions } from '../tags/rules/tag-rule-schema';
import { registriesSchema, tagRuleSchema } from './registries-schema';

/** The schema that editors use for registries.yaml, JSON Schema draft 7 (the newest that yaml-language-server reads in full). */
export function registriesJsonSchema(): Readonly<Record<string, unknown>> {
  const schema = z.toJSONSchema(registriesSchema, {
    target: 'draft-7',
    override: ({ zodSchema, jsonSchema }) => {
      if (zodSchema !== (tagRuleSchema as unknown)) return;
      delete jsonSchema.anyOf;
      Object.assign(jsonSchema, TAG_RULE_REFERENCE);
    },
  });
  return { ...schema, definitions: tagRuleDefinitions(), title: 'nx-oci registries.yaml' };
}
