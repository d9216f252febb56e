import { type z } from 'zod';

/**
 * Validates data against a schema.
 *
 * Each of our schemas is used once or twice per process; by default zod would compile it first, which takes longer than all
 * validations. Issues hold the value that they are about (`input`), which may be a secret.
 */
export function matchSchema<Schema extends z.ZodType>(schema: Schema, data: unknown): z.ZodSafeParseResult<z.output<Schema>> {
  return schema.safeParse(data, { jitless: true, reportInput: true });
}
