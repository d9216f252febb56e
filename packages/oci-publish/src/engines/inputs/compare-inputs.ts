import { digestBuild } from '../names/digest-build';
import { digestVariables, type ImageInputs, type InputsNow, type InputsRecord } from './inputs-record';

/** The first input that changed since an image was built. */
export type InputChange =
  | {
      readonly kind: 'file';
      /** From the workspace root. */
      readonly path: string;
      readonly how: 'changed' | 'added' | 'removed';
    }
  | { readonly kind: 'variable'; readonly name: string }
  | { readonly kind: 'options' };

/**
 * Compares the inputs of an image with those it was built from. Content decides, not the commit. A new file that git does not
 * track is ignored: a test may have written it. So is a variable that only one side has: a job that publishes need not have the
 * variables of a build.
 *
 * @returns `undefined` if they are equal, `absent` if none of the files exists here.
 */
export async function compareInputs(
  record: InputsRecord,
  inputs: ImageInputs,
  now: InputsNow,
): Promise<InputChange | 'absent' | undefined> {
  const change = await compareFiles(record, inputs, now);
  if (change !== undefined) return change;
  if (record.options !== digestBuild(inputs.options)) return { kind: 'options' };
  const variables = digestVariables(inputs, now.env);
  const name = Object.keys(variables).find((one) => record.variables[one] !== undefined && record.variables[one] !== variables[one]);
  return name === undefined ? undefined : { kind: 'variable', name };
}

async function compareFiles(
  { files }: InputsRecord,
  { select }: ImageInputs,
  { ids }: InputsNow,
): Promise<InputChange | 'absent' | undefined> {
  const selected = select(ids.paths).filter((path) => files[path] !== undefined || ids.isTracked(path));
  const now = await ids.idsOf(selected);
  if (now.size === 0 && Object.keys(files).length > 0) return 'absent';
  const paths = [...new Set([...Object.keys(files), ...now.keys()])];
  const path = paths.filter((one) => files[one] !== now.get(one)).sort()[0];
  if (path === undefined) return undefined;
  return { kind: 'file', path, how: files[path] === undefined ? 'added' : now.has(path) ? 'changed' : 'removed' };
}
