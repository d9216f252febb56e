import { type GeneratorCallback, type Tree } from '@nx/devkit';

import { formatFiles } from '../../nx/format-files';
import { reportResult } from '../report-result';
import { readTypedPartly } from '../typed-options';
import { withHints } from '../with-hints';
import { describeNeeds } from './describe-needs';
import { describeExisting, describeWritten } from './describe-result';
import { ciOptionsSchema, normalizeOptions, type CiOptions } from './pipeline/normalize-options';
import { addNightlyTargets } from './pipeline/nightly-targets';
import { renderPipeline } from './render-pipeline';

/**
 * Writes the CI pipeline that publishes images, once, and says what it needs. Compares an existing file, and never changes it.
 */
export function ciGenerator(tree: Tree, written: CiOptions, argv: readonly string[] = process.argv): Promise<GeneratorCallback> {
  return withHints(async () => {
    const pipeline = await normalizeOptions(tree, readTypedPartly(written, ciOptionsSchema, argv));
    const text = renderPipeline(tree, pipeline);
    const isNew = !tree.exists(pipeline.file);
    const done = isNew ? describeWritten(tree, pipeline) : describeExisting(tree, text, pipeline);
    if (isNew) {
      tree.write(pipeline.file, text);
      if (pipeline.nightly !== undefined) addNightlyTargets(tree, pipeline.nightly);
      await formatFiles(tree);
    }
    return reportResult([...done, '', ...describeNeeds(pipeline), '']);
  });
}

export default ciGenerator;
