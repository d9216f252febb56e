import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { type OutputPlaces } from './output-places';
import { type FailureReport, type ImageReport } from './report-schema';

/** A report of one image, and where the results of its run are wanted. */
export interface ReportNote {
  readonly report: ImageReport | FailureReport;
  readonly places: OutputPlaces;
}

const PREFIX = 'report-';

/**
 * Keeps a report in the folder of its run, in place of an earlier one of the project: whoever ends the run tells of all
 * of them together.
 *
 * Where the results are wanted is kept beside it. With Nx's daemon a run is ended inside of the daemon, whose environment
 * is that of whoever started it, perhaps yesterday.
 */
export async function noteReport(runFolder: string, note: ReportNote): Promise<void> {
  await mkdir(runFolder, { recursive: true });
  // Names of projects hold `/` and worse; the digest keeps them apart.
  const name = createHash('sha256').update(note.report.project).digest('hex').slice(0, 24);
  const file = join(runFolder, `${PREFIX}${name}.json`);
  const temporary = `${file}.${randomUUID()}`;
  await writeFile(temporary, JSON.stringify(note));
  await rename(temporary, file);
}

/** Every report of a run so far. */
export async function readReportNotes(runFolder: string): Promise<readonly ReportNote[]> {
  const names = await readdir(runFolder).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  });
  const files = names.filter((name) => name.startsWith(PREFIX) && name.endsWith('.json'));
  return Promise.all(files.map(async (name) => JSON.parse(await readFile(join(runFolder, name), 'utf8')) as ReportNote));
}
