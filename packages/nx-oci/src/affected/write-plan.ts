import { appendFile } from 'node:fs/promises';

import { OciError } from '@nx-oci/model';
import { formatGithubOutputs, type OutputFiles, redactData, replaceFile } from '@nx-oci/publish';

import { type WorkspacePlan } from './plan-schema';
import { planDotenv, planOutputs } from './plan-outputs';

/**
 * Writes a plan, and the outputs for CI: outputs of the step in GitHub Actions; in GitLab a dotenv report beside the plan,
 * `plan.env` for `plan.json`.
 *
 * @param file absolute
 */
export async function writePlan(written: WorkspacePlan, file: string, { githubOutput, dotenv }: OutputFiles): Promise<void> {
  const plan = redactData(written);
  await replaceFile(file, `${JSON.stringify(plan, undefined, 2)}\n`).catch((cause: unknown) => {
    throw new OciError('OPTIONS_INVALID', `Cannot write the plan to ${file}: ${(cause as Error).message}.`, {
      hint: 'Set `outputFile` to a file in a writable folder.',
      cause,
    });
  });
  if (githubOutput !== undefined) await appendFile(githubOutput, formatGithubOutputs(planOutputs(plan)));
  if (dotenv !== undefined) await replaceFile(file.replace(/(?:\.json)?$/, '.env'), planDotenv(plan));
}
