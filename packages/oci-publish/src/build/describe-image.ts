import { shortDigest, portablePath } from '@nx-oci/model';

import type { BuiltImage, LayerFact } from '../engines/image/engine';
import type { LocalImage } from '../engines/image/local-image';
import type { FoundPart } from '../engines/parts/find-parts';
import { formatBytes } from '../text/format-bytes';

/**
 * Describes a built image in two to four lines, and one for each warning.
 *
 * @param folder for the user, relative to the workspace root.
 * @param isStamped whether it got its labels now, so that a publish changes nothing.
 */
export function describeImage({ record, layers, warnings = [] }: BuiltImage, folder: string, isStamped = false): string {
  const { project, engine, platforms, output } = record;
  return [
    `${project}  ${shortDigest(output.manifest.digest)}  ${platforms.join(' and ')}, engine ${engine}`,
    ...describeContext(record),
    ...(layers === undefined ? [] : [`  ${describeLayers(layers)}`]),
    `  → ${folder}${isStamped ? '' : STAMPED_LATER}`,
    ...warnings.map((warning) => `${WARNING}${warning}`),
  ].join('\n');
}

/** Describes a part that another machine made. */
export function describeTaken({ folder, record: { project, platforms, output } }: FoundPart, workspaceRoot: string): string {
  const digest = shortDigest(output.manifest.digest);
  return `${project}  ${digest}  ${platforms.join(' and ')}, made on another machine\n  → ${portablePath(workspaceRoot, folder)}`;
}

/** Describes an image of parts. */
export function describeWhole({ folder, record: { project, platforms, output } }: LocalImage, workspaceRoot: string): string {
  const digest = shortDigest(output.manifest.digest);
  const count = platforms.length === 1 ? '1 part' : `${platforms.length} parts`;
  return `${project}  ${digest}  ${platforms.join(' and ')}, of ${count}\n  → ${portablePath(workspaceRoot, folder)}${STAMPED_LATER}`;
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

// Why a publish names another digest than the build.
const STAMPED_LATER = '; publish adds the commit, which changes the digest';

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
