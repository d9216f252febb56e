import { appendFile, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';

import { IMAGES_FOLDER } from '../../engines/names/image-folder';
import { formatGithubOutputs, githubOutputs } from './github-outputs';
import { githubSummary } from './github-summary';
import { gitlabDotenv } from './gitlab-dotenv';
import { redactData } from '../../secrets/redact';
import { replaceFile } from '../../text/replace-file';
import { makeRunReport } from '../make-run-report';
import { type OutputFiles } from '../output-files';
import { readSavedReports } from '../saved-reports';
import { type RunReport } from '../report-schema';

/** Report of the last run in this workspace that published anything, relative to its root. */
export const RUN_REPORT_FILE = `${IMAGES_FOLDER}/run-report.json`;

/** GitHub accepts 1 MiB per step; other programs of the step need some of it. */
const MAX_SUMMARY_BYTES = 512 * 1024;

/**
 * Writes the results of a completed run: its report, outputs and summary of GitHub Actions, the dotenv report of GitLab. Called
 * once per run. A run without reports (a dry run, or one that published nothing) changes nothing.
 */
export async function endRun(workspaceRoot: string, runFolder: string): Promise<void> {
  const saved = await readSavedReports(runFolder);
  const [first] = saved;
  if (first === undefined) return;
  const report = redactData(makeRunReport(saved.map((one) => one.report)));
  await replaceFile(join(workspaceRoot, RUN_REPORT_FILE), `${JSON.stringify(report, undefined, 2)}\n`);
  await writeCiOutputs(report, first.places, workspaceRoot);
}

/**
 * The same without the plugin in nx.json, when no hook marks the end of a run: called by the process that finishes the last
 * image. A run that is interrupted before only has the reports of its images.
 *
 * @param imageCount of the whole run.
 */
export async function endRunWithoutHooks(workspaceRoot: string, runFolder: string, imageCount: number): Promise<void> {
  const saved = await readSavedReports(runFolder);
  if (saved.length === imageCount && saved.every(({ report }) => report.outcome !== 'staged')) await endRun(workspaceRoot, runFolder);
}

async function writeCiOutputs(
  report: RunReport,
  { githubOutput, githubSummary: summary, dotenv }: OutputFiles,
  workspaceRoot: string,
): Promise<void> {
  if (githubOutput !== undefined) await appendFile(githubOutput, formatGithubOutputs(githubOutputs(report)));
  if (summary !== undefined) await appendFile(summary, `\n${githubSummary(report, MAX_SUMMARY_BYTES - (await sizeOf(summary)))}`);
  if (dotenv !== undefined) await replaceFile(resolve(workspaceRoot, dotenv), gitlabDotenv(report));
}

/** Bytes that an earlier run in the same step wrote to a file. */
async function sizeOf(file: string): Promise<number> {
  return stat(file).then(
    ({ size }) => size,
    (error: unknown) => {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 0;
      throw error;
    },
  );
}
