import { isDigest, type Digest } from '@nx-oci/model';
import { z } from 'zod';

import { type FileIds } from '../../git/file-ids';
import { digestBuild } from '../names/digest-build';

/** The inputs of the tasks that build an image. */
export interface ImageInputs {
  /** Selects the files of the workspace that the tasks read. */
  readonly select: (paths: readonly string[]) => readonly string[];
  /** Names of the variables that they depend on. */
  readonly variables: readonly string[];
  /** Of the image's target, as written: plain data, the same on every machine. */
  readonly options: unknown;
}

/**
 * The inputs when an image was built, for a publish that does not run those tasks to compare. Part of `image.json`, if the
 * workspace is in a git repository.
 */
export interface InputsRecord {
  /** By path from the workspace root: the id of the git blob. */
  readonly files: Readonly<Record<string, string>>;
  /** The set variables, by name: the digest of the value. */
  readonly variables: Readonly<Record<string, Digest>>;
  readonly options: Digest;
  /** Tasks that write files of the image, but did not run before it: `api:build`. */
  readonly notRun: readonly string[];
}

const filesSchema = z.custom<InputsRecord['files']>((value) => typeof value === 'object' && value !== null && !Array.isArray(value));

const digestSchema = z.custom<Digest>(isDigest, 'not a digest');

export const inputsSchema = z.object({
  files: filesSchema,
  variables: z.record(z.string(), digestSchema),
  options: digestSchema,
  notRun: z.array(z.string()),
}) satisfies z.ZodType<InputsRecord>;

export interface InputsNow {
  readonly ids: FileIds;
  readonly env: NodeJS.ProcessEnv;
}

/** Records the current inputs. */
export async function recordInputs(inputs: ImageInputs, notRun: readonly string[], { ids, env }: InputsNow): Promise<InputsRecord> {
  const found = await ids.idsOf(inputs.select(ids.paths));
  const files = Object.fromEntries([...found].sort(([one], [other]) => (one < other ? -1 : 1)));
  return { files, variables: digestVariables(inputs, env), options: digestBuild(inputs.options), notRun };
}

export function digestVariables({ variables }: Pick<ImageInputs, 'variables'>, env: NodeJS.ProcessEnv): InputsRecord['variables'] {
  const set = [...new Set(variables)].sort().flatMap((name) => (env[name] === undefined ? [] : [[name, digestBuild(env[name])] as const]));
  return Object.fromEntries(set);
}
