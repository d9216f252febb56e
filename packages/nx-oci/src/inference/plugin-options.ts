import { OciError, nearestName } from '@nx-oci/model';

import { suggestName } from '../configuration/problem';

/** Options of the plugin in nx.json: `{ "plugin": "nx-oci", "options": { … } }`. */
export interface PluginOptions {
  /** Name of the target that builds an image; `image` by default. */
  readonly imageTargetName?: string;
  /** Name of the target that publishes it; `publish` by default. */
  readonly publishTargetName?: string;
  /** `false`: only targets that are written in project.json or package.json. */
  readonly infer?: boolean;
}

export type NormalizedPluginOptions = Required<PluginOptions>;

const DEFAULTS: NormalizedPluginOptions = { imageTargetName: 'image', publishTargetName: 'publish', infer: true };

/**
 * Fills in what nx.json does not say, and checks what it says.
 *
 * @throws OciError `OPTIONS_INVALID` with everything that is wrong
 */
export function normalizePluginOptions(options: PluginOptions | undefined): NormalizedPluginOptions {
  const written: Readonly<Record<string, unknown>> = { ...options };
  const known = Object.keys(DEFAULTS) as (keyof PluginOptions)[];
  const problems = [
    ...Object.keys(written)
      .filter((key) => !Object.hasOwn(DEFAULTS, key))
      .map((key) => `unknown option \`${key}\` → ${suggestName(nearestName(key, known), known)}`),
    ...known.flatMap((key) => {
      const value = written[key];
      const isRight = value === undefined || (typeof value === typeof DEFAULTS[key] && value !== '');
      return isRight ? [] : [`\`${key}\` → write ${typeof DEFAULTS[key] === 'boolean' ? 'true or false' : 'the name of a target'}`];
    }),
  ];
  const normalized = { ...DEFAULTS, ...options };
  if (normalized.imageTargetName === normalized.publishTargetName) problems.push('both targets have the same name → give them two names');
  if (problems.length === 0) return normalized;
  throw new OciError('OPTIONS_INVALID', ['Cannot use the options of the plugin nx-oci in nx.json:', ...problems].join('\n  '), {
    hint: 'Correct `plugins` in nx.json.',
  });
}
