import { formatPlatform, OciError, parsePlatform } from '@nx-oci/model';

import { type ExpectedPart } from '../engines/names/expected-part';
import { refuseOtherInputs } from '../engines/inputs/refuse-other-inputs';
import { findParts, howToMakeParts, type FoundPart } from '../engines/parts/find-parts';
import { hasImageRecord } from '../engines/image/image-record';
import { partFolder } from '../engines/names/image-folder';
import { refuseOutdated } from '../engines/sources/refuse-outdated';
import { type FileIds } from '../git/file-ids';
import { type RequestedImage } from './requested-image';

/** A part for another kind of machine than this one. */
export interface TakenPart {
  readonly part: ExpectedPart;
  readonly asked: RequestedImage;
  /** Absolute. */
  readonly workspaceRoot: string;
  readonly env: NodeJS.ProcessEnv;
  readonly fileIds: () => Promise<FileIds | undefined>;
}

/**
 * Takes a part that another machine made: as an artifact of its job, unpacked into the part's folder. Made here, it would need
 * emulation, or contain programs for this machine.
 *
 * @throws OciError `PLATFORM_INVALID` if there is none; `IMAGE_OUTDATED` if it is older than its sources here.
 */
export async function takePart({ part, asked, workspaceRoot, env, fileIds }: TakenPart): Promise<FoundPart> {
  const { project, inputs, print } = asked;
  if (!(await hasImageRecord(partFolder(workspaceRoot, project, part.platform)))) throw wrongMachine(project, part);
  const [found] = await findParts([part], { project, workspaceRoot, purpose: 'take a part of' });
  if (found === undefined) throw new Error('a part that was neither found nor refused');
  const published = { project, taskId: part.task, part, env };
  const absent = await refuseOutdated(found.record.sources, { ...published, workspaceRoot });
  if (absent.length > 0) print(`Not compared with its sources, because some are missing here (${absent.join(', ')}).`);
  if (inputs !== undefined) {
    const doubts = await refuseOtherInputs(found.record.inputs, { ...published, inputs, ids: await fileIds() });
    doubts.forEach((doubt) => print(doubt));
  }
  return found;
}

function wrongMachine(project: string, part: ExpectedPart): OciError {
  const here = formatPlatform(parsePlatform(`linux/${process.arch}`));
  return new OciError('PLATFORM_INVALID', `Cannot make the part of ${project} for ${part.platform}: this machine is for ${here}.`, {
    hint: `${howToMakeParts([part])}\nOr set \`parts\` to "anywhere", if this machine can make it.`,
  });
}
