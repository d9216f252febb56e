import { OciError } from '@nx-oci/model';

import { type FileIds } from '../../git/file-ids';
import { describeBuilt, type ExpectedPart } from '../names/expected-part';
import { compareInputs, type InputChange } from './compare-inputs';
import { type ImageInputs, type InputsRecord } from './inputs-record';

export interface PublishedInputs {
  readonly project: string;
  /** Of the publish. */
  readonly taskId: string;
  /** The part of the image that the inputs are of; absent for a whole image. */
  readonly part?: ExpectedPart;
  readonly inputs: ImageInputs;
  /** Absent if git cannot list them. */
  readonly ids: FileIds | undefined;
  readonly env: NodeJS.ProcessEnv;
}

/**
 * Makes sure that an image whose tasks are not part of this run was built from the inputs that are checked out here.
 *
 * @returns warnings if that is uncertain, one sentence each.
 * @throws OciError `IMAGE_OUTDATED` with the first input that differs.
 */
export async function refuseOtherInputs(record: InputsRecord | undefined, published: PublishedInputs): Promise<readonly string[]> {
  const { project, part, ids, inputs, env } = published;
  const what = part === undefined ? project : `${project} for ${part.platform}`;
  if (record === undefined || ids === undefined) {
    return [
      `${what}: not compared with the sources of its build, because git ${ids === undefined ? 'cannot list them' : 'could not list them when it was built'}.`,
    ];
  }
  const change = await compareInputs(record, inputs, { ids, env });
  if (change === 'absent') return [`${what}: not compared with the sources of its build, because they are not in this checkout.`];
  if (change !== undefined) throw otherInputs(published, change);
  if (record.notRun.length === 0) return [];
  return [`Warning: the image of ${what} was built without ${record.notRun.join(', ')}: what it packs may be older than its sources.`];
}

function otherInputs({ project, taskId, part }: PublishedInputs, change: InputChange): OciError {
  const message = `Cannot publish ${project}: ${describeBuilt(part)} is older than its sources (${describe(change)} since it was built), and no task of this run builds it.`;
  const again =
    part === undefined
      ? `Build and publish it in one run, without --excludeTaskDependencies: nx run ${taskId}`
      : `Make it again on ${part.platform}: nx run ${part.task}`;
  return new OciError('IMAGE_OUTDATED', message, {
    hint:
      `${again}\n` +
      'Where an earlier job builds the image, check out the same commit in both. If that job took the image from the cache, add what changed to the `inputs` of the image target.',
  });
}

function describe(change: InputChange): string {
  if (change.kind === 'options') return 'the options of its image target have changed';
  if (change.kind === 'variable') return `the variable ${change.name} has changed`;
  return `${change.path.replace(/\p{C}/gu, '?')} ${change.how === 'changed' ? 'has changed' : `was ${change.how}`}`;
}
