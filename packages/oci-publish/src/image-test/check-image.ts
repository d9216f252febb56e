import { ImageFiles, TarProblem } from '@nx-oci/layout';
import { formatPlatform, isOciError, shortDigest, type ContentSource } from '@nx-oci/model';

import { checkConfig } from './checks/check-config';
import { checkFiles } from './checks/check-files';
import { type Findings, joinFindings } from './checks/tested-image';
import { checkCommand } from './command/check-command';
import { type LayerFactsStore, type LayerLookup } from './facts/layer-facts';
import { type BuiltPlatform } from './image/open-built-image';
import { type NormalizedTestOptions } from './options';

export interface CheckContext {
  readonly source: ContentSource;
  readonly store: LayerFactsStore;
  readonly signal?: AbortSignal | undefined;
}

type WantedImage = Pick<NormalizedTestOptions, 'files' | 'user' | 'ports' | 'env' | 'maxBytes' | 'optional'>;

/**
 * All checks of an image that need no engine.
 *
 * @throws OciError if its own layers are broken.
 */
export async function checkImage(image: BuiltPlatform, wanted: WantedImage, { source, store, signal }: CheckContext): Promise<Findings> {
  const config = checkConfig(image, wanted);
  if (image.platform.os !== 'linux') {
    const notChecked = [
      `what it runs and needs: it is made for ${formatPlatform(image.platform)}, and the files of such images are not checked`,
    ];
    return joinFindings([config, { notChecked }, unchecked(wanted)]);
  }
  const looked = await store.look({ layers: image.layers, source, signal });
  const unread = looked.filter((one) => one.kind === 'unknown');
  if (unread.length > 0) return joinFindings([config, { notChecked: [describeUnread(unread)] }, unchecked(wanted)]);
  const layers = looked.flatMap((one) => (one.kind === 'known' ? [one.files] : []));
  const tested = { ...image, files: new ImageFiles(layers), optional: wanted.optional };
  return joinFindings([config, checkFiles(tested, wanted.files), checkCommand(tested)]);
}

/** A file named in the options that could not be checked is a fault. */
function unchecked({ files }: WantedImage): Partial<Findings> {
  if (files.length === 0) return {};
  const what = `cannot check whether ${files.map(({ path }) => path).join(', ')} ${files.length === 1 ? 'is' : 'are'} in the image`;
  return { faults: [{ what, fix: 'run the test again where the layers of the base can be read' }] };
}

function describeUnread(unread: readonly Extract<LayerLookup, { kind: 'unknown' }>[]): string {
  const reasons = unread.map(({ layer, error }) => {
    const isExpected = error instanceof TarProblem || (isOciError(error) && !isOciError(error, 'DIGEST_MISMATCH', 'SIZE_MISMATCH'));
    if (!isExpected) throw error;
    return `layer ${shortDigest(layer.digest)} could not be read: ${error.message}`;
  });
  return `what it runs and needs: ${[...new Set(reasons)].join('; ')}`;
}
