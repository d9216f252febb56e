import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { imageFolder } from '../../engines/names/image-folder';
import { REPORT_FILE } from '../../publish/report/write-report';
import { type FailureReport, type ImageReport, imageReportSchema } from '../../report/report-schema';

/** What the last publish of a project reported; undefined if there is no report, or one of another version of nx-oci. */
export async function readReport(workspaceRoot: string, project: string): Promise<ImageReport | FailureReport | undefined> {
  const file = join(imageFolder(workspaceRoot, project), REPORT_FILE);
  try {
    return imageReportSchema.safeParse(JSON.parse(await readFile(file, 'utf8'))).data;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT' || error instanceof SyntaxError) return undefined;
    throw error;
  }
}
