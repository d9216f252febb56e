import { shortDigest } from '@nx-oci/model';

import type { BuiltImage, LayerFact } from '../engines/image/engine';
import { formatBytes } from '../text/format-bytes';

/**
 * Describes a built image in two to four lines, and one for each warning.
 *
 * @param folder for the user, relative to the workspace root.
 */
export function describeImage({ record, layers, warnings = [] }: BuiltImage, folder: string): string {
  const { project, engine, platforms, output } = record;
  return [
    `${project}  ${shortDigest(output.manifest.digest)}  ${platforms.join(' and ')}, engine ${engine}`,
    ...describeContext(record),
    ...(layers === undefined ? [] : [`  ${describeLayers(layers)}`]),
    `  → ${folder}`,
    ...warnings.map((warning) => `${WARNING}${warning}`),
  ].join('\n');
}

/** The folder that a Dockerfile copied from: shows a wrong one that happens to build. */
function describeContext({ sources }: BuiltImage['record']): readonly string[] {
  return sources.looked.flatMap(({ look, found }) => {
    if (look.kind !== 'context') return [];
    const count = Object.keys(found).length;
    const files = count === 0 ? 'no file' : count === 1 ? '1 file' : `${count} files`;
    return [`  context ${look.path === '.' ? 'the workspace root' : look.path}, ${files} of it used`];
  });
}

const WARNING = '  warning: ';

/** Whether the text of `describeImage` contains a warning. */
export function hasWarnings(text: string): boolean {
  return text.split('\n').some((line) => line.startsWith(WARNING));
}

function describeLayers(layers: readonly LayerFact[]): string {
  const sizeOf = (some: readonly LayerFact[]) => formatBytes(some.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0));
  const parts = (['base', 'reused', 'new'] as const).flatMap((origin) => {
    const some = layers.filter((layer) => layer.origin === origin);
    return some.length === 0 ? [] : [`${some.length} ${origin} (${sizeOf(some)})`];
  });
  const count = layers.length === 1 ? '1 layer' : `${layers.length} layers`;
  return `${count}, ${sizeOf(layers)}: ${parts.join(', ')}`;
}
