import { createHash } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

import { redactData } from '../secrets/redact';
import { readVersioned, writeVersioned } from '../text/versioned-file';
import { type OutputFiles } from './output-files';
import { type FailureReport, type ImageReport } from './report-schema';

/** The report of one image, and the files that receive the results of its run. */
export interface SavedReport {
  readonly report: ImageReport | FailureReport;
  readonly places: OutputFiles;
}

const REPORT_VERSION = 1;

const PREFIX = 'report-';

/**
 * Stores a report in the folder of its run, replacing an earlier one of the project: the end of the run combines all of them.
 *
 * The result files are stored with it. With Nx's daemon a run ends inside the daemon, whose environment is that of the process
 * that once started it.
 */
export async function saveReport(runFolder: string, saved: SavedReport): Promise<void> {
  // Names of projects contain `/` and other special characters; the digest makes them unique file names.
  const name = createHash('sha256').update(saved.report.project).digest('hex').slice(0, 24);
  await writeVersioned(join(runFolder, `${PREFIX}${name}.json`), REPORT_VERSION, { ...saved, report: redactData(saved.report) });
}

/** All reports of a run so far. @throws OciError `FILE_UNUSABLE` for one of another version of nx-oci. */
export async function readSavedReports(runFolder: string): Promise<readonly SavedReport[]> {
  const names = await readdir(runFolder).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  });
  const files = names.filter((name) => name.startsWith(PREFIX) && name.endsWith('.json'));
  return Promise.all(files.map((name) => readVersioned<SavedReport>(join(runFolder, name), REPORT_VERSION)));
}
