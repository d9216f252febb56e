import { OciError, shortDigest } from '@nx-oci/model';

import { type FoundPart } from './find-parts';

/**
 * Refuses parts on different versions of one base: its tag moved between their builds. One of them would lack what the other has.
 *
 * @throws OciError `IMAGE_OUTDATED`
 */
export function refuseMixedBases(project: string, parts: readonly FoundPart[]): void {
  const based = parts.flatMap((part) => {
    const { reference, root } = part.record.output.base ?? {};
    return reference === undefined || root === undefined ? [] : [{ part, reference, root }];
  });
  for (const { reference } of based) {
    const same = based.filter((one) => one.reference === reference);
    if (new Set(same.map(({ root }) => root)).size === 1) continue;
    const versions = same.map(({ part, root }) => `  ${part.platform}: ${shortDigest(root)}`);
    const message = [`Cannot publish ${project}: its parts are built on different versions of ${reference}.`, ...versions].join('\n');
    const again = same.map(({ part }) => `  on ${part.platform}: nx run ${part.task} --skip-nx-cache`);
    throw new OciError('IMAGE_OUTDATED', message, {
      hint: ['Its tag moved between their builds. Make the older ones again:', ...again, 'Or name the base by its digest.'].join('\n'),
    });
  }
}
