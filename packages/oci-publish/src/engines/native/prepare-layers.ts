import type { LayerSource } from '@nx-oci/layout';

import type { DeclaredOutput } from '../names/declared-output';
import type { NativeLayer, NativePlatform, NativeSource } from '../options/native-options';
import { findIgnored } from '../sources/ignored-files';
import { leaveOut } from './leave-out';

export interface LayerContext {
  readonly workspaceRoot: string;
  readonly project: string;
  readonly outputs?: readonly DeclaredOutput[];
  /** Absolute folders that building writes to. */
  readonly written: readonly string[];
}

export interface PreparedLayers {
  /** Every source once, as it is packed. */
  readonly sources: readonly NativeSource[];
  /** The layers of a platform; what platforms share is the same object in both. */
  layersOf(platform: NativePlatform): readonly (readonly LayerSource[])[];
  /** What was left out, for the user; once the layers are made. */
  describeIgnored(): readonly string[];
}

/** Takes out of each source what does not belong into an image: what a build writes, and what git or a `.dockerignore` ignores. */
export async function prepareLayers(platforms: readonly NativePlatform[], context: LayerContext): Promise<PreparedLayers> {
  const written = new Set(platforms.flatMap(({ layers }) => layers.flatMap(({ sources }) => sources)));
  const packed = new Map([...written].map((source) => [source, leaveOut(source, context.written)]));
  const sources = [...packed.values()];
  const { workspaceRoot, project, outputs = [] } = context;
  const ignored = await findIgnored(sources, { workspaceRoot, project, outputs });
  const judged = new Map(
    [...packed].map(([source, { ignored: _ignored, ...plain }]): [NativeSource, LayerSource] => {
      const judge = ignored.get(packed.get(source) ?? source)?.judge;
      return [source, judge === undefined ? plain : { ...plain, leaveOut: judge }];
    }),
  );
  const lists = new Map<readonly NativeLayer[], readonly (readonly LayerSource[])[]>();
  return {
    sources,
    layersOf({ layers }) {
      const list = lists.get(layers) ?? layers.map((layer) => layer.sources.flatMap((source) => judged.get(source) ?? []));
      lists.set(layers, list);
      return list;
    },
    describeIgnored: () => [...ignored.values()].flatMap((found) => found.describe()),
  };
}
