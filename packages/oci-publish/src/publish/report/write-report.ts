import { join } from 'node:path';

import { outputFiles } from '../../report/output-files';
import { saveReport } from '../../report/saved-reports';
import { type FailureReport, type ImageReport } from '../../report/report-schema';
import { redactData } from '../../secrets/redact';
import { replaceFile } from '../../text/replace-file';

/** Where reports are written besides the folder of their image. */
export interface ReportContext {
  readonly env: NodeJS.ProcessEnv;
  readonly run: { readonly folder: string };
}

/** Of an image that could not be published. */
export function reportFailure(project: string, reason: string): FailureReport {
  return { schemaVersion: 1, project, outcome: 'failed', reason };
}

/** Of an image that was skipped. */
export function reportSkipped(project: string, reason: string): FailureReport {
  return { schemaVersion: 1, project, outcome: 'skipped', reason };
}

export const REPORT_FILE = 'report.json';

/** Replaces an older report in one step, and keeps the new one for the report of the run. */
export async function writeReport(folder: string, written: ImageReport | FailureReport, { run, env }: ReportContext): Promise<void> {
  const report = redactData(written);
  const text = `${JSON.stringify(report, undefined, 2)}\n`;
  const saved = { report, places: outputFiles(env) };
  await Promise.all([replaceFile(join(folder, REPORT_FILE), text), saveReport(run.folder, saved)]);
}
