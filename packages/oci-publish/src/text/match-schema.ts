import { type z } from 'zod';

/**
 * Holds data against a schema.
 *
 * Every schema of ours is asked once or twice in a process; zod would first make a program of it, which takes longer than all
 * the questions. Issues hold the value that they are about (`input`), which may be a secret.
 */
export function matchSchema<Schema extends z.ZodType>(schema: Schema, data: unknown): z.ZodSafeParseResult<z.output<Schema>> {
  return schema.safeParse(data, { jitless: true, reportInput: true });
}
