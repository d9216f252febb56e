import { type Tree } from '@nx/devkit';

import { readNxJson } from '../nx/devkit';
import { normalizePluginOptions, type NormalizedPluginOptions, type PluginOptions } from '../inference/plugin-options';

/** The options of the plugin in nx.json: generated targets have the same names as inferred ones. */
export function readPluginOptions(tree: Tree): NormalizedPluginOptions {
  const plugin = (readNxJson(tree)?.plugins ?? []).find((candidate) => typeof candidate !== 'string' && candidate.plugin === 'nx-oci');
  return normalizePluginOptions(typeof plugin === 'object' ? (plugin.options as PluginOptions | undefined) : undefined);
}
