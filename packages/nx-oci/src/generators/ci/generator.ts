import { type GeneratorCallback, type Tree } from '@nx/devkit';
import { redact } from '@nx-oci/publish';

import { formatFiles } from '../../nx/format-files';
import { logger } from '../../nx/devkit';
import { readTyped } from '../typed-options';
import { withHints } from '../with-hints';
import { adviseGitHub } from './github/describe-github';
import { writeWorkflow } from './github/write-workflow';
import { adviseGitLab } from './gitlab/describe-gitlab';
import { writeJob } from './gitlab/write-job';
import { ciOptionsSchema, normalizeOptions, type CiOptions } from './pipeline/normalize-options';
import { type Pipeline } from './pipeline/pipeline';

/** Writes the CI pipeline that publishes images, and says what it needs. Run twice it changes nothing. */
export function ciGenerator(tree: Tree, written: CiOptions, argv: readonly string[] = process.argv): Promise<GeneratorCallback> {
  return withHints(async () => {
    const pipeline = await normalizeOptions(tree, readTyped(written, ciOptionsSchema, argv));
    const isNew = !tree.exists(pipeline.file);
    const done = pipeline.provider === 'github' ? writeWorkflow(tree, pipeline) : writeJob(tree, pipeline);
    // A file that was there has its own style, down to the byte.
    if (isNew) await formatFiles(tree);
    return () => logger.info(redact([...done, '', ...adviseAll(pipeline), ''].join('\n')));
  });
}

export default ciGenerator;

function adviseAll(pipeline: Pipeline): readonly string[] {
  const { packageManager, images, provider, isLocalOnly } = pipeline;
  return [
    ...(provider === 'github' ? adviseGitHub(pipeline) : adviseGitLab(pipeline)),
    ...(packageManager.lockFile === undefined
      ? [
          `There is no lock file of ${packageManager.name}: commit one, remove ${pipeline.file} and run this again, so that CI installs what it says.`,
        ]
      : []),
    ...(isLocalOnly
      ? [
          `All registries of registries.yaml are on the machine that publishes: add another one with \`${packageManager.exec} nx g nx-oci:registry\`, and run this again.`,
        ]
      : []),
    ...(images.length === 0 ? [`No project publishes an image yet: \`${packageManager.exec} nx g nx-oci:image <project>\`.`] : []),
  ];
}
