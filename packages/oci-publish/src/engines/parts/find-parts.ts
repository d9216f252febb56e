import { formatPlatform, isOciError, OciError, parsePlatform, portablePath } from '@nx-oci/model';

import { hasImageRecord, readImageRecord, type ImageRecord } from '../image/image-record';
import { partFolder } from '../names/image-folder';
import { type ExpectedPart } from '../names/expected-part';

/** A part in its folder: an ordinary layout with the image of one platform. */
export interface FoundPart extends ExpectedPart {
  readonly folder: string;
  readonly record: ImageRecord;
}

export interface SoughtParts {
  readonly project: string;
  /** Absolute. */
  readonly workspaceRoot: string;
  /** What they are for: `publish`. */
  readonly purpose: string;
  /** The targets that wait for the one which only checks the parts, instead of the parts. */
  readonly misled?: MisledTargets;
}

/** `dependsOn` of targets that was written before the image was made of parts. */
export interface MisledTargets {
  /** What they name: `image`. */
  readonly named: string;
  /** `api:publish` */
  readonly tasks: readonly string[];
}

/**
 * Finds all parts of an image.
 *
 * @throws OciError `LAYOUT_INVALID` with all parts that are missing or unusable, and how to make each.
 */
export async function findParts(parts: readonly ExpectedPart[], sought: SoughtParts): Promise<readonly FoundPart[]> {
  const found = await Promise.all(parts.map((part) => findPart(part, sought)));
  const lacking = found.filter((one) => 'reason' in one);
  if (lacking.length === 0) return found.flatMap((one) => ('record' in one ? [one] : []));
  const { project, purpose, misled } = sought;
  const count =
    parts.length === 1 ? 'its only part is' : `${lacking.length} of its ${parts.length} parts ${lacking.length === 1 ? 'is' : 'are'}`;
  const reasons = lacking.map(({ platform, reason }) => `  ${platform}: ${reason}`);
  throw new OciError('LAYOUT_INVALID', [`Cannot ${purpose} ${project}: ${count} missing.`, ...reasons].join('\n'), {
    hint: [...(misled === undefined ? [] : [howToWait(parts, misled)]), howToMakeParts(lacking)].join('\n'),
  });
}

/** Whether every part is in its folder. */
export async function hasAllParts(
  parts: readonly ExpectedPart[],
  { project, workspaceRoot }: Omit<SoughtParts, 'purpose'>,
): Promise<boolean> {
  const present = await Promise.all(parts.map(({ platform }) => hasImageRecord(partFolder(workspaceRoot, project, platform))));
  return present.every(Boolean);
}

function howToWait(parts: readonly ExpectedPart[], { named, tasks }: MisledTargets): string {
  const targets = parts.map(({ task }) => JSON.stringify(task.slice(task.indexOf(':') + 1)));
  return `\`dependsOn\` of ${tasks.join(' and ')} names ${named}, which makes no part: write ${targets.join(', ')} instead.`;
}

/** Where parts are made, and how they get here. */
export function howToMakeParts(parts: readonly ExpectedPart[]): string {
  const [only, ...others] = parts;
  const how = parts.map(({ platform, task }) => `  on ${platform}: nx run ${task}`);
  const it = only !== undefined && others.length === 0 ? ['it', 'its folder'] : ['each', 'their folders'];
  return [
    `Make ${it[0]} on a machine of its platform:`,
    ...how,
    `Then bring ${it[1]} here: as an artifact of that job, or with Nx's remote cache.`,
  ].join('\n');
}

type LackingPart = ExpectedPart & { readonly reason: string };

async function findPart(part: ExpectedPart, { project, workspaceRoot }: SoughtParts): Promise<FoundPart | LackingPart> {
  const folder = partFolder(workspaceRoot, project, part.platform);
  const name = portablePath(workspaceRoot, folder);
  if (!(await hasImageRecord(folder))) return { ...part, reason: `${name} has no image.json` };
  try {
    const record = await readImageRecord(folder);
    const reason = reasonToRefuse(record, part, project);
    return reason === undefined ? { ...part, folder, record } : { ...part, reason: `${name} ${reason}` };
  } catch (error) {
    if (isOciError(error, 'LAYOUT_INVALID')) return { ...part, reason: `${name} cannot be used: ${error.message}` };
    throw error;
  }
}

/** An artifact may have been unpacked into the wrong folder. */
function reasonToRefuse(record: ImageRecord, { platform }: ExpectedPart, project: string): string | undefined {
  if (record.project !== project) return `holds the image of ${record.project}`;
  const [only = '', ...others] = record.platforms.map((name) => formatPlatform(parsePlatform(name)));
  return only === platform && others.length === 0 ? undefined : `holds an image for ${[only, ...others].join(' and ')}`;
}
